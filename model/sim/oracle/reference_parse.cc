#include "model/sim/oracle/reference_parse.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace baton::sim {

std::optional<std::int64_t> ref_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = negative ? text.substr(1) : text;
  if (digits.empty() || digits.size() > 19) return std::nullopt;
  if (digits[0] == '0' && (digits.size() > 1 || negative)) return std::nullopt;
  __int128 value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (negative) value = -value;
  if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<long double> ref_decimal(const std::string& text) {
  if (text.empty() || text.size() > 5000 || text.find('\0') != std::string::npos) return std::nullopt;
  if (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')) return std::nullopt;
  char* end = nullptr;
  const long double value = std::strtold(text.c_str(), &end);
  if (*end != '\0' || std::isnan(value)) return std::nullopt;
  return value;
}

std::string ref_plain(long double value) {
  std::array<char, 5200> digits{};
  const int written = std::snprintf(digits.data(), digits.size(), "%.17Lf", value);
  std::string text(digits.data(), static_cast<std::size_t>(written));
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

bool ref_is(std::string_view word, std::string_view lower_case) {
  if (word.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower_case[i]) return false;
  }
  return true;
}

bool ref_glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  const auto rest = [&](std::size_t n) { return pattern.substr(n); };
  if (pattern[0] == '*') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip)
      if (ref_glob(rest(1), text.substr(skip))) return true;
    return false;
  }
  if (text.empty()) return false;
  if (pattern[0] == '?') return ref_glob(rest(1), text.substr(1));
  if (pattern[0] == '[') {
    const std::size_t end = pattern.find(']');
    if (end == std::string_view::npos) return false;  // the plans have none that is not closed
    std::string_view set = pattern.substr(1, end - 1);
    const bool inverted = set.starts_with('^');
    if (inverted) set.remove_prefix(1);
    bool in = false;
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (i + 2 < set.size() && set[i + 1] == '-') {
        in |= text[0] >= set[i] && text[0] <= set[i + 2];
        i += 2;
      } else {
        in |= text[0] == set[i];
      }
    }
    return in != inverted && ref_glob(rest(end + 1), text.substr(1));
  }
  if (pattern[0] == '\\' && pattern.size() > 1) {
    return pattern[1] == text[0] && ref_glob(rest(2), text.substr(1));
  }
  return pattern[0] == text[0] && ref_glob(rest(1), text.substr(1));
}

RefTime::Word RefTime::take(const Arguments& args, std::size_t& i) {
  for (const std::string_view word : {"ex", "px", "exat", "pxat", other_word.c_str()}) {
    if (!ref_is(args[i], word)) continue;
    if (!kind.empty() && (kind != word || !may_repeat)) return Word::wrong;
    kind = word;
    if (!has_time()) return Word::taken;
    if (i + 1 == args.size()) return Word::wrong;
    value = args[++i];
    return Word::taken;
  }
  return Word::none;
}

std::optional<std::int64_t> RefTime::at_ms(std::int64_t now_ms) const {
  const auto number = ref_integer(value);
  if (!number || *number <= 0) return std::nullopt;
  __int128 at = *number;
  if (kind == "ex" || kind == "exat") at *= 1000;
  if (at > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  if (kind == "ex" || kind == "px") at += now_ms;
  if (at > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(at);
}

}  // namespace baton::sim
