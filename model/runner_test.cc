// The runner with scenarios that need no checker: what a search may do to its process.
#include "model/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace baton::model {
namespace {

constexpr bool kNotReplaying = false;

// Each of these stands for a search; it counts schedules as a checker does.
void hold(const Search& search, std::uint64_t, bool) {
  Run::current().replaying = &kNotReplaying;
  Run::current().cap = search.kind == Search::Kind::kFull ? search.cap : 0;
  for (int i = 0; i < 100; ++i) Run::current().begin_schedule();
  reached(1);
}
void fail_at_seven(const Search& search, std::uint64_t, bool) {
  if (search.kind == Search::Kind::kBound) return;
  Run::current().tally->failed = true;
  Run::current().tally->iteration = 7;
  std::strcpy(Run::current().tally->failure, "lost");
}
void trap(const Search&, std::uint64_t, bool) {
  std::fprintf(stderr, "a trap was sprung\nmore\n");
  std::abort();
}
void fail_if_weakened(const Search&, std::uint64_t, bool) {
  std::memory_order order = std::memory_order_acquire;
  const Change change = Run::current().at({"queues/a.h", "f", 1, 1}, Kind::kLoad, order);
  Run::current().tally->failed = change == Change::kOrder && order == std::memory_order_relaxed;
}

Scenario scenario(void (*run)(const Search&, std::uint64_t, bool)) {
  return {.name = "toy",
          .threads = 1,
          .size = Size::kRounds,
          .states = {},
          .defects = {},
          .searches = {},
          .quick = {},
          .hunt = {},
          .run = run};
}

TEST(RunnerTest, a_full_search_that_ends_is_exhaustive_and_spares_the_rest) {
  const Scenario toy = scenario(hold);
  const auto outcomes = run_jobs({{.scenario = &toy, .searches = {full(), random(5)}}}, 2);
  EXPECT_FALSE(outcomes[0].failed);
  EXPECT_TRUE(outcomes[0].exhausted);
  EXPECT_EQ(outcomes[0].searches, "full");
  EXPECT_EQ(outcomes[0].schedules, 100U);
  EXPECT_EQ(outcomes[0].reached[1], 1U);
}

TEST(RunnerTest, a_full_search_that_met_its_cap_is_not) {
  const Scenario toy = scenario(hold);
  const auto outcomes = run_jobs({{.scenario = &toy, .searches = {full(40), bound(2)}}}, 2);
  EXPECT_FALSE(outcomes[0].failed);
  EXPECT_FALSE(outcomes[0].exhausted);
  EXPECT_EQ(outcomes[0].searches, "full~ bound2");
  EXPECT_EQ(outcomes[0].schedules, 140U);
}

TEST(RunnerTest, a_failure_names_its_search_and_schedule) {
  const Scenario toy = scenario(fail_at_seven);
  const auto outcomes = run_jobs({{.scenario = &toy, .searches = {bound(2), random(50), full()}}}, 2);
  EXPECT_TRUE(outcomes[0].failed);
  EXPECT_EQ(outcomes[0].failure, "lost");
  EXPECT_EQ(outcomes[0].where, "random:7");
}

TEST(RunnerTest, a_sprung_trap_is_a_failure_with_its_text_and_spares_the_other_jobs) {
  const Scenario bad = scenario(trap);
  const Scenario good = scenario(hold);
  const auto outcomes =
      run_jobs({{.scenario = &bad, .searches = {full()}}, {.scenario = &good, .searches = {full()}}}, 1);
  EXPECT_TRUE(outcomes[0].failed);
  EXPECT_EQ(outcomes[0].failure, "a trap was sprung");
  EXPECT_FALSE(outcomes[1].failed);
}

TEST(RunnerTest, operations_are_recorded_and_weakened_by_call_site) {
  const Scenario toy = scenario(fail_if_weakened);
  const auto recorded = run_jobs({{.scenario = &toy, .searches = {full()}, .recording = true}}, 1);
  EXPECT_FALSE(recorded[0].failed);
  const auto weakenings = weakenings_of(recorded[0].operations);
  ASSERT_EQ(weakenings.size(), 1U);
  const auto outcomes =
      run_jobs({{.scenario = &toy, .searches = {full()}, .weakening = weakenings[0].weakening}}, 1);
  EXPECT_TRUE(outcomes[0].failed);
}

}  // namespace
}  // namespace baton::model
