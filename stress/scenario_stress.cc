// baton-scenario-stress: the scenarios of model/ on the threads of this machine.
//
//   baton-scenario-stress [--seconds S | --runs N]                 every scenario; 0.5 seconds each unless
//   told baton-scenario-stress --scenario mailbox_ring --seconds 60 baton-scenario-stress --defects --seconds
//   10                   every seeded defect: is it found, and when? baton-scenario-stress --scenario
//   swap_queue --defect 'rung before the join' baton-scenario-stress ... --json FILE a JSON object a line; -
//   for standard output baton-scenario-stress --list
//
// Exit status: 0 all hold, or the defects were run, found or not; 1 a scenario does not hold; 2 the command
// line is wrong. A defect that is not found is no failure: that real threads miss it is what the models are
// for.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "stress/scenario_run.h"

#if defined(__SANITIZE_THREAD__)
#define BATON_BUILD "tsan"
// A race ends the child, and so is told with the run that had it.
extern "C" const char* __tsan_default_options() { return "halt_on_error=1"; }
#elif defined(__SANITIZE_ADDRESS__)
#define BATON_BUILD "asan"
#else
#define BATON_BUILD "plain"
#endif

namespace baton {
namespace {

using model::kNoDefect;
using model::Scenario;

struct Options {
  bool list = false;
  bool defects = false;
  std::string scenario;
  std::string defect;
  std::string json;
  ThreadLimits limits;
};

int complain(const std::string& what) {
  std::fprintf(stderr,
               "baton-scenario-stress: %s\n"
               "usage: baton-scenario-stress [--scenario NAME] [--seconds S] [--runs N] [--seed X] "
               "[--hang-seconds S]\n"
               "                             [--defects | --defect NAME] [--json FILE] | --list\n",
               what.c_str());
  return 2;
}

// A number that is all of the text; false if it is none, or negative.
bool parse(const std::string& text, double& number) {
  char* end = nullptr;
  number = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && number >= 0 && number < 1e9;
}

bool parse(const std::string& text, std::uint64_t& number) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    return false;
  number = std::strtoull(text.c_str(), nullptr, 10);
  return true;
}

// 0, or the exit status.
int parse(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--list") {
      options.list = true;
      continue;
    }
    if (name == "--defects") {
      options.defects = true;
      continue;
    }
    if (i + 1 == count) return complain("'" + name + "' is not known, or lacks its value");
    const std::string value = arguments[++i];
    bool good = true;
    if (name == "--scenario") {
      options.scenario = value;
    } else if (name == "--defect") {
      options.defect = value;
    } else if (name == "--json") {
      options.json = value;
    } else if (name == "--seconds") {
      good = parse(value, options.limits.seconds);
    } else if (name == "--hang-seconds") {
      good = parse(value, options.limits.hang_seconds) && options.limits.hang_seconds > 0;
    } else if (name == "--runs") {
      good = parse(value, options.limits.runs);
    } else if (name == "--seed") {
      good = parse(value, options.limits.seed);
    } else {
      return complain("'" + name + "' is not known");
    }
    if (!good) return complain(std::string("'").append(value).append("' is no value for ").append(name));
  }
  if (options.limits.runs == 0 && options.limits.seconds == 0) options.limits.seconds = 0.5;
  return 0;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + "\"";
}

class Report {
 public:
  // False if the file cannot be written.
  bool open(const std::string& json) {
    if (json.empty()) return true;
    json_ = json == "-" ? stdout : std::fopen(json.c_str(), "w");
    return json_ != nullptr;
  }

  void add(const Scenario& scenario, int defect, const ThreadOutcome& outcome) {
    const bool seeded = defect != kNoDefect;
    const bool bad = outcome.end != ThreadEnd::kHeld;
    const std::string what = seeded ? scenario.defects[static_cast<std::size_t>(defect)] : "";
    const double rate = outcome.seconds > 0 ? static_cast<double>(outcome.runs) / outcome.seconds : 0;
    const char* const verdict = seeded ? (bad ? "found" : "not found") : (bad ? "FAILED" : "held");
    if (json_ != stdout) {
      std::printf("%-24s %-46s %-10s %9llu runs %8.3f s %9.0f runs/s%s%s\n", scenario.name, what.c_str(),
                  verdict, static_cast<unsigned long long>(outcome.runs), outcome.seconds, rate,
                  bad ? "  " : "", outcome.failure.c_str());
      if (bad && !seeded) std::printf("%s", outcome.report.c_str());
      std::fflush(stdout);
    }
    if (json_ != nullptr) {
      std::fprintf(json_,
                   "{\"scenario\": %s, \"defect\": %s, \"build\": \"" BATON_BUILD
                   "\", \"verdict\": %s, \"how\": %s, \"failure\": %s, \"runs\": %llu, \"seconds\": %.3f}\n",
                   quoted(scenario.name).c_str(), seeded ? quoted(what).c_str() : "null",
                   quoted(seeded || !bad ? verdict : "failed").c_str(),
                   bad ? quoted(name_of(outcome.end)).c_str() : "null", quoted(outcome.failure).c_str(),
                   static_cast<unsigned long long>(outcome.runs), outcome.seconds);
      std::fflush(json_);
    }
  }

 private:
  std::FILE* json_ = nullptr;
};

int list(const std::vector<Scenario>& scenarios) {
  for (const Scenario& scenario : scenarios) {
    std::printf("%s (%u threads)\n", scenario.name, scenario.threads);
    for (const char* defect : scenario.defects) std::printf("  %s\n", defect);
  }
  return 0;
}

int run(const Options& options) {
  const std::vector<Scenario> scenarios = scenarios_on_threads();
  if (options.list) return list(scenarios);
  Report report;
  if (!report.open(options.json)) return complain(options.json + ": " + std::strerror(errno));
  bool scenario_met = false;
  bool defect_met = false;
  bool good = true;
  for (const Scenario& scenario : scenarios) {
    if (!options.scenario.empty() && options.scenario != scenario.name) continue;
    scenario_met = true;
    if (!options.defects && options.defect.empty()) {
      const ThreadOutcome outcome = run_on_threads(scenario, kNoDefect, options.limits);
      report.add(scenario, kNoDefect, outcome);
      good = good && outcome.end == ThreadEnd::kHeld;
      continue;
    }
    for (std::size_t defect = 0; defect < scenario.defects.size(); ++defect) {
      if (!options.defects && options.defect != scenario.defects[defect]) continue;
      defect_met = true;
      const int index = static_cast<int>(defect);
      report.add(scenario, index, run_on_threads(scenario, index, options.limits));
    }
  }
  if (!scenario_met) return complain("no scenario named '" + options.scenario + "'; --list names them");
  if (!options.defect.empty() && !defect_met) {
    return complain("no defect named '" + options.defect + "' there; --list names them");
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace baton

int main(int count, char** arguments) {
  baton::Options options;
  const int status = baton::parse(count, arguments, options);
  return status != 0 ? status : baton::run(options);
}
