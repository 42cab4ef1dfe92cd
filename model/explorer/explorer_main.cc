#include "model/explorer/explorer_main.h"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "model/explorer/assumptions.h"
#include "model/explorer/chrome_trace.h"
#include "model/explorer/columns.h"
#include "model/explorer/explorer_engine.h"
#include "model/explorer/fault_guard.h"
#include "model/explorer/fuzzed_replay.h"
#include "model/explorer/picture.h"
#include "model/explorer/proofs.h"
#include "model/explorer/search.h"
#include "model/explorer/survey.h"
#include "model/explorer/weakenings.h"
#include "model/mutants.h"
#include "model/mutants_matrix.h"
#include "model/number_options.h"

namespace baton::explorer {
namespace {

constexpr std::size_t kFuzzedBytesMax = std::size_t{1} << 20;

struct Options {
  const Suite& suite;
  bool list = false;
  bool quick = false;
  bool assumptions = false;
  bool mutants = false;
  bool proofs = false;
  std::string survivors{};
  std::string scenario{};
  std::pair<std::string, std::string> fuzzed{};  // a target, and a file or "hex:…"
  std::string how = "dpor";
  Plan plan{};
  std::string defect{};
  std::string variant{};
  std::string schedule{};
  std::string picture{};
  std::string trace{};
  std::string json{};
  bool keep = false;
  bool cells = false;
  unsigned width = 132;
  const char* command = "";  // as it was called: what a replay begins with
};

int refuse(const Options& options, const std::string& why) {
  fmt::print(stderr, "{}: {}\n", options.suite.program, why);
  return 2;
}

// Those of the survey, then the larger ones.
std::vector<model::Scenario> all_of(const Suite& suite) {
  std::vector<model::Scenario> all = suite.scenarios();
  if (suite.proofs == nullptr) return all;
  for (const model::Scenario& proof : suite.proofs()) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const model::Scenario& one) {
      return std::string_view(one.name) == proof.name;
    });
    if (!known) all.push_back(proof);
  }
  return all;
}

int list_all(const Suite& suite) {
  for (const model::Scenario& scenario : all_of(suite)) {
    fmt::print("{} ({} threads{})\n", scenario.name, scenario.threads,
               scenario.size == model::Size::kOneRound ? ", searched to the end" : "");
    for (const char* state : scenario.states) fmt::print("  sometimes  {}\n", state);
    for (const char* name : scenario.defects) fmt::print("  must fail  {}\n", name);
  }
  return 0;
}

bool write_file(const Options& options, const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return true;
  fmt::print(stderr, "{}: cannot write {}\n", options.suite.program, path);
  return false;
}

// What the operator typed, made of a schedule again.
std::string replay_line(const Options& options, const Schedule& schedule) {
  std::string line = fmt::format("replay: {} --scenario {} --schedule {}", options.command, options.scenario,
                                 text_of(schedule));
  if (!options.defect.empty()) line += fmt::format(" --defect '{}'", options.defect);
  if (!options.variant.empty()) line += fmt::format(" --variant '{}'", options.variant);
  return line;
}

int show(const Options& options, Program& program, const Schedule& schedule) {
  Replayed replayed = replay(program, schedule);
  if (!replayed.error.empty()) return refuse(options, replayed.error);
  replayed.trace.scenario = options.scenario.empty() ? options.fuzzed.first : options.scenario;
  replayed.trace.variant = options.defect.empty() ? options.variant : options.defect;
  fmt::print("{}", columns(replayed.trace, {.width = options.width,
                                            .cells = options.cells ? Cells::kDim : Cells::kOmitted,
                                            .colour = ::isatty(STDOUT_FILENO) != 0}));
  bool written = true;
  if (!options.picture.empty()) written = write_file(options, options.picture, picture(replayed.trace));
  if (!options.trace.empty())
    written = write_file(options, options.trace, chrome_trace(replayed.trace)) && written;
  if (!written) return 2;
  return replayed.failed ? 1 : 0;
}

