#include "server/resp/number.h"

#include <charconv>
#include <cmath>

namespace baton {

std::optional<std::int64_t> parse_int64(std::string_view text) noexcept {
  const std::size_t first = !text.empty() && text.front() == '-' ? 1 : 0;
  if (text.size() == first) return std::nullopt;
  if (text[first] == '0') return text.size() == 1 ? std::optional<std::int64_t>(0) : std::nullopt;
  if (text[first] < '1' || text[first] > '9') return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

char* format_int64(char* out, std::int64_t value) noexcept { return std::to_chars(out, out + 20, value).ptr; }

std::optional<double> parse_double(std::string_view text) noexcept {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(value)) return std::nullopt;
  return value;
}

}  // namespace baton
