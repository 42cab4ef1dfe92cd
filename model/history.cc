#include "model/history.h"

#include <cstdio>
#include <map>
#include <sstream>

namespace baton::model {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// "function<arguments>, path/file.h(12)" to "file.h:12 function".
std::string place_of(const std::string& text) {
  const std::size_t path = text.rfind(", ");
  const std::size_t open = text.rfind('(');
  if (path == std::string::npos || open == std::string::npos || open < path) return text;
  std::string file = text.substr(path + 2, open - path - 2);
  file.erase(0, file.rfind('/') + 1);
  const std::string line = text.substr(open + 1, text.size() - open - 2);
  return file + ":" + line + " " + text.substr(0, text.find_first_of("<,"));
}

}  // namespace

std::string readable_history(std::string_view relacy_text) {
  std::istringstream lines{std::string(relacy_text)};
  std::ostringstream out;
  std::map<std::string, std::string> words;
  std::string line;
  bool inside = false;
  while (std::getline(lines, line)) {
    if (line.starts_with("thread 0:")) break;
    if (line.find("[BEFORE END]") != std::string::npos) {
      inside = true;
      continue;
    }
    const std::size_t thread = line.find("] ");
    const std::size_t colon = line.find(": ");
    if (!inside || !line.starts_with("[") || thread == std::string::npos || colon == std::string::npos)
      continue;
    std::string step = line.substr(colon + 2);
    std::string place;
    if (const std::size_t in = step.find(", in "); in != std::string::npos) {
      place = place_of(step.substr(in + 5));
      step.erase(in);
    }
    if (step.starts_with("<")) {
      const std::size_t end = step.find("> ");
      std::string& name = words[step.substr(0, end)];
      if (name.empty()) name = "#" + std::to_string(words.size());
      step.replace(0, end + 1, name);
    }
    replace_all(step, " [NOT CURRENT]", " STALE");
    replace_all(step, "value=", "");
    replace_all(step, "order=", "");
    char prefix[128];
    std::snprintf(prefix, sizeof prefix, "%5s  thread %s  %-36s ", line.substr(1, thread - 1).c_str(),
                  line.substr(thread + 2, colon - thread - 2).c_str(), place.c_str());
    out << prefix << step << '\n';
  }
  return out.str();
}

}  // namespace baton::model
