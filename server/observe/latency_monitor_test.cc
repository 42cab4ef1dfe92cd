#include "server/observe/latency_monitor.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

TEST(LatencyHistoryTest, SamplesComeOldestFirst) {
  LatencyHistory history;
  history.add({100, 5});
  history.add({101, 9});
  history.add({103, 2});
  const auto samples = history.oldest_first();
  ASSERT_EQ(samples.size(), 3u);
  EXPECT_EQ(samples[0].at_s, 100);
  EXPECT_EQ(samples[2].at_s, 103);
  EXPECT_EQ(history.last().ms, 2);
  EXPECT_EQ(history.worst_ms(), 9);
}

TEST(LatencyHistoryTest, OfOneSecondTheWorstIsKept) {
  LatencyHistory history;
  history.add({100, 5});
  history.add({100, 9});
  history.add({100, 7});
  ASSERT_EQ(history.oldest_first().size(), 1u);
  EXPECT_EQ(history.last().ms, 9);
}

TEST(LatencyHistoryTest, The160LastAreRememberedAndTheWorstOfAll) {
  LatencyHistory history;
  history.add({1, 1'000});
  for (std::int64_t i = 2; i <= 200; ++i) history.add({i, i});
  const auto samples = history.oldest_first();
  ASSERT_EQ(samples.size(), 160u);
  EXPECT_EQ(samples.front().at_s, 41);
  EXPECT_EQ(samples.back().at_s, 200);
  EXPECT_EQ(history.worst_ms(), 1'000);
}

TEST(LatencyMonitorTest, EventsAreForgottenOneByOneOrTogether) {
  LatencyMonitor monitor;
  monitor.add("command", {100, 5});
  monitor.add("expire-cycle", {100, 6});
  monitor.add("fast-command", {100, 7});
  EXPECT_EQ(monitor.events().size(), 3u);
  EXPECT_EQ(monitor.reset("none"), 0u);
  EXPECT_EQ(monitor.reset("command"), 1u);
  EXPECT_FALSE(monitor.events().contains("command"));
  EXPECT_EQ(monitor.reset_all(), 2u);
  EXPECT_TRUE(monitor.events().empty());
}

}  // namespace
}  // namespace baton
