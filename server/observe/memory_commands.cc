// MEMORY DOCTOR, MALLOC-STATS, PURGE, STATS, USAGE, HELP.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "server/commands/data_commands.h"
#include "server/commands/spec_builder.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/allocator.h"
#include "server/observe/help.h"
#include "server/observe/memory_report.h"
#include "server/observe/spec.h"
#include "server/store/keyspace.h"

namespace baton {

namespace {

void memory_stats(SessionCall& call) {
  const MemoryReport report = memory_report(call.server);
  std::uint64_t keys = 0;
  for (unsigned db = 0; db < call.server.shards.count(); ++db) keys += call.server.shards.database(db).size();
  const std::pair<std::string_view, std::uint64_t> fields[] = {
      {"peak.allocated", std::max(report.used, call.server.stats.memory_peak)},
      {"total.allocated", report.used},
      {"startup.allocated", report.startup},
      {"clients.normal", report.clients},
      {"overhead.total", report.used - report.dataset},
      {"keys.count", keys},
      {"keys.bytes-per-key", keys == 0 ? 0 : report.dataset / keys},
      {"dataset.bytes", report.dataset},
      {"allocator.allocated", report.allocator_allocated},
      {"allocator.active", report.allocator_active},
      {"allocator.resident", report.allocator_resident},
      {"rss.bytes", report.resident},
  };
  call.reply.map(std::size(fields));
  for (const auto& [name, value] : fields) {
    call.reply.bulk(name);
    call.reply.integer(static_cast<std::int64_t>(value));
  }
}

void memory_doctor(SessionCall& call) {
  const MemoryReport report = memory_report(call.server);
  if (report.used < (5u << 20))
    return call.reply.verbatim("txt",
                               "The server holds less than 5 MB, so that the figures would say little.\n");
  const double ratio = static_cast<double>(report.resident) / static_cast<double>(report.used);
  call.reply.verbatim(
      "txt", fmt::format("Resident memory is {:.2f} times what is allocated{}\n", ratio,
                         ratio > 1.4 ? ": MEMORY PURGE gives unused pages back." : ", which is sound."));
}

void memory_malloc_stats(SessionCall& call) {
  const MemoryReport report = memory_report(call.server);
  call.reply.verbatim(
      "txt", fmt::format("allocator: {}\nallocated: {}\nactive: {}\nresident: {}\n", report.allocator,
                         report.allocator_allocated, report.allocator_active, report.allocator_resident));
}

void memory_purge(SessionCall& call) {
  purge_allocator();
  call.reply.ok();
}

void memory_help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "DOCTOR",
      "    What the memory figures say, in words.",
      "MALLOC-STATS",
      "    The allocator's figures.",
      "PURGE",
      "    Gives unused pages back to the system.",
      "STATS",
      "    Where the memory is.",
      "USAGE <key> [SAMPLES <count>]",
      "    The bytes that a key and its value take.",
      "HELP",
      "    These lines.",
  };
  help_lines(call, kLines);
}

constexpr CommandSpec usage_command() {
  CommandSpec spec{
      "usage", -3, kReadonly, {2, 2, 1}, Group::server, "4.0.0", "Tells the bytes that a key takes."};
  spec.data = memory_usage_command;
  spec.complexity = "O(1)";
  spec.key_access = "RO";
  return spec;
}

constexpr std::string_view kEachNodeItsOwn =
    "nondeterministic_output request_policy:all_shards response_policy:special";

constexpr CommandSpec kMemory[] = {
    with_tips(server_command("doctor", 2, 0, "4.0.0", "Tells what the memory figures say.", memory_doctor),
              kEachNodeItsOwn),
    server_command("help", 2, kLoading | kStale, "4.0.0", "Tells what MEMORY can do.", memory_help),
    with_tips(
        server_command("malloc-stats", 2, 0, "4.0.0", "Shows the allocator's figures.", memory_malloc_stats),
        kEachNodeItsOwn),
    with_tips(server_command("purge", 2, 0, "4.0.0", "Gives unused pages back to the system.", memory_purge),
              "request_policy:all_shards response_policy:all_succeeded"),
    with_tips(server_command("stats", 2, 0, "4.0.0", "Tells where the memory is.", memory_stats),
              kEachNodeItsOwn),
    usage_command(),
};

constexpr CommandSpec kCommands[] = {
    server_container("memory", "4.0.0", "A container of commands about memory.", kMemory)};

}  // namespace

std::span<const CommandSpec> memory_commands() { return kCommands; }

}  // namespace baton
