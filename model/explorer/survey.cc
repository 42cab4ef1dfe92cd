#include "model/explorer/survey.h"

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <vector>

#include "model/explorer/explorer_engine.h"
#include "model/explorer/search.h"

namespace baton::explorer {

namespace {

struct Row {
  std::vector<Report> reports;
  std::array<std::uint64_t, model::kStatesMax> reached{};
  std::size_t caught = 0;
  double seconds = 0;
  double space = 0;
  std::vector<std::string> problems;
};

std::vector<Plan> plans_of(const model::Scenario& scenario, bool quick) {
  std::vector<Plan> plans;
  if (scenario.size == model::Size::kOneRound) {
    plans.push_back({.how = How::kDpor, .machine = {.spurious = 1}});
    plans.push_back(
        {.how = How::kDpor, .machine = {.stale = 2, .mixed = !quick}, .seconds = quick ? 0.3 : 3'600.0});
  } else {
    plans.push_back({.how = How::kPortfolio,
                     .machine = {.stale = 2, .spurious = 1},
                     .executions = quick ? 4'000ULL : 400'000ULL});
    plans.push_back({.how = How::kBound, .depth = 1, .executions = quick ? 2'000ULL : 200'000ULL});
  }
  return plans;
}

// What a defect is hunted with, in order.
std::vector<Plan> hunt(bool quick) {
  const std::uint64_t executions = quick ? 20'000 : 200'000;
  return {{.how = How::kBound, .depth = 1, .executions = 2'000},
          {.how = How::kPct, .machine = {.stale = 2}, .executions = executions},
          {.how = How::kRandom, .machine = {.stale = 2}, .executions = executions}};
}

void search_as_it_is(const model::Scenario& scenario, const SurveyOptions& options, Row& row) {
  const bool quick = options.quick;
  ScenarioProgram program(scenario.program);
  row.space = estimate_space(program, {}, 2'000);
  for (const Plan& plan : plans_of(scenario, quick)) {
    Report report = search(program, plan);
    row.seconds += report.seconds;
    if (report.failed) {
      report = shrink(program, report);
      row.problems.push_back(fmt::format("{} {}\n    replay: {} --scenario {} --schedule {}", name_of(plan),
                                         describe(report), options.program, scenario.name,
                                         text_of(report.schedule)));
    } else if (scenario.size == model::Size::kOneRound && !report.complete &&
               !(quick && plan.machine.stale != 0)) {
      row.problems.push_back("was to be searched to its end, but: " + describe(report));
    }
    row.reports.push_back(report);
  }
  for (std::size_t state = 0; state < scenario.states.size(); ++state) {
    row.reached[state] = program.tally().reached[state];
    if (row.reached[state] == 0)
      row.problems.push_back(fmt::format("never reached: {}", scenario.states[state]));
  }
}

void search_defects(const model::Scenario& scenario, bool quick, Row& row) {
  model::Run& run = model::Run::current();
  for (std::size_t i = 0; i < scenario.defects.size(); ++i) {
    run.defect = static_cast<int>(i);
    ScenarioProgram program(scenario.program);
    bool caught = false;
    for (const Plan& plan : hunt(quick)) {
      const Report report = search(program, plan);
      row.seconds += report.seconds;
      caught = report.failed;
      if (caught) break;
    }
    row.caught += caught ? 1 : 0;
    if (!caught) row.problems.push_back(fmt::format("not caught: {}", scenario.defects[i]));
  }
  run.defect = model::kNoDefect;
}

void print(const model::Scenario& scenario, const Row& row) {
  std::string how;
  std::uint64_t executions = 0, steps = 0;
  for (const Report& report : row.reports) {
    how += (how.empty() ? "" : " ") + name_of(report.plan);
    if (report.plan.machine.stale != 0) how += fmt::format("/s{}", report.plan.machine.stale);
    if (report.plan.machine.mixed) how += 'm';
    if (!report.complete) how += '~';
    executions += report.executions;
    steps += report.steps;
  }
  std::size_t reached = 0;
  for (std::size_t state = 0; state < scenario.states.size(); ++state)
    reached += row.reached[state] != 0 ? 1 : 0;
  fmt::print("{:<26} {:>8.1e} {:>9} {:>10} {:>3}/{:<3} {:>3}/{:<3} {:>7.2f}  {}{}\n", scenario.name,
             row.space, executions, steps, reached, scenario.states.size(), row.caught,
             scenario.defects.size(), row.seconds, how, row.problems.empty() ? "" : "  <-- see below");
  std::fflush(stdout);
}

bool write_json(const std::string& path, const std::vector<model::Scenario>& scenarios,
                const std::vector<Row>& rows) {
  std::ofstream file(path);
  file << "[\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    file << fmt::format(
        R"(  {{"scenario": "{}", "space": {:.3e}, "seconds": {:.3f}, "problems": {}, "searches": [)",
        scenarios[i].name, row.space, row.seconds, row.problems.size());
    for (std::size_t k = 0; k < row.reports.size(); ++k) {
      const Report& report = row.reports[k];
      file << fmt::format(
          R"({}{{"how": "{}", "stale": {}, "complete": {}, "executions": {}, "states": {}, "steps": {}, "seconds": {:.6f}}})",
          k == 0 ? "" : ", ", name_of(report.plan), report.plan.machine.stale, report.complete,
          report.executions, report.states, report.steps, report.seconds);
    }
    file << "]}" << (i + 1 < rows.size() ? ",\n" : "\n");
  }
  file << "]\n";
  file.close();
  return static_cast<bool>(file);
}

}  // namespace

int survey(const std::vector<model::Scenario>& scenarios, const SurveyOptions& options) {
  std::vector<Row> rows(scenarios.size());
  fmt::print("{:<26} {:>8} {:>9} {:>10} {:>7} {:>7} {:>7}  {}\n", "scenario", "space", "schedules", "steps",
             "states", "defects", "seconds", "searches (~: not to the end)");
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    search_as_it_is(scenarios[i], options, rows[i]);
    search_defects(scenarios[i], options.quick, rows[i]);
    print(scenarios[i], rows[i]);
  }
  bool good = true;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    for (const std::string& problem : rows[i].problems) {
      good = false;
      fmt::print("\n{}: {}\n", scenarios[i].name, problem);
    }
  }
  if (!options.json.empty() && !write_json(options.json, scenarios, rows)) {
    fmt::print(stderr, "{}: cannot write {}\n", options.program, options.json);
    good = false;
  }
  return good ? 0 : 1;
}

}  // namespace baton::explorer
