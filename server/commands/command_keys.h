// Where the keys of a command are.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "server/commands/command.h"

namespace baton {

// Writes the positions of the keys among `args` into `out`, as many as fit, and returns how many keys there
// are; -1 when the arguments make no sense. Never a position outside `args`, whatever they are: the arity is
// checked here too.
[[nodiscard]] int command_keys(const CommandSpec& spec, std::span<const std::string_view> args,
                               std::span<std::uint32_t> out);

}  // namespace baton
