// Long doubles as INCRBYFLOAT and INCREX read and write them. Integers are read by resp/number.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace baton {

// A finite or infinite number in any form that strtold takes, without spaces around; never NaN.
[[nodiscard]] std::optional<long double> decimal_number(std::string_view text) noexcept;

// Room for the longest long double in plain decimal with 17 digits behind the point.
struct DecimalText {
  static constexpr std::size_t kBytes = 5 * 1024;
  char text[kBytes];
};

// Plain decimal, at most 17 digits behind the point, without trailing zeros; "inf" and "-inf".
[[nodiscard]] std::string_view plain_decimal(long double value, DecimalText& scratch) noexcept;

}  // namespace baton
