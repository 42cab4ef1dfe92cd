// Every element but '*' takes exactly one byte, so the earliest place where the text up to the last '*'
// matches is as good as any later one: only that last star is retried, and no pattern blows up.
#include "server/config/glob.h"

#include <algorithm>

namespace baton {
namespace {

unsigned char fold(char c, Letters letters) {
  const auto byte = static_cast<unsigned char>(c);
  return letters == Letters::any_case && byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

struct Step {
  bool matches;
  std::size_t next;  // index in the pattern behind the element
};

// `at` is behind the opening bracket.
Step match_class(std::string_view pattern, std::size_t at, char c, Letters letters) {
  const unsigned char byte = fold(c, letters);
  const bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool found = false;
  while (at < pattern.size() && pattern[at] != ']') {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      found |= fold(pattern[at + 1], letters) == byte;
      at += 2;
    } else if (at + 2 < pattern.size() && pattern[at + 1] == '-') {
      const auto [low, high] = std::minmax({fold(pattern[at], letters), fold(pattern[at + 2], letters)});
      found |= low <= byte && byte <= high;
      at += 3;
    } else {
      found |= fold(pattern[at], letters) == byte;
      ++at;
    }
  }
  return {found != negated, std::min(at + 1, pattern.size())};
}

// One element of the pattern, not a star, against one byte.
Step match_one(std::string_view pattern, std::size_t at, char c, Letters letters) {
  switch (pattern[at]) {
    case '?':
      return {true, at + 1};
    case '[':
      return match_class(pattern, at + 1, c, letters);
    case '\\':
      if (at + 1 < pattern.size()) ++at;
      break;
    default:
      break;
  }
  return {fold(pattern[at], letters) == fold(c, letters), at + 1};
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text, Letters letters) noexcept {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t retry_p = kNone;  // behind the last star
  std::size_t retry_t = 0;      // where the text behind that star begins
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      retry_p = ++p;
      retry_t = t;
      if (p == pattern.size()) return true;
      continue;
    }
    if (p < pattern.size()) {
      const Step step = match_one(pattern, p, text[t], letters);
      if (step.matches) {
        p = step.next;
        ++t;
        continue;
      }
    }
    if (retry_p == kNone) return false;
    p = retry_p;
    t = ++retry_t;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool glob_has_magic(std::string_view pattern) noexcept {
  return pattern.find_first_of("*?[\\") != std::string_view::npos;
}

}  // namespace baton
