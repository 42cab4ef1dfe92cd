// baton_models: every scenario under every schedule it is given, every variant that must fail, one table.
//
//   baton_models                                    everything; some minutes
//   baton_models --quick                            the same variants, smaller searches; under a minute
//   baton_models --scenario mailbox_ring            one scenario, searches and variants, each variant by name
//   baton_models --replay mailbox_ring random:2766 [--variant NAME]     one failed schedule, step by step
//   baton_models --verdicts FILE [--quick]          what each scenario says of every weakening, for
//                                                   baton_mutants; quick: of an order, drop or split, until
//                                                   killed
//   baton_models --list                             names of scenarios, states, defects
//
// The gate here is over orders, drops and splits; baton_mutants judges all weakenings, by complete searches.
//
// Exit status: 0 all hold and all variants are accounted for; 1 something does not; 2 the command line is
// wrong.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "model/gate.h"
#include "model/number_options.h"
#include "model/run.h"
#include "model/runner.h"
#include "model/scenario.h"
#include "model/site.h"

namespace baton::model {

struct RelacyEngine;  // its scenarios are instantiated in *_model.cc

namespace {

struct Options {
  bool quick = false;
  bool list = false;
  bool verbose = false;
  std::string verdicts;  // file
  std::string scenario;
  std::vector<std::string> replay;  // scenario, search:iteration
  std::string variant;
  unsigned jobs = 0;
};

const char* program = "baton_models";

// A variant of a scenario: a weakened operation, or a seeded defect.
struct Variant {
  std::string name;
  Weakening weakening{};
  int defect = kNoDefect;
};

std::string replay_line(const Scenario& scenario, const std::string& where, const std::string& variant) {
  std::string line = std::string("replay: ") + program + " --replay " + scenario.name + " " + where;
  if (!variant.empty()) line += " --variant '" + variant + "'";
  return line;
}

// What the operations of each scenario are: short searches, to see each line of the primitives run.
std::vector<OperationTable> record(const std::vector<Scenario>& scenarios, unsigned parallel) {
  std::vector<Job> jobs;
  jobs.reserve(scenarios.size());
  for (const Scenario& scenario : scenarios) {
    jobs.push_back({.scenario = &scenario, .searches = {random(1'500), bound(1, 1'500)}, .recording = true});
  }
  std::vector<OperationTable> tables;
  tables.reserve(scenarios.size());
  for (Outcome& outcome : run_jobs(jobs, parallel)) tables.push_back(outcome.operations);
  return tables;
}

OperationTable union_of(const std::vector<OperationTable>& tables) {
  OperationTable all;
  for (const OperationTable& table : tables) {
    for (const Operation& operation : table) all.add(operation);
  }
  return all;
}

struct Row {
  Outcome outcome;
  std::size_t states_reached = 0;
  std::size_t variants = 0;
  std::size_t caught = 0;
  double seconds = 0;
  std::vector<std::string> problems;
};

void count_states(const Scenario& scenario, Row& row) {
  for (std::size_t state = 0; state < scenario.states.size(); ++state) {
    if (row.outcome.reached[state] != 0) {
      ++row.states_reached;
    } else {
      row.problems.push_back(std::string("never reached: ") + scenario.states[state]);
    }
  }
}

void print_table(const std::vector<Scenario>& scenarios, const std::vector<Row>& rows) {
  std::printf("%-26s %10s  %-9s %-28s %7s %9s %8s\n", "scenario", "schedules", "", "searches", "states",
              "variants", "seconds");
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const Row& row = rows[i];
    std::printf("%-26s %10llu  %-9s %-28s %3zu/%-3zu %4zu/%-4zu %8.1f%s\n", scenarios[i].name,
                static_cast<unsigned long long>(row.outcome.schedules),
                row.outcome.failed      ? "FAILED"
                : row.outcome.exhausted ? "exhausted"
                                        : "bounded",
                row.outcome.searches.c_str(), row.states_reached, scenarios[i].states.size(), row.caught,
                row.variants, row.seconds, row.problems.empty() ? "" : "  <-- see below");
  }
  std::printf(
      "\nexhausted  Relacy's full search came to its end: every schedule and every value of its memory "
      "model\n"
      "bounded    the searches as listed, a sample and no proof: boundN all schedules of at most N "
      "preemptions, ~ cut "
      "at a cap\n"
      "variants   weakened operations and seeded defects: caught by this scenario / run in it\n");
}

// What is judged here: a delay or a repetition that changes nothing is common, and needs a complete search.
bool is_judged(const Weakening& weakening) {
  return weakening.change != Change::kDelay && weakening.change != Change::kDuplicate;
}

// One line: scenario, variant, verdict (killed, complete, sampled), failure, place; tabs in between.
void write_verdict(std::FILE* to, const Scenario& scenario, const std::string& variant,
                   const Outcome& outcome) {
  std::fprintf(to, "%s\t%s\t%s\t%s\t%s\n", scenario.name, variant.c_str(),
               outcome.failed      ? "killed"
               : outcome.exhausted ? "complete"
                                   : "sampled",
               outcome.failure.c_str(), outcome.where.c_str());
}

// Every weakening in every scenario that has it, and each scenario as it is; judges nothing. Quick: the
// weakenings that are judged here, each until a scenario kills it, and no defects.
int write_verdicts(const Options& options) {
  std::FILE* const to = std::fopen(options.verdicts.c_str(), "w");
  if (to == nullptr) {
    std::fprintf(stderr, "%s: cannot write %s: %s\n", program, options.verdicts.c_str(),
                 std::strerror(errno));
    return 2;
  }
  const unsigned parallel =
      options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<Scenario> scenarios = all_scenarios<RelacyEngine>();
  const std::vector<OperationTable> tables = record(scenarios, parallel);
  const std::vector<NamedWeakening> weakenings = weakenings_of(union_of(tables));
  std::set<std::string> killed;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const Scenario& scenario = scenarios[i];
    if (!options.scenario.empty() && options.scenario != scenario.name) continue;
    std::vector<Job> jobs;
    std::vector<std::string> variants;
    jobs.push_back({.scenario = &scenario, .searches = scenario.quick});
    variants.emplace_back();
    for (const NamedWeakening& weakening : weakenings) {
      if (!tables[i].contains(weakening.weakening.operation)) continue;
      if (options.quick && (!is_judged(weakening.weakening) || killed.contains(weakening.name))) continue;
      jobs.push_back({.scenario = &scenario, .searches = scenario.hunt, .weakening = weakening.weakening});
      variants.push_back(weakening.name);
    }
    for (std::size_t d = 0; d < scenario.defects.size() && !options.quick; ++d) {
      jobs.push_back({.scenario = &scenario, .searches = scenario.hunt, .defect = static_cast<int>(d)});
      variants.push_back(std::string("defect: ") + scenario.defects[d]);
    }
    const std::vector<Outcome> outcomes = run_jobs(jobs, parallel);
    for (std::size_t job = 0; job < jobs.size(); ++job) {
      write_verdict(to, scenario, variants[job], outcomes[job]);
      if (outcomes[job].failed) killed.insert(variants[job]);
    }
    if (std::fflush(to) != 0) break;  // no more minutes of work for a full disk
  }
  const bool failed = std::ferror(to) != 0;
  const int error = errno;
  if (std::fclose(to) == 0 && !failed) return 0;
  std::fprintf(stderr, "%s: cannot write %s: %s\n", program, options.verdicts.c_str(),
               std::strerror(failed ? error : errno));
  return 2;
}

