// The reply of HELP subcommands.
#pragma once

#include <cstddef>
#include <string_view>

#include "server/exec/session_call.h"

namespace baton {

template <std::size_t N>
void help_lines(SessionCall& call, const std::string_view (&lines)[N]) {
  call.reply.array(N);
  for (const std::string_view line : lines) call.reply.simple_string(line);
}

}  // namespace baton
