// All groups of commands, those of the store and those of sessions, for the command table.
#pragma once

#include <span>
#include <vector>

#include "server/commands/command.h"

namespace baton {

[[nodiscard]] std::vector<std::span<const CommandSpec>> all_command_groups();

}  // namespace baton
