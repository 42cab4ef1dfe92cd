#include "server/observe/slowlog.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

void add(Slowlog& log, std::vector<std::string_view> args, std::size_t length_max = 128) {
  log.add(1'700'000'000, 20'000, args, "127.0.0.1:5000", "me", length_max);
}

TEST(SlowlogTest, AnEntrySaysWhoDidWhatAndWhen) {
  Slowlog log;
  add(log, {"GET", "k"});
  ASSERT_EQ(log.entries().size(), 1u);
  const SlowlogEntry& entry = log.entries()[0];
  EXPECT_EQ(entry.id, 0u);
  EXPECT_EQ(entry.at_s, 1'700'000'000);
  EXPECT_EQ(entry.took_us, 20'000);
  EXPECT_EQ(entry.arguments, (std::vector<std::string>{"GET", "k"}));
  EXPECT_EQ(entry.address, "127.0.0.1:5000");
  EXPECT_EQ(entry.client_name, "me");
}

TEST(SlowlogTest, TheNewestEntriesAreKeptUpToTheBound) {
  Slowlog log;
  for (int i = 0; i < 10; ++i) add(log, {"PING"}, 3);
  ASSERT_EQ(log.entries().size(), 3u);
  EXPECT_EQ(log.entries().front().id, 9u);
  EXPECT_EQ(log.entries().back().id, 7u);
  log.trim(1);
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].id, 9u);
  add(log, {"PING"}, 0);
  EXPECT_TRUE(log.entries().empty());
}

TEST(SlowlogTest, IdsGoOnAfterEverythingWasForgotten) {
  Slowlog log;
  add(log, {"PING"});
  log.clear();
  EXPECT_TRUE(log.entries().empty());
  add(log, {"PING"});
  EXPECT_EQ(log.entries()[0].id, 1u);
}

TEST(SlowlogTest, ALongArgumentIsCutAfter128Bytes) {
  Slowlog log;
  const std::string fits(128, 'a'), longer(130, 'b');
  add(log, {"SET", fits, longer});
  EXPECT_EQ(log.entries()[0].arguments[1], fits);
  EXPECT_EQ(log.entries()[0].arguments[2], std::string(128, 'b') + "... (2 more bytes)");
}

TEST(SlowlogTest, Of33Arguments31AreShown) {
  Slowlog log;
  add(log, std::vector<std::string_view>(32, "x"));
  EXPECT_EQ(log.entries()[0].arguments, std::vector<std::string>(32, "x"));
  add(log, std::vector<std::string_view>(33, "x"));
  const std::vector<std::string>& shown = log.entries()[0].arguments;
  ASSERT_EQ(shown.size(), 32u);
  EXPECT_EQ(shown[30], "x");
  EXPECT_EQ(shown[31], "... (2 more arguments)");
}

}  // namespace
}  // namespace baton
