// The groups of session commands, each in a file of its own.
#pragma once

#include <span>

#include "server/commands/command.h"

namespace baton {

[[nodiscard]] std::span<const CommandSpec> connection_commands();   // PING ECHO AUTH HELLO QUIT RESET SELECT
[[nodiscard]] std::span<const CommandSpec> client_commands();       // CLIENT ...
[[nodiscard]] std::span<const CommandSpec> transaction_commands();  // MULTI EXEC DISCARD WATCH UNWATCH
[[nodiscard]] std::span<const CommandSpec> pubsub_commands();       // SUBSCRIBE PUBLISH PUBSUB ...

}  // namespace baton
