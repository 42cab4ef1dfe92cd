// ValueCondition: IFEQ, IFNE, IFDEQ and IFDNE: act only when the value, or its digest, is or is not the given
// one.
//
// The digest of a string is the 64-bit XXH3 of its bytes, written as 16 hexadecimal digits.
// https://redis.io/docs/latest/commands/digest/
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace baton {

inline constexpr std::size_t kDigestDigits = 16;

struct DigestText {
  char text[kDigestDigits];
  [[nodiscard]] std::string_view view() const noexcept { return {text, kDigestDigits}; }
};

[[nodiscard]] DigestText value_digest(std::string_view value) noexcept;

class ValueCondition {
 public:
  enum class Kind : std::uint8_t { none, equal, not_equal, digest_equal, digest_not_equal };
  enum class Verdict : std::uint8_t { met, unmet, malformed_digest };

  // none: not one of the words.
  [[nodiscard]] static Kind kind_of(std::string_view word) noexcept;

  ValueCondition() = default;
  ValueCondition(Kind kind, std::string_view operand) noexcept : kind_(kind), operand_(operand) {}

  [[nodiscard]] explicit operator bool() const noexcept { return kind_ != Kind::none; }
  [[nodiscard]] Verdict judge(std::string_view value) const noexcept;
  // Does the condition hold for a key that is not there?
  [[nodiscard]] bool met_when_absent() const noexcept {
    return kind_ != Kind::equal && kind_ != Kind::digest_equal;
  }

 private:
  Kind kind_ = Kind::none;
  std::string_view operand_;
};

inline constexpr std::string_view kMalformedDigest = "ERR must be exactly 16 hexadecimal characters";

}  // namespace baton