int run_all(const Options& options) {
  std::vector<Scenario> scenarios = all_scenarios<RelacyEngine>();
  if (!options.scenario.empty()) {
    std::erase_if(scenarios, [&](const Scenario& scenario) { return scenario.name != options.scenario; });
  }
  std::map<std::string, Survivor> survivors;
  std::string error;
  if (!read_survivors(BATON_MODEL_SURVIVORS, survivors, error)) {
    std::fprintf(stderr, "%s: %s\n", program, error.c_str());
    return 1;
  }
  const unsigned parallel =
      options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const bool whole = options.scenario.empty();

  // The source as it is.
  std::vector<Job> jobs;
  jobs.reserve(scenarios.size());
  for (const Scenario& scenario : scenarios) {
    jobs.push_back({.scenario = &scenario, .searches = options.quick ? scenario.quick : scenario.searches});
  }
  std::vector<Row> rows(scenarios.size());
  std::vector<Outcome> outcomes = run_jobs(jobs, parallel);
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    Row& row = rows[i];
    row.outcome = std::move(outcomes[i]);
    row.seconds = row.outcome.seconds;
    if (row.outcome.failed) {
      row.problems.push_back(row.outcome.failure + "\n    " +
                             replay_line(scenarios[i], row.outcome.where, ""));
    } else {
      count_states(scenarios[i], row);
    }
  }

  // The variants that must fail. Names come from the operations of all scenarios, so that they do not depend
  // on
  // --scenario.
  const std::vector<Scenario> everything = all_scenarios<RelacyEngine>();
  const std::vector<OperationTable> all_tables = record(everything, parallel);
  const OperationTable all_operations = union_of(all_tables);
  const std::vector<NamedWeakening> weakenings = weakenings_of(all_operations);
  for (const NamedWeakening& weakening : weakenings) {
    if (!is_judged(weakening.weakening)) survivors.erase(weakening.name);
  }
  std::map<std::string, Verdict> verdicts;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const Scenario& scenario = scenarios[i];
    Row& row = rows[i];
    if (row.outcome.failed) continue;
    std::size_t own = 0;
    while (std::strcmp(everything[own].name, scenario.name) != 0) ++own;
    std::vector<Variant> variants;
    for (const NamedWeakening& weakening : weakenings) {
      if (!all_tables[own].contains(weakening.weakening.operation)) continue;
      if (!is_judged(weakening.weakening)) continue;
      if (verdicts[weakening.name].caught && options.quick) continue;
      variants.push_back({weakening.name, weakening.weakening, kNoDefect});
    }
    for (std::size_t d = 0; d < scenario.defects.size(); ++d) {
      variants.push_back({std::string("defect: ") + scenario.defects[d], {}, static_cast<int>(d)});
    }
    jobs.clear();
    for (const Variant& variant : variants) {
      jobs.push_back({.scenario = &scenario,
                      .searches = scenario.hunt,
                      .weakening = variant.weakening,
                      .defect = variant.defect});
    }
    outcomes = run_jobs(jobs, parallel);
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const Variant& variant = variants[v];
      const Outcome& outcome = outcomes[v];
      ++row.variants;
      row.caught += outcome.failed ? 1 : 0;
      row.seconds += outcome.seconds;
      if (variant.defect != kNoDefect) {
        if (!outcome.failed) row.problems.push_back("not caught: " + variant.name);
      } else {
        Verdict& verdict = verdicts[variant.name];
        if (outcome.failed && !verdict.caught) {
          verdict.caught = true;
          verdict.by = std::string(scenario.name) + ": " + outcome.failure;
        }
        verdict.exhausted = verdict.exhausted || outcome.exhausted;
      }
      if (options.verbose || !whole) {
        std::printf("%-10s %-62s %s %s %.3f s\n",
                    outcome.failed      ? "caught"
                    : outcome.exhausted ? "equivalent"
                                        : "not caught",
                    variant.name.c_str(), outcome.failure.c_str(), outcome.where.c_str(), outcome.seconds);
      }
    }
    std::fflush(stdout);
  }

  std::printf("\n");
  print_table(scenarios, rows);
  bool good = true;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    for (const std::string& problem : rows[i].problems) {
      good = false;
      std::printf("\n%s: %s\n", scenarios[i].name, problem.c_str());
    }
  }
  if (!whole) return good ? 0 : 1;

  std::size_t caught = 0;
  for (const auto& [name, verdict] : verdicts) caught += verdict.caught ? 1 : 0;
  std::printf("\nweakened operations: %zu, caught %zu, survivors %zu (listed with reasons: %zu)\n",
              verdicts.size(), caught, verdicts.size() - caught, survivors.size());
  for (const auto& [name, survivor] : survivors) {
    std::printf("  survives  %-58s %s%s\n", name.c_str(), survivor.kind.c_str(),
                verdicts[name].exhausted ? ", and a full search found nothing" : "");
  }
  std::vector<std::string> complaints = judge(verdicts, survivors);
  for (const std::string& line : unmet_operations(BATON_QUEUES_FOLDER, all_operations)) {
    complaints.push_back("run by no scenario: " + line);
  }
  for (const std::string& complaint : complaints) std::printf("%s\n", complaint.c_str());
  return good && complaints.empty() ? 0 : 1;
}

