// Commands of operators, each group in a file of its own.
#pragma once

#include <span>

#include "server/commands/command.h"

namespace baton {

[[nodiscard]] std::span<const CommandSpec> config_commands();   // CONFIG ...
[[nodiscard]] std::span<const CommandSpec> command_commands();  // COMMAND ...
[[nodiscard]] std::span<const CommandSpec> info_commands();     // INFO SLOWLOG LATENCY MEMORY TIME
[[nodiscard]] std::span<const CommandSpec> control_commands();  // SHUTDOWN MONITOR DEBUG ROLE LASTSAVE

}  // namespace baton
