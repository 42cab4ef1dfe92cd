#include "server/resp/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace baton {

namespace {

// A finite double: 0.d1d2d3... times ten to the power `point`.
struct Decimal {
  char digits[20];
  int count = 0;
  int point = 0;
};

Decimal decimal(double magnitude) {
  char text[kDoubleBytesMax];
  char* const end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific).ptr;
  const char* const e = std::find(text, end, 'e');
  Decimal result;
  for (const char* at = text; at != e; ++at)
    if (*at != '.') result.digits[result.count++] = *at;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end, result.point);
  ++result.point;
  return result;
}

char* put(char* out, const char* bytes, int count) {
  std::memcpy(out, bytes, static_cast<std::size_t>(count));
  return out + count;
}

char* put_zeros(char* out, int count) {
  std::memset(out, '0', static_cast<std::size_t>(count));
  return out + count;
}

}  // namespace

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

// Which form is chosen where follows what Redis answers since 7.2.
char* format_double(char* out, double value) noexcept {
  constexpr double kWholeMax = 4611686018427387904.0;  // 2^62
  if (std::isnan(value)) return put(out, "nan", 3);
  if (std::signbit(value)) *out++ = '-';
  const double magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return put(out, "inf", 3);
  if (magnitude <= kWholeMax && magnitude == std::floor(magnitude))
    return format_int64(out, static_cast<std::int64_t>(magnitude));
  const Decimal d = decimal(magnitude);
  const int zeros = d.point - d.count;  // behind the digits, or, negative, digits behind the point
  const int exponent = d.point - 1;
  if (zeros >= 0 && exponent < d.count + 7) return put_zeros(put(out, d.digits, d.count), zeros);
  if (zeros < 0 && (zeros > -7 || std::abs(exponent) < 4)) {
    if (d.point <= 0) return put(put_zeros(put(out, "0.", 2), -d.point), d.digits, d.count);
    out = put(out, d.digits, d.point);
    *out++ = '.';
    return put(out, d.digits + d.point, d.count - d.point);
  }
  *out++ = d.digits[0];
  if (d.count > 1) {
    *out++ = '.';
    out = put(out, d.digits + 1, d.count - 1);
  }
  *out++ = 'e';
  *out++ = exponent < 0 ? '-' : '+';
  return format_int64(out, std::abs(exponent));
}

std::optional<double> parse_double(std::string_view text) noexcept {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(value)) return std::nullopt;
  return value;
}

}  // namespace baton