int list_all() {
  for (const Scenario& scenario : all_scenarios<RelacyEngine>()) {
    std::printf("%s (%u threads)\n", scenario.name, scenario.threads);
    for (const char* state : scenario.states) std::printf("  sometimes  %s\n", state);
    for (const char* name : scenario.defects) std::printf("  must fail  %s\n", name);
  }
  return 0;
}

// In this process, so that a debugger can follow. A schedule that the search does not come to is an error,
// not one that does not fail.
int replay(const Options& options) {
  const std::vector<Scenario> scenarios = all_scenarios<RelacyEngine>();
  for (const Scenario& scenario : scenarios) {
    if (scenario.name != options.replay[0]) continue;
    const std::string& where = options.replay[1];
    const std::size_t colon = where.find(':');
    Search search;
    std::uint64_t iteration = 0;
    if (colon != std::string::npos && is_count(where.substr(colon + 1)).empty())
      iteration = std::stoull(where.substr(colon + 1));
    if (iteration == 0 || !parse(where.substr(0, colon), search)) {
      std::fprintf(stderr, "%s: '%s' is not SEARCH:ITERATION, as in random:2766\n", program, where.c_str());
      return 2;
    }
    static Tally tally;
    Run& run = Run::current();
    run.tally = &tally;
    if (!options.variant.empty()) {
      const OperationTable operations = union_of(record(scenarios, 2));
      for (const NamedWeakening& weakening : weakenings_of(operations)) {
        if (weakening.name == options.variant) run.weakening = weakening.weakening;
      }
      for (std::size_t d = 0; d < scenario.defects.size(); ++d) {
        if (std::string("defect: ") + scenario.defects[d] == options.variant)
          run.defect = static_cast<int>(d);
      }
      if (run.weakening.change == Change::kNone && run.defect == kNoDefect) {
        std::fprintf(stderr, "%s: no variant named '%s'\n", program, options.variant.c_str());
        return 2;
      }
    }
    // A random schedule is its number; the others are found again by searching up to it.
    const bool random_search = search.kind == Search::Kind::kRandom;
    search.cap = random_search ? 1 : iteration;
    run.alone = true;
    scenario.run(search, random_search ? iteration : 1, true);
    if (tally.iteration < iteration) {
      std::fprintf(stderr, "%s: the search ends before %s: %s schedule %llu\n", program, where.c_str(),
                   tally.failed ? "it fails in" : "its last is",
                   static_cast<unsigned long long>(tally.iteration));
      return 2;
    }
    std::printf("%s %s: %s\n", scenario.name, where.c_str(), tally.failed ? tally.failure : "does not fail");
    return tally.failed ? 1 : 0;
  }
  return 2;
}

