#include "model/explorer/assumptions.h"

#include <fmt/core.h>

#include <cstdio>

#include "model/explorer/explorer_engine.h"

namespace baton::explorer {

namespace {

Report search_as_far(Program& program, const MachineOptions& machine, double seconds,
                     std::uint64_t executions) {
  Report report = search(program, {.how = How::kDpor, .machine = machine, .seconds = seconds});
  if (report.failed || report.complete) return report;
  const Report sample =
      search(program, {.how = How::kPortfolio, .machine = machine, .executions = executions});
  return sample.failed ? sample : report;
}

}  // namespace

MachineOptions weakest_machine() { return {.stale = 7, .spurious = 1, .mixed = true}; }

const std::vector<Assumption>& assumptions() {
  static const std::vector<Assumption> kAll = {
      {"a bell's post orders memory before the wait it ends",
       {.stale = 7, .spurious = 1, .bell_orders = true, .mixed = true}},
      {"release sequences of C++11",
       {.stale = 7, .spurious = 1, .cpp11_release_sequences = true, .mixed = true}},
      {"seq_cst accesses to a word in the order of their execution", {.stale = 7, .spurious = 1}},
      {"no wake-up without cause", {.stale = 7, .mixed = true}},
      {"loads are never stale", {.spurious = 1}},
  };
  return kAll;
}

Reliance reliance_of(Program& program, double seconds, std::uint64_t executions) {
  Reliance reliance;
  reliance.weakest = search_as_far(program, weakest_machine(), seconds, executions);
  if (reliance.on_nothing()) return reliance;
  for (const Assumption& assumption : assumptions()) {
    if (!search_as_far(program, assumption.machine, seconds, executions).failed) {
      reliance.any_of.emplace_back(assumption.name);
    }
  }
  return reliance;
}

int print_assumptions(const std::vector<model::Scenario>& scenarios, bool quick) {
  int wrong = 0;
  fmt::print("{:<26} {:<10} {:>10}  {}\n", "scenario", "searched", "schedules", "relies on");
  for (const model::Scenario& scenario : scenarios) {
    ScenarioProgram program(scenario.program);
    const Reliance reliance = reliance_of(program, quick ? 0.2 : 60, quick ? 5'000 : 500'000);
    std::string text;
    for (const std::string& name : reliance.any_of) text += (text.empty() ? "" : ", or ") + name;
    if (reliance.on_nothing()) text = "nothing";
    if (text.empty()) text = "more than can be granted: it fails on every machine";
    wrong += reliance.on_nothing() ? 0 : 1;
    fmt::print("{:<26} {:<10} {:>10}  {}\n", scenario.name,
               reliance.weakest.failed     ? "FAILED"
               : reliance.weakest.complete ? "to the end"
                                           : "in part",
               reliance.weakest.executions, text);
    std::fflush(stdout);
  }
  fmt::print(
      "\nThe weakest machine: loads look back over 7 stores, bells order nothing and end a wait without "
      "cause\n"
      "once a thread, release sequences are those of C++20, and so is the single order of mixed accesses. "
      "What holds there relies on nothing else.\n");
  return wrong == 0 ? 0 : 1;
}

}  // namespace baton::explorer
