#include "model/sim/run_trace.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace baton::sim {

using explorer::kNoStep;
using explorer::TraceStep;

namespace {

std::string thread_name(const Recording& recording, unsigned thread) {
  if (thread < recording.threads.size()) return recording.threads[thread];
  return fmt::format("thread {}", thread);
}

std::string in_words(const Recording& recording, std::size_t at) {
  if (at >= recording.steps.size()) return "the end";
  const TraceStep& step = recording.steps[at];
  return fmt::format("{} {} object {} value {:#x}{}{} {} at {}:{}", thread_name(recording, step.thread),
                     name_of(step.event), step.object, step.value, step.stale ? " (stale)" : "",
                     step.failed ? " (failed)" : "", step.note, step.site.file, step.site.line);
}

bool same_place(const TraceStep& one, const TraceStep& other) {
  return one.site.line == other.site.line && std::strcmp(one.site.file, other.site.file) == 0;
}

// But for its value, which may be an address.
bool same(const TraceStep& one, const TraceStep& other) {
  return one.thread == other.thread && one.event == other.event && one.object == other.object &&
         one.read_from == other.read_from && one.stale == other.stale && one.failed == other.failed &&
         one.note == other.note && same_place(one, other);
}

}  // namespace

explorer::Trace trace_of(const Recording& recording, const std::string& replay, std::size_t steps_max) {
  explorer::Trace trace;
  trace.scenario = "the whole server";
  trace.schedule = replay;
  for (unsigned i = 0; i < recording.threads.size(); ++i) trace.threads.push_back(thread_name(recording, i));
  const auto world = static_cast<unsigned>(trace.threads.size());
  trace.threads.emplace_back("world");
  trace.failure = recording.failure;
  trace.failed_at = recording.failed_at;
  trace.failed_thread = recording.failed_thread;

  const std::size_t all = recording.steps.size();
  const std::size_t first = all > steps_max ? all - steps_max : 0;
  std::vector<int> places(all, kNoStep);  // in what is shown
  auto told = std::find_if(recording.told.begin(), recording.told.end(), [&](const Kernel::Told& one) {
    return one.after_step >= static_cast<int>(first);
  });
  for (std::size_t i = first; i < all; ++i) {
    places[i] = static_cast<int>(trace.steps.size());
    TraceStep& step = trace.steps.emplace_back(recording.steps[i]);
    if (step.read_from != kNoStep) {
      const auto from = static_cast<std::size_t>(step.read_from);
      step.read_from = places[from];
      if (from < first) step.note += step.note.empty() ? "written earlier" : ", written earlier";
    }
    for (; told != recording.told.end() && told->after_step <= static_cast<int>(i); ++told) {
      TraceStep& event = trace.steps.emplace_back();
      event.thread = world;
      event.event = explorer::Event::kOther;
      event.note = told->what;
    }
  }
  return trace;
}

std::string first_difference(const Recording& one, const Recording& other) {
  const std::size_t common = std::min(one.steps.size(), other.steps.size());
  std::size_t at = 0;
  while (at < common && same(one.steps[at], other.steps[at])) ++at;
  if (at == common && one.steps.size() == other.steps.size()) {
    at = 0;
    while (at < common && one.steps[at].value == other.steps[at].value) ++at;
    if (at == common) return {};
  }
  return fmt::format("step {}\n    first:  {}\n    second: {}", at, in_words(one, at), in_words(other, at));
}

}  // namespace baton::sim
