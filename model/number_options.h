// Checks of what a command line says, for CLI11: its own reading takes a number that does not fit for the
// largest, lets nan and inf through ranges, and an empty text through as if the option were not there. Each
// returns an error text, or nothing.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace baton::model {

inline std::string is_count(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end) return {};
  return "'" + text + "' is no number from 0 to 18446744073709551615";
}

// Seconds.
inline std::string is_time(const std::string& text) {
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error == std::errc() && rest == end && std::isfinite(seconds) && seconds > 0) return {};
  return "'" + text + "' is no number of seconds above 0";
}

// A name or a path.
inline std::string is_text(const std::string& text) { return text.empty() ? "nothing is named" : ""; }

}  // namespace baton::model
