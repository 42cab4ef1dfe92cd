#include "queues/doorbell.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "queues/spsc_ring.h"

namespace baton {
namespace {

TEST(Doorbell, is_not_posted_while_the_consumer_is_awake) {
  Doorbell<> doorbell;
  EXPECT_FALSE(doorbell.ring());
}

TEST(Doorbell, is_posted_once_for_one_announcement) {
  Doorbell<> doorbell;
  ASSERT_TRUE(doorbell.prepare_to_sleep([] { return false; }));
  EXPECT_TRUE(doorbell.ring());
  EXPECT_FALSE(doorbell.ring()) << "already rung";
  doorbell.bell().wait();
  doorbell.woke();
  EXPECT_FALSE(doorbell.ring()) << "awake again";
}

TEST(Doorbell, refuses_the_sleep_of_a_consumer_that_has_work) {
  Doorbell<> doorbell;
  EXPECT_FALSE(doorbell.prepare_to_sleep([] { return true; }));
  EXPECT_FALSE(doorbell.ring()) << "it is awake";
}

TEST(Doorbell, is_announced_before_the_recheck) {
  Doorbell<> doorbell;
  bool rung = false;
  EXPECT_FALSE(doorbell.prepare_to_sleep([&] { return rung = doorbell.ring(); }));
  EXPECT_TRUE(rung) << "who publishes during the recheck must find the consumer asleep";
}

TEST(Doorbell, a_post_that_met_a_refused_sleep_ends_the_next_one_early) {
  Doorbell<> doorbell;
  EXPECT_FALSE(doorbell.prepare_to_sleep([&] { return doorbell.ring(); }));
  ASSERT_TRUE(doorbell.prepare_to_sleep([] { return false; }));
  doorbell.bell().wait();
  doorbell.woke();
}

TEST(Doorbell, wakes_a_sleeper_for_every_item_however_they_race) {
  constexpr std::uint64_t kItems = 20'000;
  Doorbell<> doorbell;
  SpscRing<std::uint64_t, 2> ring;
  StdSync::Atomic<std::uint64_t> published{0};
  std::uint64_t posts = 0;
  Thread producer("producer", [&] {
    StdSync::Backoff backoff;
    for (std::uint64_t i = 0; i < kItems;) {
      if (!ring.try_push(i)) {
        backoff.pause();
        continue;
      }
      published.store(++i, std::memory_order_seq_cst);
      if (doorbell.ring()) ++posts;
    }
  });
  std::uint64_t expected = 0;
  std::uint64_t sleeps = 0;
  while (expected < kItems) {
    while (auto value = ring.try_pop()) ASSERT_EQ(*value, expected++);
    if (expected == kItems) break;
    if (doorbell.prepare_to_sleep([&] { return published.load(std::memory_order_seq_cst) > expected; })) {
      doorbell.bell().wait();
      ++sleeps;
    }
    doorbell.woke();
  }
  producer.join();
  EXPECT_LE(sleeps, posts) << "a sleep ends by a post";
}

}  // namespace
}  // namespace baton
