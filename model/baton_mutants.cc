// baton_mutants: every operation of queues/ weakened; who notices, and who need not.
//
//   baton_mutants                            until each mutant is killed or proved; the gate of survivors.txt
//   baton_mutants --matrix                   in every scenario, not only up to the first kill
//   baton_mutants --scenario mailbox_list    with one scenario alone, by the explorer; judges nothing
//   baton_mutants --all-proofs               proofs in every scenario of one round; many minutes
//   baton_mutants --engines both             also asks Relacy (baton_models --verdicts); minutes
//   baton_mutants --engines both --quick     Relacy until its first kill of each order, drop and split
//   baton_mutants --relacy FILE              the same, with verdicts that were written before
//   ... --json FILE                          the kill matrix
//
// Exit status: 0 every mutant is killed, or listed and proved; 1 not; 2 the command line is wrong.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "model/explorer/scenarios.h"
#include "model/mutants.h"
#include "model/mutants_matrix.h"
#include "model/number_options.h"

namespace baton::model {
namespace {

struct Options {
  MutantOptions hunt;
  std::string engines = "explorer";
  std::string relacy;
  std::string json;
  bool quick = false;
};

// Lines of disagreements.txt: the disagreement as it is printed, a tab, the reason.
bool read_reasons(const std::string& path, std::set<std::string>& reasons) {
  std::ifstream file(path);
  if (!file) return false;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos || tab + 1 == line.size()) return false;
    reasons.insert(line.substr(0, tab));
  }
  return true;
}

// Complaints about what Relacy says otherwise.
std::vector<std::string> compare(const Mutants& mutants, const OtherVerdicts& verdicts, bool some) {
  std::set<std::string> reasons;
  if (!read_reasons(BATON_MODEL_DISAGREEMENTS, reasons)) {
    return {std::string(BATON_MODEL_DISAGREEMENTS) + ": not 'disagreement<tab>reason'"};
  }
  std::vector<std::string> complaints;
  std::size_t listed = 0;
  for (const std::string& disagreement : disagreements(mutants, verdicts, some)) {
    if (reasons.erase(disagreement) != 0) {
      ++listed;
    } else {
      complaints.push_back("the engines disagree: " + disagreement);
    }
  }
  for (const std::string& gone : reasons) {
    if (!some) complaints.push_back("in disagreements.txt, but they agree: " + gone);
  }
  std::size_t killed = 0;
  for (const auto& [name, scenarios] : verdicts) {
    if (name.find("->") == std::string::npos) continue;  // a scenario as it is, or a seeded defect
    for (const auto& [scenario, verdict] : scenarios) {
      if (verdict.killed) {
        ++killed;
        break;
      }
    }
  }
  fmt::print("relacy: {} variants killed somewhere; {} disagreements with reasons\n", killed, listed);
  return complaints;
}

// Of baton_models beside this program.
bool ask_relacy(const char* self, bool quick, OtherVerdicts& verdicts) {
  const std::string folder = std::filesystem::path(self).parent_path().string();
  std::string path = (std::filesystem::temp_directory_path() / "baton-verdicts-XXXXXX").string();
  const int file = ::mkstemp(path.data());
  if (file < 0) return false;
  ::close(file);
  const std::string command = "'" + (folder.empty() ? "." : folder) + "/baton_models' --verdicts '" + path +
                              "'" + (quick ? " --quick" : "");
  const bool read = std::system(command.c_str()) == 0 && read_verdicts(path, verdicts);
  ::unlink(path.c_str());
  return read;
}

int run(const Options& options, const char* self) {
  std::map<std::string, Survivor> survivors;
  std::string error;
  if (!read_survivors(BATON_MODEL_SURVIVORS, survivors, error)) {
    fmt::print(stderr, "baton_mutants: {}\n", error);
    return 1;
  }
  if (!options.hunt.scenario.empty()) {
    bool known = false;
    for (const Scenario& scenario : explorer::explorer_scenarios()) {
      known = known || scenario.name == options.hunt.scenario;
    }
    if (!known) {
      fmt::print(stderr, "baton_mutants: no scenario named '{}'; baton_explorer --list names them\n",
                 options.hunt.scenario);
      return 2;
    }
  }
  // Before minutes of work, not after.
  OtherVerdicts verdicts;
  if (!options.relacy.empty() && !read_verdicts(options.relacy, verdicts)) {
    fmt::print(stderr, "baton_mutants: {}: not what baton_models --verdicts writes\n", options.relacy);
    return 2;
  }
  if (!options.json.empty() && !std::ofstream(options.json, std::ios::app)) {
    fmt::print(stderr, "baton_mutants: cannot write {}: {}\n", options.json, std::strerror(errno));
    return 2;
  }
  const Mutants mutants = hunt(options.hunt);
  const bool alone = !options.hunt.scenario.empty();  // then there is no word of Relacy's
  std::vector<std::string> complaints;
  if (!alone) complaints = judge(mutants, survivors);
  for (const std::string& scenario : alone ? mutants.broken : std::vector<std::string>())
    complaints.push_back("fails unweakened: " + scenario);
  if (options.relacy.empty() && options.engines == "both" && !ask_relacy(self, options.quick, verdicts))
    complaints.emplace_back("baton_models --verdicts gave none");
  print_matrix(mutants, survivors, options.hunt.everywhere, verdicts);
  if (!verdicts.empty()) {
    for (std::string& complaint : compare(mutants, verdicts, options.quick))
      complaints.push_back(std::move(complaint));
  }
  if (!options.json.empty() && !write_matrix(options.json, mutants, survivors, verdicts)) {
    fmt::print(stderr, "baton_mutants: cannot write {}: {}\n", options.json, std::strerror(errno));
    return 2;
  }
  for (const std::string& complaint : complaints) fmt::print("{}\n", complaint);
  return complaints.empty() ? 0 : 1;
}

}  // namespace
}  // namespace baton::model

int main(int count, char** arguments) {
  baton::model::Options options;
  options.hunt.scenarios = baton::explorer::explorer_scenarios;
  CLI::App app("Weakens every operation of queues/ and hunts each mutant through the scenarios");
  app.add_flag("--matrix", options.hunt.everywhere, "In every scenario, not only up to the first kill");
  auto* const alone =
      app.add_option("--scenario", options.hunt.scenario, "One scenario alone; judges nothing")
          ->check(baton::model::is_text);
  auto* const engines = app.add_option("--engines", options.engines, "explorer or both")
                            ->check(CLI::IsMember({"explorer", "both"}))
                            ->excludes(alone);
  app.add_flag("--quick", options.quick, "Relacy is asked about orders, drops and splits, until it kills")
      ->needs(engines);
  app.add_flag("--all-proofs", options.hunt.all_proofs, "Proofs in every scenario of one round");
  app.add_option("--relacy", options.relacy, "Verdicts that baton_models --verdicts wrote")
      ->check(baton::model::is_text)
      ->excludes(alone);
  app.add_option("--json", options.json, "Write the kill matrix to this file")->check(baton::model::is_text);
  app.add_option("--samples", options.hunt.samples, "Schedules of each sampler in a scenario")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--proof-executions", options.hunt.proof_executions,
                 "Scenarios whose whole search is no longer are proofs")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--workers", options.hunt.workers, "Processes")->check(CLI::Range(1, 64));
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!options.quick && (options.engines == "both" || !options.relacy.empty()))
    options.hunt.everywhere = true;
  return baton::model::run(options, arguments[0]);
}
