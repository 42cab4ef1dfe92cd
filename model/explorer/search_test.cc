// Searches: what is found again, how small, and how much there is to search.
#include "model/explorer/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/explorer/sampling.h"
#include "model/explorer/scenarios.h"
#include "model/explorer/test_programs.h"

namespace baton::explorer {
namespace {

using ::testing::HasSubstr;

constexpr MachineOptions kRichMachine = {.stale = 2, .spurious = 1};

// ---- replay

TEST(ReplayDeterminism, ARandomScheduleGoesThroughTextAndComesOutTheSame) {
  constexpr std::string_view kChosen[] = {"spsc_ring", "swap_queue", "doorbell", "mailbox",
                                          "pause",     "close",      "shutdown"};
  std::size_t scenarios = 0;
  for (const model::Scenario& scenario : explorer_scenarios()) {
    bool chosen = false;
    for (const std::string_view stem : kChosen)
      chosen = chosen || std::string_view(scenario.name).starts_with(stem);
    if (!chosen) continue;
    ++scenarios;
    ScenarioProgram program(scenario.program);
    Engine engine(kRichMachine);
    RandomWalk walk(1, 1'000);
    do {
      engine.run(program, walk);
      const std::uint64_t hash = engine.trace_hash();
      const bool failed = engine.failed();
      Schedule schedule;
      ASSERT_EQ(parse(text_of(schedule_of(engine)), schedule), "");
      Replay again(schedule.decisions);
      engine.run(program, again);
      ASSERT_EQ(engine.trace_hash(), hash) << scenario.name << ' ' << text_of(schedule);
      ASSERT_EQ(engine.failed(), failed) << scenario.name;
      ASSERT_LT(again.misfit(), 0) << scenario.name;
      ASSERT_EQ(again.left_over(), 0U) << scenario.name;
    } while (walk.next());
  }
  EXPECT_GE(scenarios, 7U);
}

// ---- shrinking

// A failure with more pre-emptions than it needs.
Report clumsy_failure(Program& program) {
  for (std::uint64_t seed = 1; seed < 1'000; ++seed) {
    Plan plan;
    plan.how = How::kRandom;
    plan.machine = kRichMachine;
    plan.seed = seed;
    plan.executions = 1'000;
    Report report = search(program, plan);
    if (report.failed && report.preemptions >= 2) return report;
  }
  ADD_FAILURE() << "no seed fails with two pre-emptions";
  return {};
}

TEST(Shrink, GivesTheFewestPreemptions) {
  ProgramOf<LostWakeup> program;
  const Report found = shrink(program, clumsy_failure(program));
  EXPECT_TRUE(found.failed);
  EXPECT_EQ(found.preemptions, 1U);
  EXPECT_THAT(found.failure.what, HasSubstr("deadlock: thread 0 sleeps"));
  const Replayed again = replay(program, found.schedule);
  EXPECT_EQ(again.error, "");
  EXPECT_TRUE(again.failed);
}

TEST(Shrink, TakesDecisionsAwayWhenItMayNotSearch) {
  ProgramOf<LostWakeup> program;
  const Report clumsy = clumsy_failure(program);
  const Report found = shrink(program, clumsy, 1);
  EXPECT_TRUE(found.failed);
  EXPECT_LT(found.preemptions, clumsy.preemptions);
  EXPECT_GE(found.preemptions, 1U);
  const Replayed again = replay(program, found.schedule);
  EXPECT_EQ(again.error, "");
  EXPECT_TRUE(again.failed);
}

// ---- searches and their bounds

TEST(Search, SaysWithWhichBoundItStopped) {
  ProgramOf<Interleaved<3>> program;
  const auto stopped_by = [&program](const char* how, std::uint64_t executions) {
    Plan plan;
    EXPECT_TRUE(parse_how(how, plan));
    plan.executions = executions;
    const Report report = search(program, plan);
    EXPECT_EQ(report.complete, report.stopped.empty());
    return report.stopped;
  };
  EXPECT_EQ(stopped_by("dpor", 0), "");
  EXPECT_EQ(stopped_by("plain", 10), "executions");
  EXPECT_EQ(stopped_by("bound1", 0), "pre-emptions");
  EXPECT_EQ(stopped_by("bound9", 0), "");
  EXPECT_EQ(stopped_by("random", 10), "a sample");
  EXPECT_EQ(stopped_by("pct2", 10), "a sample");
}

TEST(Search, ThatIsPlainMeetsEverySchedule) {
  ProgramOf<Interleaved<3>> program;
  Plan plan;
  plan.how = How::kPlain;
  const Report report = search(program, plan);
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.executions, 70U);  // 8 over 4
}

TEST(Estimate, IsWithinATenthOfTheTruth) {
  ProgramOf<Interleaved<3>> small;
  EXPECT_NEAR(estimate_space(small, {}), 70, 7);
  ProgramOf<Interleaved<7>> large;
  EXPECT_NEAR(estimate_space(large, {}), 12'870, 1'287);  // 16 over 8
}

// ---- an execution of a sampler is its seed's

std::vector<std::uint64_t> hashes(Strategy& strategy, std::size_t count) {
  Engine engine(kRichMachine);
  ProgramOf<Interleaved<20>> program;
  std::vector<std::uint64_t> all;
  while (all.size() < count) {
    engine.run(program, strategy);
    all.push_back(engine.trace_hash());
    strategy.next();
  }
  return all;
}

template <class Sampler, class... More>
void expect_executions_of_their_seeds(More... more) {
  Sampler all(1, 1'000, more...);
  const std::vector<std::uint64_t> expected = hashes(all, 40);
  for (std::uint64_t seed = 1; seed <= expected.size(); ++seed) {
    Sampler one(seed, 1'000, more...);
    ASSERT_EQ(hashes(one, 1).front(), expected[seed - 1]) << "seed " << seed;
  }
}

TEST(Samplers, AnExecutionDependsOnItsSeedAlone) {
  expect_executions_of_their_seeds<RandomWalk>();
  expect_executions_of_their_seeds<Pct>(3U);
  expect_executions_of_their_seeds<Portfolio>();
}

TEST(Samplers, FindALostWakeup) {
  for (const char* how : {"random", "pct2", "pct3", "portfolio"}) {
    ProgramOf<LostWakeup> program;
    Plan plan;
    ASSERT_TRUE(parse_how(how, plan));
    plan.executions = 1'000;
    EXPECT_TRUE(search(program, plan).failed) << how;
  }
}

// ---- names

TEST(StrategyName, ComesBackAsItWas) {
  for (const char* name :
       {"dpor", "sleep", "plain", "bound0", "bound2", "bound9", "pct1", "pct3", "random", "portfolio"}) {
    Plan plan;
    EXPECT_TRUE(parse_how(name, plan)) << name;
    EXPECT_EQ(name_of(plan), name);
  }
}

TEST(StrategyName, ThatIsNoneIsRefused) {
  for (const char* name : {"", "Dpor", "dpor ", "bound", "bound-1", "bound10", "boundx", "pct", "pct0",
                           "pct12", "portfolio2", "exhaustive"}) {
    Plan plan;
    EXPECT_FALSE(parse_how(name, plan)) << name;
    EXPECT_EQ(name_of(plan), "dpor") << name;
  }
}

}  // namespace
}  // namespace baton::explorer
