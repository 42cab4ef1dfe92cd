// Scenario runs, with scenarios whose end is certain: what the machine's luck decides is not tested.
#include "stress/scenario_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baton {
namespace {

using model::kNoDefect;
using model::Scenario;
using model::Size;
using testing::HasSubstr;
using testing::StartsWith;

enum : int { kWrong, kTrapped, kDeaf };
constexpr const char* kDefects[] = {"wrong", "trapped", "deaf"};
constexpr const char* kStates[] = {"rung"};

// One thread rings, the other waits; each defect shows in every run.
struct Ringing {
  static constexpr unsigned kThreads = 2;
  StdSync::Bell bell;
  StdSync::Cell<int> value{0};

  void thread(unsigned index) {
    if (index == 0) {
      value.set(1);
      if (!model::defect(kDeaf)) bell.post();
    } else {
      check(!model::defect(kTrapped), "sprung");
      bell.wait();
      model::reached(0);
    }
  }
  void after() { model::require(value.get() == 1 && !model::defect(kWrong), "the value is wrong"); }
};

Scenario ringing() {
  return model::scenario_of<StdEngine, Ringing>("ringing", Size::kOneRound, kStates, kDefects, {}, {}, {});
}

TEST(ScenarioRunTest, counts_the_runs_and_the_states_reached) {
  const ThreadOutcome outcome = run_on_threads(ringing(), kNoDefect, {.runs = 100});
  EXPECT_EQ(outcome.end, ThreadEnd::kHeld) << outcome.failure << outcome.report;
  EXPECT_EQ(outcome.runs, 100U);
  EXPECT_EQ(outcome.reached[0], 100U);
}

TEST(ScenarioRunTest, ends_when_its_time_is_over) {
  const ThreadOutcome outcome = run_on_threads(ringing(), kNoDefect, {.seconds = 0.01});
  EXPECT_EQ(outcome.end, ThreadEnd::kHeld) << outcome.failure << outcome.report;
  EXPECT_GE(outcome.seconds, 0.01);
}

TEST(ScenarioRunTest, tells_a_broken_assertion_and_its_line) {
  const ThreadOutcome outcome = run_on_threads(ringing(), kWrong, {.runs = 100});
  EXPECT_EQ(outcome.end, ThreadEnd::kAssertion);
  EXPECT_THAT(outcome.failure, StartsWith("the value is wrong (scenario_run_test.cc:"));
  EXPECT_EQ(outcome.runs, 0U);
}

TEST(ScenarioRunTest, tells_a_sprung_trap) {
  const ThreadOutcome outcome = run_on_threads(ringing(), kTrapped, {.runs = 100});
  EXPECT_EQ(outcome.end, ThreadEnd::kTrap);
  EXPECT_THAT(outcome.failure, HasSubstr("sprung"));
}

TEST(ScenarioRunTest, tells_a_hang_and_which_thread_did_not_end) {
  const ThreadOutcome outcome = run_on_threads(ringing(), kDeaf, {.runs = 100, .hang_seconds = 0.3});
  EXPECT_EQ(outcome.end, ThreadEnd::kHang);
  EXPECT_EQ(outcome.failure, "hangs: thread 1 did not end");
}

TEST(ScenarioRunTest, has_every_scenario_without_its_type) {
  for (const Scenario& scenario : scenarios_on_threads()) {
    EXPECT_EQ(scenario.program.threads, scenario.threads) << scenario.name;
    EXPECT_GT(scenario.program.size, 0U) << scenario.name;
  }
}

}  // namespace
}  // namespace baton
