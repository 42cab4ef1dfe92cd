// Numbers as the protocol and its commands spell them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace baton {

// The canonical decimal form of an int64 and nothing else: no space, no '+', no leading zero, no "-0".
[[nodiscard]] std::optional<std::int64_t> parse_int64(std::string_view text) noexcept;

// Writes the decimal form of `value` to `out` (room for 20 bytes) and returns the end.
char* format_int64(char* out, std::int64_t value) noexcept;

// The shortest decimal form that reads back as `value`: "inf", "-inf", "nan"; whole numbers below 2^52 with
// all their digits, others with an exponent where that is much shorter ("1e+20", "1e-7"). Returns the end.
constexpr std::size_t kDoubleBytesMax = 32;
char* format_double(char* out, double value) noexcept;

// The whole text is a decimal number, or "inf", "+inf", "-inf", "infinity" in any case; no spaces, no "nan".
[[nodiscard]] std::optional<double> parse_double(std::string_view text) noexcept;

}  // namespace baton
