// explorer_bench: what a switch costs, how many schedules a second there are, how long a complete search
// takes.
//
// Asserts no time; `./dev bench explorer` runs it, docs/verification.md has figures.
#include <benchmark/benchmark.h>
#include <ucontext.h>

#include <cstring>
#include <vector>

#include "model/explorer/fiber.h"
#include "model/explorer/scenarios.h"
#include "model/explorer/search.h"

namespace baton::explorer {
namespace {

Fiber* outside = nullptr;
Fiber* inside = nullptr;

void back_and_forth() {
  for (;;) Fiber::switch_to(*inside, *outside);
}

// Two switches, there and back.
void switch_fibers(benchmark::State& state) {
  Fiber first;
  Fiber second(64 * 1024);
  outside = &first;
  inside = &second;
  second.start(&back_and_forth);
  for (auto _ : state) Fiber::switch_to(first, second);
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(switch_fibers);

ucontext_t system_outside, system_inside;

void switch_ucontexts(benchmark::State& state) {
  std::vector<char> stack(64 * 1024);
  ::getcontext(&system_inside);
  system_inside.uc_stack.ss_sp = stack.data();
  system_inside.uc_stack.ss_size = stack.size();
  ::makecontext(
      &system_inside,
      [] {
        for (;;) ::swapcontext(&system_inside, &system_outside);
      },
      0);
  for (auto _ : state) ::swapcontext(&system_outside, &system_inside);
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(switch_ucontexts);

const model::Scenario& scenario_named(const char* name) {
  static const std::vector<model::Scenario> kScenarios = explorer_scenarios();
  for (const model::Scenario& scenario : kScenarios) {
    if (std::strcmp(scenario.name, name) == 0) return scenario;
  }
  std::abort();
}

// Schedules a second.
void sample(benchmark::State& state, const char* name, const char* how) {
  ScenarioProgram program(scenario_named(name).program);
  Plan plan{.executions = 1'000};
  parse_how(how, plan);
  std::uint64_t steps = 0;
  for (auto _ : state) {
    const Report report = search(program, plan);
    if (report.failed) state.SkipWithError("the scenario failed");
    steps += report.steps;
    plan.seed += plan.executions;
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
  state.counters["steps"] = benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(sample, ring_random, "ring_wrap", "random");
BENCHMARK_CAPTURE(sample, ring_pct, "ring_wrap", "pct3");
BENCHMARK_CAPTURE(sample, mailbox_list_random, "mailbox_list", "random");
BENCHMARK_CAPTURE(sample, mailbox_list_pct, "mailbox_list", "pct3");
BENCHMARK_CAPTURE(sample, pause_random, "pause_once", "random");

// A search to its end.
void complete(benchmark::State& state, const char* name, unsigned stale) {
  ScenarioProgram program(scenario_named(name).program);
  double executions = 0;
  for (auto _ : state) {
    const Report report = search(program, {.how = How::kDpor, .machine = {.stale = stale}});
    if (!report.complete) state.SkipWithError("the search did not come to its end");
    executions = static_cast<double>(report.executions);
  }
  state.counters["schedules"] = executions;
}
BENCHMARK_CAPTURE(complete, mailbox_list, "mailbox_list", 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(complete, mailbox_list_stale, "mailbox_list", 2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(complete, mailbox_ring, "mailbox_ring", 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(complete, pause_range, "pause_range", 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(complete, pause_range_stale, "pause_range", 2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(complete, doorbell_two_rings, "doorbell_two_rings", 0)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace baton::explorer

BENCHMARK_MAIN();
