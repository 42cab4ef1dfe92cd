// Numbers as the configuration (and commands that take memory sizes) write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace baton {

// Decimal, the whole word, no leading '+', no spaces.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view word) noexcept;
[[nodiscard]] std::optional<std::int64_t> parse_octal(std::string_view word) noexcept;
// "1024", "100b", "1k" = 1000, "1kb" = 1024, m, mb, g, gb; letters in either case.
[[nodiscard]] std::optional<std::uint64_t> parse_memory(std::string_view word) noexcept;
// With the largest of gb, mb, kb that divides it: "100mb", "1000".
[[nodiscard]] std::string show_memory(std::uint64_t bytes);

}  // namespace baton
