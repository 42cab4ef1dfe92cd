// DEBUG: permission, the choice of the verb, HELP.
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/commands/words.h"
#include "server/config/settings.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/debug_verbs.h"
#include "server/observe/spec.h"

namespace baton {

namespace {

bool permitted(SessionCall& call) {
  if (permits(call.server.settings.values().process.enable_debug_command, call.client.is_local()))
    return true;
  call.reply.error(
      "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it "
      "from a local connection, otherwise you need to set this option in the configuration file, and then "
      "restart the server.");
  return false;
}

std::vector<DebugVerb> all_verbs() {
  std::vector<DebugVerb> all;
  for (const auto group : {debug_data_verbs(), debug_process_verbs(), debug_switch_verbs()})
    all.insert(all.end(), group.begin(), group.end());
  std::sort(all.begin(), all.end(), [](const DebugVerb& a, const DebugVerb& b) { return a.name < b.name; });
  return all;
}

std::string upper(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

void help(SessionCall& call) {
  std::vector<std::string> lines = {"DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"};
  for (const DebugVerb& verb : all_verbs()) {
    lines.push_back(upper(verb.name).append(verb.usage.empty() ? "" : " ").append(verb.usage));
    lines.push_back(fmt::format("    {}", verb.help));
  }
  lines.insert(lines.end(), {"HELP", "    These lines."});
  call.reply.array(lines.size());
  for (const std::string& line : lines) call.reply.simple_string(line);
}

void debug(SessionCall& call) {
  if (!permitted(call)) return;
  const std::string_view word = call.args[1];
  const std::size_t arguments = call.args.size() - 2;
  if (is_word(word, "help") && arguments == 0) return help(call);
  for (const auto group : {debug_data_verbs(), debug_process_verbs(), debug_switch_verbs()})
    for (const DebugVerb& verb : group)
      if (is_word(word, verb.name) && arguments >= verb.arguments_min && arguments <= verb.arguments_max)
        return verb.run(call);
  call.reply.error(
      fmt::format("ERR unknown subcommand or wrong number of arguments for '{}'. Try DEBUG HELP.", word));
}

constexpr CommandSpec kCommands[] = {
    server_command("debug", -2, kAdmin | kNoscript | kLoading | kStale | kProtected, "1.0.0",
                   "Looks inside of the server, for tests.", debug, "Depends on subcommand.")};

}  // namespace

std::span<const CommandSpec> debug_commands() { return kCommands; }

}  // namespace baton
