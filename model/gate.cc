#include "model/gate.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace baton::model {

bool read_survivors(const std::string& path, std::map<std::string, Survivor>& survivors, std::string& error) {
  std::ifstream file(path);
  if (!file) {
    error = path + ": cannot be read";
    return false;
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string name;
    Survivor survivor;
    words >> name >> survivor.kind >> std::ws;
    std::getline(words, survivor.why);
    const bool known = survivor.kind == "equivalent" || survivor.kind == "performance" ||
                       survivor.kind == "unmodelled" || survivor.kind == "over-strong";
    if (!known || survivor.why.empty() || !survivors.emplace(name, survivor).second) {
      error = path + ":" + std::to_string(number) +
              ": not 'name equivalent|performance|unmodelled|over-strong why', or listed twice";
      return false;
    }
  }
  return true;
}

std::vector<std::string> judge(const std::map<std::string, Verdict>& verdicts,
                               const std::map<std::string, Survivor>& survivors) {
  std::vector<std::string> complaints;
  for (const auto& [name, verdict] : verdicts) {
    const bool listed = survivors.contains(name);
    if (!verdict.caught && !listed) complaints.push_back("not caught, and not in survivors.txt: " + name);
    if (verdict.caught && listed) {
      complaints.push_back("in survivors.txt, but caught by " + verdict.by + ": " + name);
    }
  }
  for (const auto& [name, survivor] : survivors) {
    if (!verdicts.contains(name))
      complaints.push_back("in survivors.txt, but no such operation is run: " + name);
  }
  return complaints;
}

std::vector<std::string> unmet_operations(const std::string& folder, const OperationTable& table) {
  std::vector<std::string> unmet;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string header = entry.path().filename();
    // sync_policy.h declares what operations there are.
    if (!header.ends_with(".h") || header == "std_sync.h" || header == "sync_policy.h") continue;
    std::ifstream file(entry.path());
    std::string line;
    for (unsigned number = 1; std::getline(file, line); ++number) {
      const std::string code = line.substr(0, line.find("//"));
      bool operation = false;
      for (const char* call : {".load(", ".store(", ".exchange(", ".fetch_add(", "compare_exchange_strong(",
                               " Lock lock(", ".post()", ".wait()", ".pause()"}) {
        operation = operation || code.find(call) != std::string::npos;
      }
      if (!operation) continue;
      bool met = false;
      for (const Operation& known : table) {
        const char* const base = std::strrchr(known.site.file, '/');
        met = met || (known.site.line == number && header == (base != nullptr ? base + 1 : known.site.file));
      }
      if (!met) {
        unmet.push_back(header + ":" + std::to_string(number) + ": " +
                        code.substr(code.find_first_not_of(' ')));
      }
    }
  }
  return unmet;
}

}  // namespace baton::model
