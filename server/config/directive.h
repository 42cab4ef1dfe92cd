// Directive: one name of the configuration: how its value is read, shown and written.
//
// The table is constant. A directive knows where in Config its value lies; it has no state. `assign` checks
// the words completely before it changes anything.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/config/config.h"

namespace baton {

enum DirectiveFlag : std::uint8_t {
  kModifiable = 0,
  kImmutable = 1u << 0,  // CONFIG SET refuses
  kProtected = 1u << 1,  // CONFIG SET refuses unless enable-protected-configs allows
  kSensitive = 1u << 2,  // its value does not belong into logs
  kManyWords = 1u << 3,  // takes several words; a single word is split at spaces
  kHidden = 1u << 4,     // of files only: CONFIG GET does not show it
  kSize = 1u << 5,       // a number of bytes
};

struct Choice {
  std::string_view word;
  int value;
};

struct Directive {
  using Assign = std::string (*)(const Directive&, Config&, std::span<const std::string> words);
  using Show = std::string (*)(const Directive&, const Config&);
  // What follows the name on each of the lines that set the whole value, quoted; none when it says nothing.
  using Lines = std::vector<std::string> (*)(const Directive&, const Config&);

  std::string_view name;
  std::string_view alias = {};
  std::uint8_t flags = kModifiable;
  Assign assign = nullptr;  // empty text: done; else why the words are refused
  Show show = nullptr;
  Lines lines = nullptr;
  // What a kind needs: bounds of numbers (inclusive), words of an enumeration, words known but refused.
  std::int64_t min = 0;
  std::uint64_t max = 0;
  std::span<const Choice> choices = {};
  std::span<const std::string_view> refused = {};
  // Of a feature that is not there: the values that say nothing of it, and how a refusal names it.
  std::string_view initial = {};
  std::string_view also = {};
  std::string_view feature = {};

  [[nodiscard]] bool is(DirectiveFlag flag) const noexcept { return (flags & flag) != 0; }
};

[[nodiscard]] std::span<const Directive> directives() noexcept;
// By name or alias, letters in either case; null when there is none.
[[nodiscard]] const Directive* find_directive(std::string_view name) noexcept;

}  // namespace baton