int search_one(const Options& options, const model::Scenario& scenario, ScenarioProgram& program) {
  fmt::print("{}: about {:.2g} schedules\n", scenario.name, estimate_space(program, options.plan.machine));
  Report report = search(program, options.plan);
  fmt::print("{} {}\n", name_of(options.plan), describe(report));
  if (!report.failed) {
    if (!options.picture.empty() || !options.trace.empty())
      fmt::print("nothing failed: there is nothing to draw\n");
    return 0;
  }
  if (!options.keep) {
    report = shrink(program, report);
    fmt::print("with {} pre-emption{}, found by {} executions:\n", report.preemptions,
               report.preemptions == 1 ? "" : "s", report.executions);
  }
  show(options, program, report.schedule);
  fmt::print("{}\n", replay_line(options, report.schedule));
  return 1;
}

int run_one(const Options& options) {
  const std::vector<model::Scenario> scenarios = all_of(options.suite);
  for (const model::Scenario& scenario : scenarios) {
    if (options.scenario != scenario.name) continue;
    model::Run& run = model::Run::current();
    if (!options.defect.empty()) {
      for (std::size_t i = 0; i < scenario.defects.size(); ++i) {
        if (options.defect == scenario.defects[i]) run.defect = static_cast<int>(i);
      }
      if (run.defect == model::kNoDefect) {
        return refuse(options, fmt::format("{} has no defect named '{}'; --list names them", scenario.name,
                                           options.defect));
      }
    }
    if (!options.variant.empty() &&
        !weaken(scenarios, options.suite.primitives, options.variant, run.weakening)) {
      return refuse(options,
                    fmt::format("no variant named '{}'; the table of mutants names them", options.variant));
    }
    ScenarioProgram program(scenario.program);
    if (options.schedule.empty()) return search_one(options, scenario, program);
    Schedule schedule;
    if (const std::string error = parse(options.schedule, schedule); !error.empty())
      return refuse(options, error);
    return show(options, program, schedule);
  }
  return refuse(options, fmt::format("no scenario named '{}'; --list names them", options.scenario));
}

// The bytes of a fuzzer: in a file, or as hexadecimal digits. A file of a fuzzer has an end, and soon.
std::string read_fuzzed(const std::string& from, FuzzedProgram::Bytes& bytes) {
  if (from.starts_with("hex:")) {
    const auto is_digit = [](char each) { return std::isxdigit(static_cast<unsigned char>(each)) != 0; };
    if (from.size() % 2 != 0 || !std::all_of(from.begin() + 4, from.end(), is_digit))
      return "'" + from + "' are no bytes: two hexadecimal digits each";
    for (std::size_t i = 4; i < from.size(); i += 2)
      bytes.push_back(static_cast<std::uint8_t>(std::stoul(from.substr(i, 2), nullptr, 16)));
  } else {
    std::error_code none;
    if (const auto status = std::filesystem::status(from, none);
        std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
      return "cannot read " + from + ": not a regular file";
    std::ifstream file(from, std::ios::binary);
    if (!file) return "cannot read " + from;
    bytes.resize(kFuzzedBytesMax + 1);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > kFuzzedBytesMax)
      return fmt::format("{} has more than {} bytes: no fuzzer made it", from, kFuzzedBytesMax);
  }
  return bytes.empty() ? from + " is empty" : "";
}

