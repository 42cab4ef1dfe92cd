#include "model/explorer/picture.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "model/explorer/picture_text.h"
#include "model/explorer/trace_text.h"

namespace baton::explorer {
namespace {

// The files that steps come from, each place once.
class Places {
 public:
  int number_of(const model::CallSite& site) {
    if (!has_place(site)) return -1;
    const std::string_view function = function_text(site);
    const auto [at, added] = numbers_.try_emplace(Place{site.file, site.line, function}, numbers_.size());
    if (added) list_.emplace_back(site.file, site.line, function);
    return static_cast<int>(at->second);
  }

  // Without the folders that all have in common: where the tree lay when it was compiled is nobody's
  // business.
  void append_to(std::string& out) const {
    const std::size_t common = common_folders();
    for (std::size_t i = 0; i < list_.size(); ++i) {
      out += i == 0 ? "[" : ",[";
      const auto& [file, line, function] = list_[i];
      append_json(out, file.substr(common));
      out += fmt::format(",{},", line);
      append_json(out, function);
      out += ']';
    }
  }

 private:
  [[nodiscard]] std::size_t common_folders() const {
    if (list_.empty() || !std::get<0>(list_[0]).starts_with('/')) return 0;
    std::string_view common = std::get<0>(list_[0]);
    for (const auto& [file, line, function] : list_) {
      const auto differ = std::mismatch(common.begin(), common.end(), file.begin(), file.end());
      common = common.substr(0, static_cast<std::size_t>(differ.first - common.begin()));
    }
    const std::size_t slash = common.rfind('/');
    return slash == std::string_view::npos ? 0 : slash + 1;
  }

  using Place = std::tuple<std::string_view, unsigned, std::string_view>;  // file, line, function
  std::map<Place, std::size_t> numbers_;
  std::vector<Place> list_;
};

void append_step(std::string& out, const Trace& trace, std::size_t i, const ObjectNames& names,
                 Places& places) {
  const TraceStep& step = trace.steps[i];
  out += fmt::format("[{},", step.thread);
  append_json(out, name_of(step.event));
  out += ',';
  append_json(out, order_text(step));
  out += fmt::format(",{},", step.object);
  append_json(out, has_value(step) ? names.value(step.value) : "");
  const int flags =
      (step.writes ? 1 : 0) | (step.stale ? 2 : 0) | (step.failed ? 4 : 0) | (step.preemption ? 8 : 0);
  out += fmt::format(",{},{},{},", reads_a_step(trace, i) ? step.read_from : -1, flags,
                     places.number_of(step.site));
  append_json(out, step.note);
  out += ']';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_json(out, name);
  out += ':';
  append_json(out, text);
  out += ',';
}

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string picture_data(const Trace& trace) {
  std::string out = "{";
  append_member(out, "scenario", trace.scenario);
  append_member(out, "variant", trace.variant);
  append_member(out, "schedule", trace.schedule);
  append_member(out, "failure", trace.failure);
  append_member(out, "failedAt", trace.failed_at);
  const bool one_failed =
      trace.failed_thread >= 0 && static_cast<unsigned>(trace.failed_thread) < thread_count(trace);
  out += fmt::format("\"failedThread\":{},\"threads\":[", one_failed ? trace.failed_thread : -1);
  for (unsigned t = 0; t < thread_count(trace); ++t) {
    if (t > 0) out += ',';
    append_json(out, thread_name(trace, t));
  }
  out += "],\"ended\":[";
  for (unsigned t = 0; t < thread_count(trace); ++t) {
    out += fmt::format("{}{}", t > 0 ? "," : "", has_ended(trace, t));
  }
  out += "],\"objects\":[";
  const ObjectNames names(trace);
  for (int object = 0; object < names.size(); ++object) {
    if (object > 0) out += ',';
    append_json(out, names.of(object));
  }
  out += "],\"steps\":[";
  Places places;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    append_step(out, trace, i, names, places);
  }
  out += "],\n\"places\":[";
  places.append_to(out);
  out += "]}";
  return out;
}

// In one pass over the template, so that nothing that is put in is taken for a place to fill.
std::string picture(const Trace& trace) {
  const std::string title = html_text(trace.scenario + (trace.failure.empty() ? "" : ": " + trace.failure));
  const std::string data = picture_data(trace);
  std::string script(kPictureTrace);
  script += kPictureElements;
  script += kPictureScript;
  const std::pair<std::string_view, std::string_view> parts[] = {
      {"title", title}, {"style", kPictureStyle}, {"trace", data}, {"script", script}};
  std::string page;
  std::string_view rest = kPicturePage;
  while (!rest.empty()) {
    const std::size_t open = rest.find("{{");
    page += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find("}}", open);
    const std::string_view name = rest.substr(open + 2, close - open - 2);
    for (const auto& [part, text] : parts) {
      if (part == name) page += text;
    }
    rest.remove_prefix(close + 2);
  }
  return page;
}

}  // namespace baton::explorer
