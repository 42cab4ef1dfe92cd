#include "model/explorer/proofs.h"

#include <fmt/core.h>

#include <cstdio>

#include "model/explorer/explorer_engine.h"
#include "model/explorer/search.h"

namespace baton::explorer {

namespace {

std::string problems_of(const model::Scenario& scenario, ScenarioProgram& program, Report& report,
                        const std::string& called) {
  if (report.failed) {
    report = shrink(program, report);
    return fmt::format("  {}\n  replay: {} --scenario {} --schedule {}\n", describe(report), called,
                       scenario.name, text_of(report.schedule));
  }
  std::string problems;
  if (!report.complete) problems = "  was to be searched to its end\n";
  for (std::size_t state = 0; state < scenario.states.size(); ++state) {
    if (program.tally().reached[state] == 0) {
      problems += fmt::format("  never reached: {}\n", scenario.states[state]);
    }
  }
  return problems;
}

}  // namespace

int prove(const std::vector<model::Scenario>& scenarios, const std::string& program) {
  int wrong = 0;
  fmt::print("{:<26} {:>8}  {}\n", "proof", "space", "search");
  for (const model::Scenario& scenario : scenarios) {
    ScenarioProgram searched(scenario.program);
    fmt::print("{:<26} {:>8.1e}", scenario.name, estimate_space(searched, {}, 2'000));
    std::fflush(stdout);
    Report report = search(searched, {.how = How::kDpor});
    fmt::print("  {}", report.failed ? "FAILED" : describe(report));
    const std::string problems = problems_of(scenario, searched, report, program);
    fmt::print("{}\n{}", problems.empty() ? "" : "  <-- see below", problems);
    std::fflush(stdout);
    if (!problems.empty()) ++wrong;
  }
  return wrong == 0 ? 0 : 1;
}

}  // namespace baton::explorer
