#include "model/mutants_matrix.h"

#include <fmt/core.h>

#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

namespace baton::model {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + "\"";
}

std::string operator_of(const std::string& name) { return name.substr(name.find("->") + 2); }

// The other engine's, by scenario.
std::map<std::string, OtherVerdict> words_on(const Mutant& mutant, const OtherVerdicts& other) {
  const auto words = other.find(mutant.weakening.name);
  return words != other.end() ? words->second : std::map<std::string, OtherVerdict>();
}

// Of "random:2766" the strategy and the number of the schedule.
std::pair<std::string, std::string> parts_of(const std::string& where) {
  const std::size_t colon = where.find(':');
  return {where.substr(0, colon), colon == std::string::npos ? "0" : where.substr(colon + 1)};
}

}  // namespace

std::string matrix_text(const Mutants& mutants, const std::map<std::string, Survivor>& survivors,
                        bool everywhere, const OtherVerdicts& other) {
  std::string text;
  const auto say = std::back_inserter(text);
  const auto row = [&say](const auto&... field) {
    fmt::format_to(say, "{:<58} {:<8} {:<24} {:<9} {:>8}  {}\n", field...);
  };
  row("mutant", "engine", "scenario", "strategy", "schedule", "failure");
  std::size_t killed = 0;
  std::map<std::string, std::pair<std::size_t, std::size_t>> by_operator;
  for (const Mutant& mutant : mutants.all) {
    const Hunt* const kill = mutant.kill();
    auto& [dead, all] = by_operator[operator_of(mutant.weakening.name)];
    ++all;
    for (const Hunt& hunt : mutant.hunts) {
      if (!hunt.killed || (!everywhere && &hunt != kill)) continue;
      row(mutant.weakening.name, "explorer", hunt.scenario, hunt.strategy, hunt.schedule, hunt.failure);
    }
    for (const auto& [scenario, verdict] : words_on(mutant, other)) {
      if (!verdict.killed) continue;
      const auto [strategy, schedule] = parts_of(verdict.where);
      row(mutant.weakening.name, "relacy", scenario, strategy, schedule, verdict.failure);
      if (!everywhere) break;
    }
    if (kill == nullptr) continue;
    ++dead;
    ++killed;
  }
  fmt::format_to(say, "\nsurvivors of the explorer\n");
  for (const Mutant& mutant : mutants.all) {
    if (mutant.kill() != nullptr) continue;
    std::size_t proofs = 0;
    std::uint64_t executions = 0;
    std::string sampled;
    for (const Hunt& hunt : mutant.hunts) {
      proofs += hunt.complete ? 1 : 0;
      executions += hunt.executions;
      if (!hunt.complete) sampled += " " + hunt.scenario;
    }
    const auto listed = survivors.find(mutant.weakening.name);
    fmt::format_to(say, "{:<58} {:<12} {} of {} scenarios to the end, {} schedules{}{}\n",
                   mutant.weakening.name, listed == survivors.end() ? "not listed" : listed->second.kind,
                   proofs, mutant.hunts.size(), executions, sampled.empty() ? "" : "; sampled in", sampled);
  }
  fmt::format_to(say, "\n");
  for (const auto& [name, counts] : by_operator)
    fmt::format_to(say, "{:<10} {:>3} of {:>3} killed\n", name, counts.first, counts.second);
  fmt::format_to(say, "{} mutants, {} killed, {} survivors, in {:.1f} s ({:.1f} s of processors)\n",
                 mutants.all.size(), killed, mutants.all.size() - killed, mutants.seconds,
                 mutants.processor_seconds);
  return text;
}

void print_matrix(const Mutants& mutants, const std::map<std::string, Survivor>& survivors, bool everywhere,
                  const OtherVerdicts& other) {
  fmt::print("{}", matrix_text(mutants, survivors, everywhere, other));
}

bool write_matrix(const std::string& path, const Mutants& mutants,
                  const std::map<std::string, Survivor>& survivors, const OtherVerdicts& other) {
  std::ofstream to(path);
  to << "{\"seconds\": " << mutants.seconds << ", \"processor_seconds\": " << mutants.processor_seconds
     << ", \"mutants\": [";
  const char* before = "\n";
  for (const Mutant& mutant : mutants.all) {
    const Weakening& weakening = mutant.weakening.weakening;
    const std::string file = weakening.operation.site.file;
    const auto listed = survivors.find(mutant.weakening.name);
    to << before << " {\"name\": " << quoted(mutant.weakening.name) << ", \"site\": "
       << quoted(file.substr(file.rfind('/') + 1) + ":" + std::to_string(weakening.operation.site.line) +
                 ":" + std::to_string(weakening.operation.site.column))
       << ", \"operator\": " << quoted(operator_of(mutant.weakening.name))
       << ", \"killed\": " << (mutant.kill() != nullptr ? "true" : "false")
       << ", \"proved\": " << (mutant.proved() ? "true" : "false")
       << ", \"class\": " << (listed == survivors.end() ? "null" : quoted(listed->second.kind))
       << ", \"hunts\": [";
    const char* between = "";
    for (const Hunt& hunt : mutant.hunts) {
      to << between << "{\"engine\": \"explorer\", \"scenario\": " << quoted(hunt.scenario)
         << ", \"killed\": " << (hunt.killed ? "true" : "false") << ", \"searched\": "
         << (hunt.killed     ? "\"until killed\""
             : hunt.complete ? "\"to the end\""
                             : "\"sampled\"")
         << ", \"strategy\": " << quoted(hunt.strategy) << ", \"schedule\": " << hunt.schedule
         << ", \"failure\": " << quoted(hunt.failure) << ", \"replay\": " << quoted(hunt.replay)
         << ", \"executions\": " << hunt.executions << ", \"seconds\": " << hunt.seconds << "}";
      between = ", ";
    }
    for (const auto& [scenario, verdict] : words_on(mutant, other)) {
      const auto [strategy, schedule] = parts_of(verdict.where);
      to << between << "{\"engine\": \"relacy\", \"scenario\": " << quoted(scenario)
         << ", \"killed\": " << (verdict.killed ? "true" : "false") << ", \"searched\": "
         << (verdict.killed     ? "\"until killed\""
             : verdict.complete ? "\"to the end\""
                                : "\"sampled\"")
         << ", \"strategy\": " << quoted(strategy) << ", \"schedule\": " << schedule
         << ", \"failure\": " << quoted(verdict.failure) << "}";
      between = ", ";
    }
    to << "]}";
    before = ",\n";
  }
  to << "\n]}\n";
  to.close();  // a full disk may tell only now
  return !to.fail();
}

}  // namespace baton::model
