#include "model/explorer/trace_text.h"

#include <fmt/core.h>

#include <algorithm>

namespace baton::explorer {
namespace {

const char* kind_of(Event event) {
  switch (event) {
    case Event::kLock:
    case Event::kUnlock:
      return "mutex";
    case Event::kPost:
    case Event::kWait:
    case Event::kClear:
      return "bell";
    case Event::kCell:
      return "cell";
    default:
      return "word";
  }
}

// Where user space has its heap and stacks on 64-bit Linux.
bool is_address(std::uint64_t value) { return value >= 1ull << 40 && value < 1ull << 47; }

// The length of the UTF-8 sequence at the start of `text`, or 0 if none is there.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Longer than needed, a surrogate, or past the last code point.
  const unsigned second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  return length;
}

}  // namespace

ObjectNames::ObjectNames(const Trace& trace) {
  for (const TraceStep& step : trace.steps) {
    if (has_value(step) && is_address(step.value)) addresses_.try_emplace(step.value, addresses_.size() + 1);
    if (step.object < 0) continue;
    const auto object = static_cast<std::size_t>(step.object);
    if (object >= kinds_.size()) kinds_.resize(object + 1, nullptr);
    if (kinds_[object] == nullptr) kinds_[object] = kind_of(step.event);
  }
}

std::string ObjectNames::of(int object) const {
  if (object < 0) return "";
  const auto at = static_cast<std::size_t>(object);
  const bool known = at < kinds_.size() && kinds_[at] != nullptr;
  return fmt::format("{} {}", known ? kinds_[at] : "word", object);
}

std::string operation_text(const TraceStep& step, const ObjectNames& names) {
  if (step.event == Event::kOther && !step.note.empty()) return step.note;
  std::string text = step.failed ? "failed " : "";
  if (step.event == Event::kCell) {
    text += step.writes ? "write" : "read";
  } else {
    text += name_of(step.event);
  }
  if (step.object >= 0) text += " " + names.of(step.object);
  if (has_value(step)) text += " = " + names.value(step.value);
  return text;
}

std::string order_text(const TraceStep& step) {
  switch (step.event) {
    case Event::kLoad:
    case Event::kStore:
    case Event::kRmw:
    case Event::kFence:
      return model::name_of(step.order);
    default:
      return "";
  }
}

std::string ObjectNames::value(std::uint64_t value) const {
  constexpr std::uint64_t kDecimalMax = 1ull << 40;
  const auto negative = static_cast<std::int64_t>(value);
  if (negative < 0 && negative >= -1'000'000) return fmt::format("{}", negative);
  if (const auto at = addresses_.find(value); at != addresses_.end()) return fmt::format("&{}", at->second);
  return value < kDecimalMax ? fmt::format("{}", value) : fmt::format("0x{:x}", value);
}

bool has_value(const TraceStep& step) {
  return step.event == Event::kLoad || step.event == Event::kStore || step.event == Event::kRmw ||
         step.event == Event::kCell;
}

bool has_place(const model::CallSite& site) { return site.file != nullptr && site.file[0] != '\0'; }

std::string place_text(const model::CallSite& site) {
  if (!has_place(site)) return "";
  const std::string_view file = site.file;
  const std::size_t slash = file.rfind('/');
  return fmt::format("{}:{}", slash == std::string_view::npos ? file : file.substr(slash + 1), site.line);
}

std::string_view function_text(const model::CallSite& site) {
  if (site.function == nullptr) return "";
  const std::string_view function = site.function;
  return function.starts_with("operator") ? function : function.substr(0, function.find('<'));
}

std::string thread_name(const Trace& trace, unsigned thread) {
  if (thread < trace.threads.size() && !trace.threads[thread].empty()) return trace.threads[thread];
  return fmt::format("thread {}", thread);
}

unsigned thread_count(const Trace& trace) {
  auto count = static_cast<unsigned>(trace.threads.size());
  for (const TraceStep& step : trace.steps) count = std::max(count, step.thread + 1);
  return count;
}

bool has_ended(const Trace& trace, unsigned thread) {
  return thread < trace.ended.size() && trace.ended[thread];
}

int last_step_of(const Trace& trace, unsigned thread) {
  for (std::size_t i = trace.steps.size(); i > 0; --i) {
    if (trace.steps[i - 1].thread == thread) return static_cast<int>(i - 1);
  }
  return kNoStep;
}

bool reads_a_step(const Trace& trace, std::size_t step) {
  const int from = trace.steps[step].read_from;
  return from >= 0 && static_cast<std::size_t>(from) < step;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text[0];
    if (length == 0) {
      out += "\\ufffd";
    } else if (length > 1) {
      out += text.substr(0, length);
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out += '"';
}

}  // namespace baton::explorer
