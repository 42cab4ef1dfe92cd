#include "server/config/number_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace baton {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view word, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<Unit, 8> kUnits = {{{"", 1},
                                         {"b", 1},
                                         {"k", 1000},
                                         {"kb", 1024},
                                         {"m", 1000 * 1000},
                                         {"mb", 1024 * 1024},
                                         {"g", 1000 * 1000 * 1000},
                                         {"gb", 1024 * 1024 * 1024}}};

bool same_letters(std::string_view word, std::string_view lower) {
  if (word.size() != lower.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if ((word[i] | 0x20) != lower[i]) return false;
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view word) noexcept {
  const std::string_view digits = word.starts_with('-') ? word.substr(1) : word;
  if (digits.starts_with('0') && word != "0") return std::nullopt;  // no leading zeros, no "-0"
  return parse_whole<std::int64_t>(word, 10);
}

std::optional<std::int64_t> parse_octal(std::string_view word) noexcept {
  if (word.starts_with('-')) return std::nullopt;
  return parse_whole<std::int64_t>(word, 8);
}

std::optional<std::uint64_t> parse_memory(std::string_view word) noexcept {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  const auto count = parse_whole<std::uint64_t>(word.substr(0, digits), 10);
  if (!count) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (!same_letters(word.substr(digits), unit.name)) continue;
    if (*count > std::numeric_limits<std::uint64_t>::max() / unit.bytes) return std::nullopt;
    return *count * unit.bytes;
  }
  return std::nullopt;
}

std::string show_memory(std::uint64_t bytes) {
  for (const std::string_view name : {"gb", "mb", "kb"}) {
    const std::uint64_t unit = name == "gb" ? 1u << 30 : name == "mb" ? 1u << 20 : 1u << 10;
    if (bytes != 0 && bytes % unit == 0) return std::to_string(bytes / unit).append(name);
  }
  return std::to_string(bytes);
}

}  // namespace baton
