#include "model/explorer/schedule.h"

#include <charconv>
#include <cstdio>

#include "queues/check.h"

namespace baton::explorer {

namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr unsigned kStaleMax = 7;
constexpr unsigned kSpuriousMax = 9;

std::string parse_machine(std::string_view text, MachineOptions& machine) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == 'b') {
      machine.bell_orders = true;
    } else if (letter == 'r') {
      machine.cpp11_release_sequences = true;
    } else if (letter == 'm') {
      machine.mixed = true;
    } else if ((letter == 's' || letter == 'c') && i + 1 < text.size() && text[i + 1] >= '0' &&
               text[i + 1] <= '9') {
      const auto count = static_cast<unsigned>(text[++i] - '0');
      if (count > (letter == 's' ? kStaleMax : kSpuriousMax))
        return "a load can look back over 7 stores at most";
      (letter == 's' ? machine.stale : machine.spurious) = count;
    } else {
      return "'" + std::string(text) + "' is no machine: it is written like s2c1brm";
    }
  }
  return {};
}

}  // namespace

Schedule schedule_of(const Engine& engine) {
  Schedule schedule{engine.machine(), static_cast<std::uint32_t>(engine.trace_hash()), engine.decisions()};
  while (!schedule.decisions.empty() && schedule.decisions.back() == 0) schedule.decisions.pop_back();
  return schedule;
}

std::string text_of(const Schedule& schedule) {
  std::string text;
  if (schedule.machine.stale != 0) text += "s" + std::to_string(schedule.machine.stale);
  if (schedule.machine.spurious != 0) text += "c" + std::to_string(schedule.machine.spurious);
  if (schedule.machine.bell_orders) text += 'b';
  if (schedule.machine.cpp11_release_sequences) text += 'r';
  if (schedule.machine.mixed) text += 'm';
  char hash[16];
  std::snprintf(hash, sizeof hash, ".%08x.", schedule.trace);
  text += hash;
  for (const std::uint8_t decision : schedule.decisions) {
    check(decision < kDigits.size(), "Schedule: a decision with more than 36 options");
    text += kDigits[decision];
  }
  return text;
}

std::string parse(std::string_view text, Schedule& schedule) {
  schedule = {};
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return "a schedule has three parts, as in s2.7f3a9c01.0110201";
  if (std::string error = parse_machine(text.substr(0, first), schedule.machine); !error.empty())
    return error;
  const std::string_view hash = text.substr(first + 1, second - first - 1);
  const auto [end, result] = std::from_chars(hash.data(), hash.data() + hash.size(), schedule.trace, 16);
  if (result != std::errc{} || end != hash.data() + hash.size() || hash.size() != 8) {
    return "'" + std::string(hash) + "' is no trace hash: eight hexadecimal digits";
  }
  for (const char digit : text.substr(second + 1)) {
    const std::size_t value = kDigits.find(digit);
    if (value == std::string_view::npos)
      return std::string("'") + digit + "' is no decision: 0 to 9 or a to z";
    schedule.decisions.push_back(static_cast<std::uint8_t>(value));
  }
  return {};
}

}  // namespace baton::explorer
