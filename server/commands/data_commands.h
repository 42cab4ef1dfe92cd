// The groups of data commands, for the table that main builds, and handlers that a table elsewhere names.
#pragma once

#include <span>

#include "server/commands/command.h"

namespace baton {

[[nodiscard]] std::span<const CommandSpec> string_commands();    // GET, SET, INCR, ...
[[nodiscard]] std::span<const CommandSpec> key_commands();       // DEL, EXPIRE, SCAN, OBJECT, ...
[[nodiscard]] std::span<const CommandSpec> database_commands();  // DBSIZE, FLUSHDB, FLUSHALL, SWAPDB

// MEMORY USAGE key [SAMPLES count]; its container, MEMORY, also holds commands about the server as a whole.
Effect memory_usage_command(DataCall& call);

}  // namespace baton
