// CONFIG GET, SET, RESETSTAT, REWRITE, HELP.
#include <fmt/core.h>

#include <string>
#include <vector>

#include "server/commands/spec_builder.h"
#include "server/config/settings.h"
#include "server/exec/io_crew.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/recorder.h"
#include "server/observe/spec.h"
#include "server/platform/log.h"
#include "server/platform/platform.h"
#include "server/store/keyspace.h"

namespace baton {

namespace {

void get(SessionCall& call) {
  const Settings::Shown shown = call.server.settings.get(call.args.subspan(2));
  call.reply.map(shown.size());
  for (const auto& [name, value] : shown) {
    call.reply.bulk(name);
    call.reply.bulk(value);
  }
}

void set(SessionCall& call) {
  if (call.args.size() % 2 != 0)
    return call.reply.error("ERR wrong number of arguments for 'config|set' command");
  std::vector<Settings::Pair> pairs;
  for (std::size_t i = 2; i < call.args.size(); i += 2) pairs.emplace_back(call.args[i], call.args[i + 1]);
  const std::string error = call.server.settings.set(pairs, call.server.applier, call.client.is_local());
  if (!error.empty()) return call.reply.error(error);
  call.reply.ok();
}

void resetstat(SessionCall& call) {
  ServerStats& stats = call.server.stats;
  stats.connections_received = stats.connections_rejected = stats.commands = stats.error_replies = 0;
  stats.batches = stats.batched_commands = stats.prefetched_keys = 0;
  stats.handoffs_in = stats.handoff_ns = stats.handoff_ns_max = stats.queue_depth_max = 0;
  stats.errors.clear();
  for (CommandStats& command : stats.by_command)
    command.calls = command.ns = command.rejected = command.failed = 0;
  stats.base = {};
  for (unsigned slot = 0; slot < IoCrew::kThreadsMax; ++slot) {
    const IoStats& loop = call.server.crew.stats(slot);
    stats.base.net_in += loop.get(IoStat::net_in);
    stats.base.net_out += loop.get(IoStat::net_out);
    stats.base.reads += loop.get(IoStat::reads);
    stats.base.writes += loop.get(IoStat::writes);
    stats.base.query_limit_closed += loop.get(IoStat::query_limit_closed);
    stats.base.output_limit_closed += loop.get(IoStat::output_limit_closed);
  }
  stats.base.local_reads = call.server.crew.stats(0).get(IoStat::reads);
  stats.base.local_writes = call.server.crew.stats(0).get(IoStat::writes);
  call.server.keyspace.reset_stats();
  recorder_of(call.server).forget_times();
  call.reply.ok();
}

void rewrite(SessionCall& call) {
  const std::string error = call.server.settings.rewrite(call.server.platform.files);
  if (!error.empty()) {
    call.server.log.warning("CONFIG REWRITE failed: {}", error);
    return call.reply.error(error);
  }
  call.server.log.notice("CONFIG REWRITE executed with success.");
  call.reply.ok();
}

void help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "GET <pattern> [<pattern> ...]",
      "    Directives whose names match, with their values.",
      "SET <directive> <value> [<directive> <value> ...]",
      "    Changes directives: all of them, or none.",
      "RESETSTAT",
      "    Starts the statistics of INFO anew.",
      "REWRITE",
      "    Writes the current values to the configuration file.",
      "HELP",
      "    These lines.",
  };
  call.reply.array(std::size(kLines));
  for (const std::string_view line : kLines) call.reply.simple_string(line);
}

constexpr std::uint32_t kFlags = kAdmin | kNoscript | kLoading | kStale;

constexpr CommandSpec kSubcommands[] = {
    server_command("get", -3, kFlags, "2.0.0", "Shows directives.", get,
                   "O(N) when N is the number of configuration parameters provided"),
    server_command("help", 2, kLoading | kStale, "5.0.0", "Tells what CONFIG can do.", help),
    server_command("resetstat", 2, kFlags, "2.0.0", "Starts the statistics anew.", resetstat),
    server_command("rewrite", 2, kFlags, "2.8.0", "Writes the directives to the configuration file.",
                   rewrite),
    with_tips(server_command("set", -4, kFlags, "2.0.0", "Changes directives while the server runs.", set,
                             "O(N) when N is the number of configuration parameters provided"),
              "request_policy:all_nodes response_policy:all_succeeded"),
};

constexpr CommandSpec kCommands[] = {
    server_container("config", "2.0.0", "A container of commands about the configuration.", kSubcommands)};

}  // namespace

std::span<const CommandSpec> config_commands() { return kCommands; }

}  // namespace baton
