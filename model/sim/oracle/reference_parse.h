// What the reference's commands have in common: numbers as the protocol wants them, options of time, errors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/sim/oracle/reference.h"

namespace baton::sim {

// A decimal integer without a sign "+", leading zeros or spaces, as far as 64 bits go.
[[nodiscard]] std::optional<std::int64_t> ref_integer(std::string_view text);
[[nodiscard]] std::optional<long double> ref_decimal(const std::string& text);
// 17 digits behind the point at most, no trailing zeros, never an exponent.
[[nodiscard]] std::string ref_plain(long double value);
[[nodiscard]] bool ref_is(std::string_view word, std::string_view lower_case);
[[nodiscard]] bool ref_glob(std::string_view pattern, std::string_view text);

inline std::vector<Reply> one(Reply reply) {
  std::vector<Reply> frames;
  frames.push_back(std::move(reply));
  return frames;
}
inline std::vector<Reply> err(std::string_view text) { return one(Reply::error(text)); }
inline std::vector<Reply> ok() { return one(Reply::simple("OK")); }
inline std::vector<Reply> num(std::int64_t value) { return one(Reply::of(value)); }

// EX, PX, EXAT and PXAT of SET and others; one further word of its own (KEEPTTL or PERSIST).
struct RefTime {
  enum class Word : std::uint8_t { none, taken, wrong };
  explicit RefTime(std::string_view other, bool repeats = true) : other_word(other), may_repeat(repeats) {}

  std::string other_word;
  bool may_repeat;
  std::string kind;  // "", "ex", "px", "exat", "pxat" or the other word
  std::string value;

  Word take(const Arguments& args, std::size_t& i);
  [[nodiscard]] bool has_time() const { return !kind.empty() && kind != other_word; }
  // The time in milliseconds; nothing: it is no time, and `ERR` is the answer.
  [[nodiscard]] std::optional<std::int64_t> at_ms(std::int64_t now_ms) const;
};

}  // namespace baton::sim
