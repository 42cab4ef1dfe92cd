// Words of arguments that clients may write in any case.
#pragma once

#include <algorithm>
#include <string_view>

namespace baton {

// `lower` is in lower case.
[[nodiscard]] inline bool is_word(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
}

}  // namespace baton
