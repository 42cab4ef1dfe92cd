// Secrets: what of a command may be shown to others (MONITOR, SLOWLOG).
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace baton {

struct CommandSpec;

// The arguments, with "(redacted)" in place of passwords: those of AUTH, HELLO ... AUTH, and CONFIG SET of a
// sensitive directive. `spec` is the command or subcommand, whatever name it was called by.
[[nodiscard]] std::vector<std::string_view> without_secrets(const CommandSpec& spec,
                                                            std::span<const std::string_view> args);

}  // namespace baton
