// SLOWLOG GET, LEN, RESET, HELP.
#include <algorithm>
#include <string>

#include "server/commands/spec_builder.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/help.h"
#include "server/observe/recorder.h"
#include "server/observe/spec.h"
#include "server/resp/number.h"

namespace baton {

namespace {

void slowlog_get(SessionCall& call) {
  const auto& entries = recorder_of(call.server).slowlog().entries();
  std::int64_t count = 10;
  if (call.args.size() > 3)
    return call.reply.error("ERR wrong number of arguments for 'slowlog|get' command");
  if (call.args.size() == 3) {
    const auto number = parse_int64(call.args[2]);
    if (!number) return call.reply.error("ERR value is not an integer or out of range");
    if (*number < -1) return call.reply.error("ERR count should be greater than or equal to -1");
    count = *number;
  }
  const std::size_t shown =
      count < 0 ? entries.size() : std::min<std::size_t>(entries.size(), static_cast<std::size_t>(count));
  call.reply.array(shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const SlowlogEntry& entry = entries[i];
    call.reply.array(6);
    call.reply.integer(static_cast<std::int64_t>(entry.id));
    call.reply.integer(entry.at_s);
    call.reply.integer(entry.took_us);
    call.reply.array(entry.arguments.size());
    for (const std::string& argument : entry.arguments) call.reply.bulk(argument);
    call.reply.bulk(entry.address);
    call.reply.bulk(entry.client_name);
  }
}

void slowlog_len(SessionCall& call) {
  call.reply.integer(static_cast<std::int64_t>(recorder_of(call.server).slowlog().entries().size()));
}

void slowlog_reset(SessionCall& call) {
  recorder_of(call.server).slowlog().clear();
  call.reply.ok();
}

void slowlog_help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "GET [<count>]",
      "    The newest entries (10, all with -1): id, time, microseconds, arguments, client address",
      "    and name.",
      "LEN",
      "    How many entries there are.",
      "RESET",
      "    Forgets all entries.",
      "HELP",
      "    These lines.",
  };
  help_lines(call, kLines);
}

constexpr std::uint32_t kAnyTime = kLoading | kStale;

constexpr CommandSpec kSlowlog[] = {
    with_tips(server_command("get", -2, kAdmin | kAnyTime, "2.2.12", "Shows the newest slow commands.",
                             slowlog_get, "O(N) where N is the number of entries returned"),
              "request_policy:all_nodes nondeterministic_output"),
    server_command("help", 2, kAnyTime, "6.2.0", "Tells what SLOWLOG can do.", slowlog_help),
    with_tips(server_command("len", 2, kAdmin | kAnyTime, "2.2.12",
                             "Counts the slow commands that are remembered.", slowlog_len),
              "request_policy:all_nodes response_policy:agg_sum nondeterministic_output"),
    with_tips(server_command("reset", 2, kAdmin | kAnyTime, "2.2.12", "Forgets the slow commands.",
                             slowlog_reset, "O(N) where N is the number of entries in the slowlog"),
              "request_policy:all_nodes response_policy:all_succeeded"),
};

constexpr CommandSpec kCommands[] = {
    server_container("slowlog", "2.2.12", "A container of commands about slow commands.", kSlowlog)};

}  // namespace

std::span<const CommandSpec> slowlog_commands() { return kCommands; }

}  // namespace baton
