// Sums of campaigns survive their files, and parts of one campaign are told from parts that overlap.
#include "model/sim/totals.h"

#include <gtest/gtest.h>

#include <array>

namespace baton::sim {
namespace {

TEST(Totals, AreWhatTheirJsonSays) {
  Outcome outcome;
  outcome.steps = 7;
  outcome.judged_alive = true;
  outcome.keys_in_part = 3;
  outcome.faults[2] = 5;
  Totals totals{};
  add(totals, 42, outcome);
  const std::array<Part, 2> parts = {{{1, 42, 0, 2}, {50, 60, 1, 3}}};
  const std::string json = to_json(totals, parts);
  const auto again = totals_of(json);
  const auto parts_again = parts_of(json);
  ASSERT_TRUE(again && parts_again);
  EXPECT_EQ(to_json(*again, *parts_again), json);
  EXPECT_EQ(again->last_seed, 42u);
  EXPECT_EQ(again->judged_alive, 1u);
  EXPECT_FALSE(parts_of("{}"));
  EXPECT_FALSE(parts_of("\"parts\": [{\"first\": 1}]"));
}

TEST(Totals, PartsOverlapWhenASeedMayBeInBoth) {
  EXPECT_TRUE(overlap({1, 100, 0, 1}, {100, 200, 0, 1}));
  EXPECT_FALSE(overlap({1, 100, 0, 1}, {101, 200, 0, 1}));
  EXPECT_FALSE(overlap({1, 100, 0, 2}, {1, 100, 1, 2}));
  EXPECT_TRUE(overlap({1, 100, 1, 2}, {1, 100, 3, 4}));
  EXPECT_FALSE(overlap({1, 100, 0, 2}, {1, 100, 3, 4}));
  EXPECT_TRUE(overlap({1, 100, 0, 2}, {1, 100, 0, 3}));
}

TEST(KindOfFailure, IsWhatDoesNotDifferFromRunToRun) {
  const auto kind = kind_of_failure;
  EXPECT_EQ(kind("witness: execution 3: expected 1, heard 2"), kind("witness: execution 12: was not asked"));
  EXPECT_NE(kind("witness: execution 3"), kind("linearizability: key k0"));
  EXPECT_EQ(kind("all threads sleep, but client 3 waits for 1 answers"),
            kind("all threads sleep, but client 0 waits for 12 answers"));
  EXPECT_NE(kind("the pid file is left"), kind("the server does not end"));
  EXPECT_NE(kind("before the power failed: witness: x"), kind("witness: x"));
  EXPECT_NE(kind("started again after the power failed: witness: x"),
            kind("before the power failed: witness: x"));
  EXPECT_EQ(kind("client 2 heard \"+OK\", expected \"$1\""), kind("client 0 heard \"x\", expected \"\""));
  EXPECT_NE(kind("x"), kind(""));
}

}  // namespace
}  // namespace baton::sim
