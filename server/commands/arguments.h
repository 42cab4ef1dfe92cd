// What a client is told about a command that cannot be run as it was sent.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/commands/command.h"
#include "server/io/command_batch.h"

namespace baton {

// "object|freq" for a subcommand, else its name.
[[nodiscard]] std::string full_name(const CommandSpec& spec, const CommandSpec* container);

// The error of a refused command. `spec` is null when it is unknown; `container` is set when a subcommand was
// asked for.
[[nodiscard]] std::string argument_error(Refusal refusal, const CommandSpec* spec,
                                         const CommandSpec* container,
                                         std::span<const std::string_view> args);

// "ERR unknown command 'foo', with args beginning with: 'a' 'b' "
[[nodiscard]] std::string unknown_command_error(std::span<const std::string_view> args);
// "ERR wrong number of arguments for 'get' command"
[[nodiscard]] std::string arity_error(std::string_view name);

}  // namespace baton
