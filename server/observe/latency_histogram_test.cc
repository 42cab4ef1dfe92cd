#include "server/observe/latency_histogram.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace baton {
namespace {

using Steps = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

Steps steps_of(const LatencyHistogram& histogram) {
  Steps out;
  for (const auto& step : histogram.by_powers_of_two()) out.emplace_back(step.up_to_us, step.count);
  return out;
}

TEST(LatencyHistogramTest, AnEmptyOneSaysNothing) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.at_percentile(50), 0u);
  EXPECT_EQ(steps_of(histogram), Steps{});
}

// The same steps as Redis's: it shows 4000 ns as 4.015 us, 91000 as 91.135 and 1 s as 1002438.655.
TEST(LatencyHistogramTest, ATimeIsKnownToOnePercent) {
  for (const auto& [ns, longest] : {std::pair<std::uint64_t, std::uint64_t>{1, 1},
                                    {127, 127},
                                    {128, 128},
                                    {255, 255},
                                    {256, 257},
                                    {4'000, 4'015},
                                    {91'000, 91'135},
                                    {1'000'000'000, 1'002'438'655}}) {
    LatencyHistogram histogram;
    histogram.add(ns);
    EXPECT_EQ(histogram.at_percentile(50), longest) << ns;
  }
}

TEST(LatencyHistogramTest, TimesOutsideCountAsTheNearest) {
  LatencyHistogram histogram;
  histogram.add(0);
  EXPECT_EQ(histogram.at_percentile(100), 1u);
  histogram.add(3'600'000'000'000);
  EXPECT_EQ(histogram.at_percentile(100), 1'002'438'655u);
  EXPECT_EQ(histogram.count(), 2u);
}

TEST(LatencyHistogramTest, APercentileIsTheTimeWithinWhichThatShareWasDone) {
  LatencyHistogram histogram;
  for (std::uint64_t i = 1; i <= 100; ++i) histogram.add(i);
  EXPECT_EQ(histogram.at_percentile(0), 1u);
  EXPECT_EQ(histogram.at_percentile(50), 50u);
  EXPECT_EQ(histogram.at_percentile(99), 99u);
  EXPECT_EQ(histogram.at_percentile(99.9), 100u);
  EXPECT_EQ(histogram.at_percentile(100), 100u);
}

TEST(LatencyHistogramTest, EqualTimesMayBeAddedTogether) {
  LatencyHistogram one_by_one, together;
  for (int i = 0; i < 16; ++i) one_by_one.add(700);
  together.add(700, 16);
  EXPECT_EQ(together.count(), 16u);
  EXPECT_EQ(steps_of(together), steps_of(one_by_one));
}

// The bounds that Redis shows: powers of two of 1024 ns, cut to microseconds.
TEST(LatencyHistogramTest, StepsAreCumulativeAndLeaveOutWhereNothingCame) {
  LatencyHistogram histogram;
  histogram.add(100);
  histogram.add(1'031);  // still counts as 1024
  histogram.add(1'032);
  histogram.add(3'000, 2);
  histogram.add(40'000);
  histogram.add(100'000);
  EXPECT_EQ(steps_of(histogram), (Steps{{1, 2}, {2, 3}, {4, 5}, {66, 6}, {132, 7}}));
}

TEST(LatencyHistogramTest, TheLongestTimesHaveAStepToo) {
  LatencyHistogram histogram;
  histogram.add(LatencyHistogram::kNsMax, 3);
  EXPECT_EQ(steps_of(histogram), (Steps{{1'073'741, 3}}));
}

}  // namespace
}  // namespace baton
