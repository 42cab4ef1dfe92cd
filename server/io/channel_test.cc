#include "server/io/channel.h"

#include <gtest/gtest.h>

#include <vector>

namespace baton {
namespace {

class ChannelTest : public testing::TestWithParam<Channel::Kind> {
 protected:
  static Held<Parcel> parcel(std::uint64_t id) { return Held<Parcel>(new KillOrder(id)); }
  static std::vector<std::uint64_t> ids(ParcelChain& chain) {
    std::vector<std::uint64_t> all;
    while (!chain.empty()) {
      const std::unique_ptr<Parcel> one(chain.pop_front().release());
      all.push_back(static_cast<KillOrder&>(*one).client_id);
    }
    return all;
  }
  Bell executor_bell;
  Bell io_bell;
  std::unique_ptr<Channel> channel = make_channel(GetParam(), &executor_bell, &io_bell);
};

TEST_P(ChannelTest, BothWaysKeepTheOrderOfPosting) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    channel->to_io(parcel(i));
    channel->to_executor(parcel(100 + i));
  }
  EXPECT_TRUE(channel->flush_to_io());
  EXPECT_TRUE(channel->flush_to_executor());
  EXPECT_TRUE(channel->mail_from_executor());
  EXPECT_TRUE(channel->mail_from_io());
  ParcelChain out;
  EXPECT_EQ(channel->drain_from_executor(100, out), 10u);
  EXPECT_EQ(channel->drain_from_io(100, out), 10u);
  const std::vector<std::uint64_t> all = ids(out);
  ASSERT_EQ(all.size(), 20u);
  for (std::uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(all[i], i);
    EXPECT_EQ(all[10 + i], 100 + i);
  }
  EXPECT_FALSE(channel->mail_from_executor());
  EXPECT_FALSE(channel->mail_from_io());
  EXPECT_EQ(channel->stats_to_io().posted, 10u);
  EXPECT_EQ(channel->stats_to_executor().posted, 10u);
}

TEST_P(ChannelTest, WhatDoesNotFitIsReclaimedInOrder) {
  constexpr std::uint64_t kMany = 5000;  // more than a ring holds
  for (std::uint64_t i = 0; i < kMany; ++i) channel->to_io(parcel(i));
  EXPECT_EQ(channel->flush_to_io(), GetParam() != Channel::Kind::ring);
  ParcelChain out;
  channel->reclaim_to_io(out);
  const std::vector<std::uint64_t> all = ids(out);
  ASSERT_EQ(all.size(), kMany);
  for (std::uint64_t i = 0; i < kMany; ++i) ASSERT_EQ(all[i], i);
  EXPECT_FALSE(channel->mail_from_executor());
  EXPECT_EQ(channel->drain_from_executor(1, out), 0u);
}

TEST_P(ChannelTest, AnOutboxThatDidNotFitGoesOutLater) {
  constexpr std::uint64_t kMany = 5000;
  for (std::uint64_t i = 0; i < kMany; ++i) channel->to_executor(parcel(i));
  std::vector<std::uint64_t> all;
  for (int turns = 0; all.size() < kMany && turns < 100; ++turns) {
    (void)channel->flush_to_executor();
    ParcelChain out;
    channel->drain_from_io(256, out);
    for (const std::uint64_t id : ids(out)) all.push_back(id);
  }
  ASSERT_EQ(all.size(), kMany);
  for (std::uint64_t i = 0; i < kMany; ++i) ASSERT_EQ(all[i], i);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ChannelTest,
                         testing::Values(Channel::Kind::local, Channel::Kind::ring, Channel::Kind::mutex));

}  // namespace
}  // namespace baton
