#include "server/commands/value_condition.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "server/commands/words.h"

namespace baton {

DigestText value_digest(std::string_view value) noexcept {
  std::uint64_t hash = XXH3_64bits(value.data(), value.size());
  DigestText digest;
  for (std::size_t i = kDigestDigits; i-- > 0; hash >>= 4) digest.text[i] = "0123456789abcdef"[hash & 15];
  return digest;
}

ValueCondition::Kind ValueCondition::kind_of(std::string_view word) noexcept {
  if (is_word(word, "ifeq")) return Kind::equal;
  if (is_word(word, "ifne")) return Kind::not_equal;
  if (is_word(word, "ifdeq")) return Kind::digest_equal;
  if (is_word(word, "ifdne")) return Kind::digest_not_equal;
  return Kind::none;
}

ValueCondition::Verdict ValueCondition::judge(std::string_view value) const noexcept {
  bool same = false;
  bool wants_same = true;
  switch (kind_) {
    case Kind::none:
      return Verdict::met;
    case Kind::equal:
    case Kind::not_equal:
      wants_same = kind_ == Kind::equal;
      same = value == operand_;
      break;
    case Kind::digest_equal:
    case Kind::digest_not_equal:
      if (operand_.size() != kDigestDigits) return Verdict::malformed_digest;
      wants_same = kind_ == Kind::digest_equal;
      same = is_word(operand_, value_digest(value).view());
      break;
  }
  return same == wants_same ? Verdict::met : Verdict::unmet;
}

}  // namespace baton