int replay_fuzzed(const Options& options, const FuzzedTarget& target) {
  FuzzedProgram::Bytes bytes;
  if (const std::string error = read_fuzzed(options.fuzzed.second, bytes); !error.empty())
    return refuse(options, error);
  const std::unique_ptr<FuzzedProgram> program = target.make();
  if (!options.defect.empty()) {
    const std::span<const char* const> defects = program->defects();
    const auto named = std::find(defects.begin(), defects.end(), options.defect);
    if (named == defects.end()) {
      std::string text = fmt::format("{} has no defect named '{}'; there are:", target.name, options.defect);
      for (const char* defect : defects) text += fmt::format("\n  {}", defect);
      return refuse(options, text);
    }
    program->seed(static_cast<int>(named - defects.begin()));
  }
  if (!options.schedule.empty()) {
    Schedule schedule;
    if (const std::string error = parse(options.schedule, schedule); !error.empty())
      return refuse(options, error);
    FuzzedBytes taken(bytes);
    (void)program->decode(taken);
    fmt::print("{}", program->text());
    return show(options, *program, schedule);
  }
  FuzzedFailure found = run(*program, bytes);
  const auto preemptions = [&found] {
    return fmt::format("{} pre-emption{}", found.report.preemptions,
                       found.report.preemptions == 1 ? "" : "s");
  };
  fmt::print("{}", program->text());
  if (!found.report.failed) fmt::print("holds, with {}\n", preemptions());
  if (found.report.failed) fmt::print("fails, with {}: {}\n", preemptions(), found.report.failure.what);
  if (found.report.failed && !options.keep) {
    found = shrink(*program, found);
    fmt::print("made small, with {}:\n{}", preemptions(), program->text());
  }
  const int status = show(options, *program, found.report.schedule);
  fmt::print("replay: {}{}\n", options.command, replay_options(target.name, *program, found.report.schedule));
  return status;
}

int run_fuzzed(const Options& options) {
  std::string names;
  for (const FuzzedTarget& target : options.suite.fuzzed) {
    if (options.fuzzed.first == target.name) return replay_fuzzed(options, target);
    names += fmt::format("{}{}", names.empty() ? "" : ", ", target.name);
  }
  return refuse(options, fmt::format("no program '{}' is made of bytes here; {}", options.fuzzed.first,
                                     names.empty() ? "there is none" : "there are " + names));
}

// Every operation of the primitives weakened: who notices. One that nobody does needs a line in the list.
int hunt_mutants(const Options& options) {
  std::map<std::string, model::Survivor> listed;
  std::string error;
  if (!options.survivors.empty() && !model::read_survivors(options.survivors, listed, error))
    return refuse(options, error);
  const model::Mutants mutants =
      model::hunt({.scenarios = options.suite.scenarios, .primitives = options.suite.primitives});
  model::print_matrix(mutants, listed, false);
  if (!options.json.empty() && !model::write_matrix(options.json, mutants, listed))
    return refuse(options, "cannot write " + options.json);
  const std::vector<std::string> complaints = model::judge(mutants, listed);
  for (const std::string& complaint : complaints) fmt::print("{}\n", complaint);
  return complaints.empty() ? 0 : 1;
}

