// Faults strike while they are armed, as often as they should, each kind from numbers of its own.
#include "model/sim/faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace baton::sim {
namespace {

constexpr int kOccasions = 1000;

std::vector<bool> strikes(Faults& faults, Fault fault) {
  std::vector<bool> struck;
  struck.reserve(kOccasions);
  for (int i = 0; i < kOccasions; ++i) struck.push_back(faults.strike(fault));
  return struck;
}

std::size_t count(const Faults& faults, Fault fault) {
  return faults.counts()[static_cast<std::size_t>(fault)];
}

TEST(Faults, NothingStrikesBeforeArmingOrAfterHealing) {
  Faults faults(7);
  faults.set_rate(Fault::reset, 65536);
  EXPECT_FALSE(faults.strike(Fault::reset));
  faults.arm();
  EXPECT_TRUE(faults.strike(Fault::reset));
  faults.heal();
  for (int i = 0; i < kOccasions; ++i) ASSERT_FALSE(faults.strike(Fault::reset));
  EXPECT_EQ(count(faults, Fault::reset), 1u);
  faults.arm();
  EXPECT_TRUE(faults.strike(Fault::reset));
}

TEST(Faults, EachKindIsCountedForItself) {
  Faults faults(7);
  faults.arm();
  faults.set_rate(Fault::fragment, 65536);
  faults.set_rate(Fault::sync_failed, 65536 / 4);
  const std::vector<bool> all = strikes(faults, Fault::fragment);
  const std::vector<bool> some = strikes(faults, Fault::sync_failed);
  EXPECT_EQ(count(faults, Fault::fragment), static_cast<std::size_t>(kOccasions));
  EXPECT_EQ(count(faults, Fault::sync_failed),
            static_cast<std::size_t>(std::count(some.begin(), some.end(), true)));
  EXPECT_GT(count(faults, Fault::sync_failed), 150u);
  EXPECT_LT(count(faults, Fault::sync_failed), 350u);
  const FaultCounts& counts = faults.counts();
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}),
            count(faults, Fault::fragment) + count(faults, Fault::sync_failed));
}

TEST(Faults, TheSameSeedDrawsTheSameAndAnotherDoesNot) {
  const auto drawn = [](std::uint64_t seed) {
    Faults faults(seed);
    faults.draw_rates();
    faults.arm();
    std::vector<std::vector<bool>> all;
    for (std::size_t i = 0; i < kFaults; ++i) all.push_back(strikes(faults, static_cast<Fault>(i)));
    return all;
  };
  EXPECT_EQ(drawn(5), drawn(5));
  EXPECT_NE(drawn(5), drawn(6));
}

TEST(Faults, LeavingOneKindOutDoesNotShiftTheOthers) {
  const auto left_out = [](std::size_t without) {
    Faults faults(5);
    faults.draw_rates();
    if (without < kFaults) faults.set_rate(static_cast<Fault>(without), 0);
    faults.arm();
    std::vector<std::vector<bool>> all(kFaults);
    for (int i = 0; i < kOccasions; ++i)
      for (std::size_t kind = 0; kind < kFaults; ++kind)
        all[kind].push_back(faults.strike(static_cast<Fault>(kind)));
    return all;
  };
  const auto all = left_out(kFaults);
  for (std::size_t kind = 0; kind < kFaults; ++kind) {
    const auto others = left_out(kind);
    for (std::size_t other = 0; other < kFaults; ++other) {
      if (other == kind) continue;
      EXPECT_EQ(others[other], all[other]) << name_of(static_cast<Fault>(other));
    }
    EXPECT_EQ(others[kind], std::vector<bool>(kOccasions, false));
  }
}

TEST(Faults, AnOccasionOfOneKindTakesNoNumberFromAnother) {
  Faults one(5), both(5);
  for (Faults* faults : {&one, &both}) {
    faults->set_rate(Fault::reset, 30000);
    faults->set_rate(Fault::fragment, 30000);
    faults->arm();
  }
  for (int i = 0; i < kOccasions; ++i) {
    (void)both.strike(Fault::fragment);
    (void)both.below(Fault::fragment, 10);
    ASSERT_EQ(one.strike(Fault::reset), both.strike(Fault::reset));
  }
}

TEST(Faults, ASwarmHasEachKindInAboutHalfOfItsRuns) {
  std::vector<int> enabled(kFaults);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Faults faults(seed);
    faults.draw_rates();
    for (std::size_t i = 0; i < kFaults; ++i) enabled[i] += faults.enabled(static_cast<Fault>(i)) ? 1 : 0;
  }
  for (std::size_t i = 0; i < kFaults; ++i) {
    EXPECT_GT(enabled[i], 140) << name_of(static_cast<Fault>(i));
    EXPECT_LT(enabled[i], 260) << name_of(static_cast<Fault>(i));
  }
}

TEST(Faults, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    EXPECT_FALSE(name_of(fault).empty()) << i;
    EXPECT_TRUE(names.insert(name_of(fault)).second) << name_of(fault);
    EXPECT_EQ(fault_named(name_of(fault)), fault);
  }
  EXPECT_EQ(fault_named("no_such_fault"), std::nullopt);
}

}  // namespace
}  // namespace baton::sim
