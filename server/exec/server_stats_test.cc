#include "server/exec/server_stats.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

TEST(ServerStatsTest, RatesApproachWhatIsDone) {
  ServerStats stats;
  ServerStats::Totals totals;
  for (int i = 0; i < 200; ++i) {
    totals.commands += 50;
    totals.net_in += 1024;
    totals.net_out += 2048;
    stats.sample(0.1, totals);
  }
  EXPECT_NEAR(stats.commands_per_second, 500, 1);
  EXPECT_NEAR(stats.input_kbps, 10, 0.1);
  EXPECT_NEAR(stats.output_kbps, 20, 0.1);
}

TEST(ServerStatsTest, StatisticsThatBeginAnewAreNoNegativeRate) {
  ServerStats stats;
  stats.sample(0.1, {.commands = 600'000});
  const double before = stats.commands_per_second;
  stats.sample(0.1, {.commands = 10});
  EXPECT_GT(stats.commands_per_second, 0);
  EXPECT_LT(stats.commands_per_second, before);
}

TEST(ServerStatsTest, ErrorCodesAreOfABoundedNumber) {
  ServerStats stats;
  for (int i = 0; i < 1000; ++i) stats.count_error("CODE" + std::to_string(i));
  stats.count_error("CODE0");
  EXPECT_EQ(stats.errors.size(), ServerStats::kErrorCodesMax + 1);
  EXPECT_EQ(stats.errors["CODE0"], 2u);
  EXPECT_EQ(stats.errors["ERRORSTATS_OVERFLOW"], 1000 - ServerStats::kErrorCodesMax);
}

}  // namespace
}  // namespace baton