bool read_arguments(int count, char** arguments, Options& options, int& status) {
  CLI::App app("The hand-off under the explorer's schedules. Without --scenario: all of them, with a table.");
  auto* list = app.add_flag("--list", options.list, "Names of scenarios, states and defects");
  auto* quick = app.add_flag("--quick", options.quick, "Smaller samples; what the tests run");
  auto* assumptions =
      app.add_flag("--assumptions", options.assumptions, "What each scenario relies on besides C++20");
  auto* mutants = app.add_flag("--mutants", options.mutants, "Weaken every operation, and see who notices");
  app.add_option("--survivors", options.survivors, "Mutants that may live, each with its reason")
      ->check(model::is_text)
      ->needs(mutants);
  auto* json =
      app.add_option("--json", options.json, "Also write the table to this file")->check(model::is_text);
  auto* one = app.add_option("--scenario", options.scenario, "One scenario")->check(model::is_text);
  auto* proofs =
      app.add_flag("--proofs", options.proofs, "Search the larger scenarios to their end: minutes each");
  auto* fuzzed = app.add_option("--fuzzed", options.fuzzed,
                                "What a fuzzer found: the target, and the file that it kept or hex:DIGITS")
                     ->type_name("TARGET FILE")
                     ->check(model::is_text);
  // Of these one, or none for the survey; so nothing that was asked for is passed over.
  const std::vector<CLI::Option*> modes = {list, assumptions, mutants, one, proofs, fuzzed};
  for (std::size_t i = 0; i < modes.size(); ++i) {
    for (std::size_t j = i + 1; j < modes.size(); ++j) modes[j]->excludes(modes[i]);
    if (modes[i] != assumptions) quick->excludes(modes[i]);
    if (modes[i] != mutants) json->excludes(modes[i]);
  }
  app.add_option("--strategy", options.how, "dpor, sleep, plain, boundN, pctN, random or portfolio")
      ->needs(one);
  app.add_option("--stale", options.plan.machine.stale, "Stores that a load may look back")
      ->check(CLI::Range(0, 7))
      ->needs(one);
  app.add_option("--spurious", options.plan.machine.spurious, "Failures without cause, a thread")
      ->check(CLI::Range(0, 9))
      ->needs(one);
  app.add_flag("--bell-orders", options.plan.machine.bell_orders, "A bell's post orders memory")->needs(one);
  app.add_flag("--mixed", options.plan.machine.mixed,
               "seq_cst loads look back over seq_cst stores too, as far as C++20 lets them")
      ->needs(one);
  app.add_flag("--cpp11-release-sequences", options.plan.machine.cpp11_release_sequences,
               "Later stores of a thread still release")
      ->needs(one);
  app.add_option("--seed", options.plan.seed, "First seed of a sample")->check(model::is_count)->needs(one);
  app.add_option("--executions", options.plan.executions, "Stop after so many")
      ->check(model::is_count)
      ->check(CLI::PositiveNumber)
      ->needs(one);
  app.add_option("--seconds", options.plan.seconds, "Stop after so long")->check(model::is_time)->needs(one);
  auto* defect = app.add_option("--defect", options.defect, "With this seeded defect")->check(model::is_text);
  app.add_option("--variant", options.variant, "With this operation weakened")
      ->check(model::is_text)
      ->needs(one);
  auto* schedule =
      app.add_option("--schedule", options.schedule, "Replay this schedule")->check(model::is_text);
  auto* picture =
      app.add_option("--picture", options.picture, "Write the schedule as a page")->check(model::is_text);
  auto* trace = app.add_option("--trace", options.trace, "Write the schedule as Chrome trace events")
                    ->check(model::is_text);
  auto* width =
      app.add_option("--width", options.width, "Of the terminal, in columns")->check(CLI::Range(80, 1000));
  auto* cells = app.add_flag("--cells", options.cells, "Show plain accesses in the terminal too");
  auto* keep = app.add_flag("--keep", options.keep, "Do not look for a failure with fewer pre-emptions")
                   ->excludes(schedule);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    status = app.exit(error) == 0 ? 0 : 2;
    return false;
  }
  for (const CLI::Option* option : {defect, schedule, picture, trace, width, cells, keep}) {
    if (option->count() == 0 || one->count() != 0 || fuzzed->count() != 0) continue;
    status = refuse(options, option->get_name() + " needs --scenario or --fuzzed");
    return false;
  }
  if (!parse_how(options.how, options.plan)) {
    status = refuse(
        options,
        fmt::format("no strategy '{}': dpor, sleep, plain, boundN, pctN, random or portfolio", options.how));
    return false;
  }
  const bool sampler = options.plan.how == How::kPct || options.plan.how == How::kRandom ||
                       options.plan.how == How::kPortfolio;
  if (sampler && options.plan.executions == 0 && options.plan.seconds == 0) options.plan.executions = 100'000;
  return true;
}

}  // namespace

int explorer_main(int count, char** arguments, const Suite& suite) {
  Options options{.suite = suite, .command = arguments[0]};
  int status = 0;
  if (!read_arguments(count, arguments, options, status)) return status;
  install_fault_guard();
  if (options.list) return list_all(suite);
  if (!options.scenario.empty()) return run_one(options);
  if (!options.fuzzed.first.empty()) return run_fuzzed(options);
  if (options.mutants) return hunt_mutants(options);
  if (options.proofs) {
    if (suite.proofs == nullptr) return refuse(options, "nothing is proved apart from the survey here");
    return prove(suite.proofs(), arguments[0]);
  }
  const std::vector<model::Scenario> scenarios = suite.scenarios();
  if (options.assumptions) return print_assumptions(scenarios, options.quick);
  return survey(scenarios, {.program = arguments[0], .quick = options.quick, .json = options.json});
}

}  // namespace baton::explorer
