// What follows DEBUG: a verb, how many arguments it takes, and what it does.
//
// DEBUG is one command to the table, as it is in Redis: its verbs have no entries in COMMAND or INFO. They
// are for tests and for looking inside, and may change from version to version.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "server/commands/command.h"

namespace baton {

struct DebugVerb {
  static constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

  std::string_view name;   // lower case
  std::string_view usage;  // its arguments, as HELP shows them
  std::string_view help;   // one sentence
  std::size_t arguments_min;
  std::size_t arguments_max;
  SessionHandler run;
};

[[nodiscard]] std::span<const DebugVerb> debug_data_verbs();     // on keys and values
[[nodiscard]] std::span<const DebugVerb> debug_process_verbs();  // on the process and its replies
[[nodiscard]] std::span<const DebugVerb> debug_switch_verbs();   // that change how the server goes on

}  // namespace baton
