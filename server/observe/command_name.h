// A command's name as statistics show it: "get", "client|kill".
#pragma once

#include <string>

#include "server/commands/command.h"
#include "server/exec/server_stats.h"

namespace baton {

[[nodiscard]] inline std::string full_name(const CommandStats& command) {
  std::string name(command.container ? command.container->name : std::string_view{});
  return name.append(command.container ? "|" : "").append(command.spec->name);
}

}  // namespace baton
