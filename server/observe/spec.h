// Builders of the specs of this room's commands.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "server/commands/command.h"

namespace baton {

constexpr CommandSpec server_command(std::string_view name, int arity, std::uint32_t flags,
                                     std::string_view since, std::string_view summary, SessionHandler handler,
                                     std::string_view complexity = "O(1)") {
  CommandSpec spec{name, arity, flags, {}, Group::server, since, summary};
  spec.session = handler;
  spec.complexity = complexity;
  return spec;
}

constexpr CommandSpec server_container(std::string_view name, std::string_view since,
                                       std::string_view summary, std::span<const CommandSpec> subcommands,
                                       std::uint32_t flags = 0) {
  CommandSpec spec{name, -2, flags, {}, Group::server, since, summary};
  spec.subcommands = subcommands;
  spec.complexity = "Depends on subcommand.";
  return spec;
}

}  // namespace baton
