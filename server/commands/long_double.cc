#include "server/commands/long_double.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace baton {

std::optional<long double> decimal_number(std::string_view text) noexcept {
  if (text.empty() || text.size() >= DecimalText::kBytes) return std::nullopt;
  bool negative = false;
  if (text[0] == '+' || text[0] == '-') {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || text[0] == '-') return std::nullopt;
  auto format = std::chars_format::general;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    format = std::chars_format::hex;
    text.remove_prefix(2);
    if (text[0] == '-') return std::nullopt;
  }
  long double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format);
  if (error != std::errc{} || end != text.data() + text.size() || std::isnan(value)) return std::nullopt;
  return negative ? -value : value;
}

std::string_view plain_decimal(long double value, DecimalText& scratch) noexcept {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const int written = std::snprintf(scratch.text, DecimalText::kBytes, "%.17Lf", value);
  std::string_view text(scratch.text, static_cast<std::size_t>(written));
  while (text.back() == '0') text.remove_suffix(1);
  if (text.back() == '.') text.remove_suffix(1);
  return text == "-0" ? "0" : text;
}

}  // namespace baton
