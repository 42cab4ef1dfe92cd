// Option words of commands are compared without regard to case, in ASCII.
#pragma once

#include <string_view>

namespace baton {

[[nodiscard]] constexpr char lower_letter(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// `lower` is in lower case.
[[nodiscard]] constexpr bool is_word(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (lower_letter(text[i]) != lower[i]) return false;
  return true;
}

}  // namespace baton
