// Glob: Redis's patterns (KEYS, SCAN MATCH, PSUBSCRIBE, CONFIG GET).
//
//   *       any bytes, none among them        ?       any one byte
//   [abc]   one of these                      [a-z]   one of this range, in either order
//   [^a]    none of these                     \x      the byte x itself, inside brackets too
//
// An open bracket without its end closes at the end of the pattern; a backslash at the end stands for itself.
// Cost      at most |pattern| x |text| steps: only the last '*' is ever retried.
#pragma once

#include <string_view>

namespace baton {

enum class Letters : unsigned char { exact, any_case };  // any_case: ASCII only

[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view text,
                              Letters letters = Letters::exact) noexcept;

// The pattern has a byte that is not taken literally.
[[nodiscard]] bool glob_has_magic(std::string_view pattern) noexcept;

}  // namespace baton
