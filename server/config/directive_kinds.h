// The kinds of directives: a yes/no, a number, a size, a word of a list, a text. Each is a function that
// makes a Directive for one field of Config; the field is a template argument, so that the table is a
// constant without state.
//
//   number<&Config::network, &NetworkConfig::port>("port", 0, 65535)
//
// Error texts are those that Redis's clients know. For directive_table.cc only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "server/config/directive.h"
#include "server/config/number_words.h"
#include "server/config/words.h"

namespace baton::directive_kinds {

using Words = std::span<const std::string>;

inline bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

template <auto Group, auto Member>
struct Field {
  static auto& of(Config& config) { return (config.*Group).*Member; }
  static const auto& of(const Config& config) { return (config.*Group).*Member; }
};

// One line with the shown value as one word.
inline std::vector<std::string> line_of_shown(const Directive& d, const Config& config) {
  return {quote_word(d.show(d, config))};
}

template <class F>
std::string assign_flag(const Directive&, Config& config, Words words) {
  const bool yes = same_word(words[0], "yes");
  if (!yes && !same_word(words[0], "no")) return "argument must be 'yes' or 'no'";
  F::of(config) = yes;
  return {};
}

template <class F>
std::string show_flag(const Directive&, const Config& config) {
  return F::of(config) ? "yes" : "no";
}

inline std::string outside(const Directive& d) {
  return "argument must be between " + std::to_string(d.min) + " and " + std::to_string(d.max) + " inclusive";
}

template <class F>
std::string assign_number(const Directive& d, Config& config, Words words) {
  const auto value = parse_integer(words[0]);
  if (!value) return "argument couldn't be parsed into an integer";
  if (*value < d.min || *value > static_cast<std::int64_t>(d.max)) return outside(d);
  F::of(config) = *value;
  return {};
}

template <class F>
std::string show_number(const Directive&, const Config& config) {
  return std::to_string(F::of(config));
}

template <class F>
std::string assign_octal(const Directive& d, Config& config, Words words) {
  const auto value = parse_octal(words[0]);
  if (!value) return "argument couldn't be parsed as an octal number";
  if (*value < d.min || *value > static_cast<std::int64_t>(d.max))
    return "argument must be between 0 and 777 inclusive";
  F::of(config) = *value;
  return {};
}

template <class F>
std::string show_octal(const Directive&, const Config& config) {
  std::string digits;
  for (auto rest = static_cast<std::uint64_t>(F::of(config)); rest != 0; rest /= 8)
    digits.insert(digits.begin(), static_cast<char>('0' + rest % 8));
  return digits.empty() ? "0" : digits;
}

template <class F>
std::string assign_size(const Directive& d, Config& config, Words words) {
  const auto value = parse_memory(words[0]);
  if (!value) return "argument must be a memory value";
  if (*value < static_cast<std::uint64_t>(d.min) || *value > d.max) return outside(d);
  F::of(config) = *value;
  return {};
}

template <class F>
std::vector<std::string> size_lines(const Directive&, const Config& config) {
  return {show_memory(F::of(config))};
}

template <class F>
std::string assign_choice(const Directive& d, Config& config, Words words) {
  using Value = std::remove_reference_t<decltype(F::of(config))>;
  for (const Choice& choice : d.choices) {
    if (!same_word(choice.word, words[0])) continue;
    F::of(config) = static_cast<Value>(choice.value);
    return {};
  }
  std::string known;
  for (const Choice& choice : d.choices) known.append(known.empty() ? "" : ", ").append(choice.word);
  for (const std::string_view word : d.refused)
    if (same_word(word, words[0]))
      return "'" + std::string(word) + "' is not in this version of Baton, only " + known;
  return "argument(s) must be one of the following: " + known;
}

template <class F>
std::string show_choice(const Directive& d, const Config& config) {
  for (const Choice& choice : d.choices)
    if (choice.value == static_cast<int>(F::of(config))) return std::string(choice.word);
  return {};
}

template <class F>
std::string assign_text(const Directive&, Config& config, Words words) {
  F::of(config) = words[0];
  return {};
}

// The system would cut a name at a zero byte.
template <class F>
std::string assign_path(const Directive&, Config& config, Words words) {
  if (words[0].find('\0') != std::string::npos) return "argument must not contain a zero byte";
  F::of(config) = words[0];
  return {};
}

template <class F>
std::string show_text(const Directive&, const Config& config) {
  return F::of(config);
}

template <auto G, auto M>
constexpr Directive flag(std::string_view name, std::uint8_t flags = kModifiable) {
  using F = Field<G, M>;
  return {
      .name = name, .flags = flags, .assign = assign_flag<F>, .show = show_flag<F>, .lines = line_of_shown};
}

template <auto G, auto M>
constexpr Directive number(std::string_view name, std::int64_t min, std::int64_t max,
                           std::uint8_t flags = kModifiable, std::string_view alias = {}) {
  using F = Field<G, M>;
  return {.name = name,
          .alias = alias,
          .flags = flags,
          .assign = assign_number<F>,
          .show = show_number<F>,
          .lines = line_of_shown,
          .min = min,
          .max = static_cast<std::uint64_t>(max)};
}

template <auto G, auto M>
constexpr Directive octal(std::string_view name, std::int64_t max, std::uint8_t flags = kModifiable) {
  using F = Field<G, M>;
  return {.name = name,
          .flags = flags,
          .assign = assign_octal<F>,
          .show = show_octal<F>,
          .lines = line_of_shown,
          .max = static_cast<std::uint64_t>(max)};
}

template <auto G, auto M>
constexpr Directive size(std::string_view name, std::int64_t min, std::uint64_t max,
                         std::uint8_t flags = kModifiable, std::string_view alias = {}) {
  using F = Field<G, M>;
  return {.name = name,
          .alias = alias,
          .flags = flags,
          .assign = assign_size<F>,
          .show = show_number<F>,
          .lines = size_lines<F>,
          .min = min,
          .max = max};
}

template <auto G, auto M>
constexpr Directive choice(std::string_view name, std::span<const Choice> choices,
                           std::uint8_t flags = kModifiable, std::span<const std::string_view> refused = {}) {
  using F = Field<G, M>;
  return {.name = name,
          .flags = flags,
          .assign = assign_choice<F>,
          .show = show_choice<F>,
          .lines = line_of_shown,
          .choices = choices,
          .refused = refused};
}

template <auto G, auto M>
constexpr Directive text(std::string_view name, std::uint8_t flags = kModifiable) {
  using F = Field<G, M>;
  return {
      .name = name, .flags = flags, .assign = assign_text<F>, .show = show_text<F>, .lines = line_of_shown};
}

template <auto G, auto M>
constexpr Directive path(std::string_view name, std::uint8_t flags = kModifiable) {
  using F = Field<G, M>;
  return {
      .name = name, .flags = flags, .assign = assign_path<F>, .show = show_text<F>, .lines = line_of_shown};
}

}  // namespace baton::directive_kinds
