// COMMAND and its subcommands: the table, told to clients.
#include "server/commands/command_docs.h"
#include "server/commands/spec_builder.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/spec.h"

namespace baton {

namespace {

void all(SessionCall& call) { command_all(call.server.commands, call.reply); }
void count(SessionCall& call) { command_count(call.server.commands, call.reply); }
void info(SessionCall& call) { command_info(call.server.commands, call.args, call.reply); }
void docs(SessionCall& call) { command_docs(call.server.commands, call.args, call.reply); }
void list(SessionCall& call) { command_list(call.server.commands, call.args, call.reply); }
void getkeys(SessionCall& call) { command_getkeys(call.server.commands, call.args, call.reply); }
void getkeysandflags(SessionCall& call) {
  command_getkeysandflags(call.server.commands, call.args, call.reply);
}
void help(SessionCall& call) { command_help(call.reply); }

constexpr std::uint32_t kAnyTime = kLoading | kStale | kConnection;
constexpr std::string_view kAnyOrder = "nondeterministic_output_order";

constexpr CommandSpec kSubcommands[] = {
    server_command("count", 2, kAnyTime, "2.8.13", "Counts the commands.", count),
    with_tips(server_command("docs", -2, kAnyTime, "7.0.0", "Tells what commands do.", docs,
                             "O(N) where N is the number of commands"),
              kAnyOrder),
    server_command("getkeys", -3, kAnyTime, "2.8.13", "Finds the keys of a command line.", getkeys,
                   "O(N) where N is the number of arguments to the command"),
    server_command("getkeysandflags", -3, kAnyTime, "7.0.0",
                   "Finds the keys of a command line, and how they are used.", getkeysandflags,
                   "O(N) where N is the number of arguments to the command"),
    server_command("help", 2, kAnyTime, "5.0.0", "Tells what COMMAND can do.", help),
    with_tips(server_command("info", -2, kAnyTime, "2.8.13", "Describes commands.", info,
                             "O(N) where N is the number of commands"),
              kAnyOrder),
    with_tips(server_command("list", -2, kAnyTime, "7.0.0", "Lists the names of commands.", list,
                             "O(N) where N is the number of commands"),
              kAnyOrder),
};

constexpr CommandSpec command() {
  CommandSpec spec = server_container("command", "2.8.13", "Describes all commands.", kSubcommands);
  spec.arity = -1;
  spec.flags = kAnyTime;
  spec.tips = kAnyOrder;
  spec.session = all;
  return spec;
}

constexpr CommandSpec kCommands[] = {command()};

}  // namespace

std::span<const CommandSpec> command_commands() { return kCommands; }

}  // namespace baton