bool is_scenario(const std::string& name) {
  const std::vector<Scenario> scenarios = all_scenarios<RelacyEngine>();
  if (std::any_of(scenarios.begin(), scenarios.end(), [&](const Scenario& s) { return s.name == name; }))
    return true;
  std::fprintf(stderr, "%s: no scenario named '%s'; --list names them\n", program, name.c_str());
  return false;
}

bool read_arguments(int count, char** arguments, Options& options, int& status) {
  CLI::App app(
      "The hand-off under Relacy's schedules. Without --scenario: all of them, every variant, a table.");
  auto* const list = app.add_flag("--list", options.list, "Names of scenarios, states and defects");
  app.add_flag("--quick", options.quick, "The same variants, smaller searches");
  app.add_flag("--verbose", options.verbose, "A line for each variant");
  app.add_option("--scenario", options.scenario, "One scenario, each variant by name")
      ->check(is_text)
      ->excludes(list);
  auto* const replay = app.add_option("--replay", options.replay, "SCENARIO SEARCH:ITERATION, step by step")
                           ->check(is_text)
                           ->expected(2);
  app.add_option("--variant", options.variant, "With this operation weakened, or this defect")
      ->check(is_text)
      ->needs(replay);
  app.add_option("--verdicts", options.verdicts,
                 "Write to this file what each scenario says of every weakening")
      ->check(is_text)
      ->excludes(replay);
  app.add_option("--jobs", options.jobs, "Processes at a time; one for each core unless told")
      ->check(is_count)
      ->check(CLI::Range(1, 1'000));
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    status = app.exit(error) == 0 ? 0 : 2;
    return false;
  }
  return true;
}

}  // namespace
}  // namespace baton::model

int main(int count, char** arguments) {
  using namespace baton::model;
  program = arguments[0];
  Options options;
  int status = 0;
  if (!read_arguments(count, arguments, options, status)) return status;
  if (options.list) return list_all();
  const std::string& named = options.replay.empty() ? options.scenario : options.replay[0];
  if (!named.empty() && !is_scenario(named)) return 2;
  if (!options.replay.empty()) return replay(options);
  if (!options.verdicts.empty()) return write_verdicts(options);
  return run_all(options);
}
