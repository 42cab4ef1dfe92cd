// data_command: one line of a table of data commands.
#pragma once

#include "server/commands/command.h"

namespace baton {

inline constexpr KeyRange kNoKeys{0, 0, 0};
inline constexpr KeyRange kFirstKey{1, 1, 1};
inline constexpr KeyRange kTwoKeys{1, 2, 1};
inline constexpr KeyRange kAllKeys{1, -1, 1};
inline constexpr KeyRange kPairs{1, -1, 2};
inline constexpr KeyRange kSubcommandKey{2, 2, 1};

[[nodiscard]] constexpr CommandSpec data_command(std::string_view name, int arity, std::uint32_t flags,
                                                 KeyRange keys, std::string_view key_access, Group group,
                                                 std::string_view since, DataHandler handler,
                                                 std::string_view complexity, std::string_view summary,
                                                 std::string_view tips = {}) {
  CommandSpec spec{name, arity, flags, keys, group, since, summary};
  spec.data = handler;
  spec.complexity = complexity;
  spec.key_access = key_access;
  spec.tips = tips;
  return spec;
}

[[nodiscard]] constexpr CommandSpec deprecated(CommandSpec spec, std::string_view since,
                                               std::string_view replaced_by) {
  spec.deprecated_since = since;
  spec.replaced_by = replaced_by;
  return spec;
}

[[nodiscard]] constexpr CommandSpec with_tips(CommandSpec spec, std::string_view tips) {
  spec.tips = tips;
  return spec;
}

}  // namespace baton
