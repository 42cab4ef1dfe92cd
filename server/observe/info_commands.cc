// INFO, SLOWLOG, LATENCY, MEMORY, TIME.
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/commands/data_commands.h"
#include "server/exec/client_registry.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/info.h"
#include "server/observe/memory_report.h"
#include "server/observe/recorder.h"
#include "server/observe/spec.h"
#include "server/platform/platform.h"
#include "server/resp/number.h"
#include "server/store/keyspace.h"

namespace baton {

namespace {

// The only observatory there is: main built it.
Recorder& recorder(SessionCall& call) { return static_cast<Recorder&>(call.server.observatory); }

template <std::size_t N>
void help_lines(SessionCall& call, const std::string_view (&lines)[N]) {
  call.reply.array(N);
  for (const std::string_view line : lines) call.reply.simple_string(line);
}

void info(SessionCall& call) { call.reply.verbatim("txt", info_text(call.server, call.args.subspan(1))); }

void time(SessionCall& call) {
  const std::int64_t us = call.server.platform.clock.wall_us();
  call.reply.array(2);
  call.reply.bulk_integer(us / 1'000'000);
  call.reply.bulk_integer(us % 1'000'000);
}

// --- SLOWLOG ---

void slowlog_get(SessionCall& call) {
  const auto& entries = recorder(call).slowlog().entries();
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
  call.reply.integer(static_cast<std::int64_t>(recorder(call).slowlog().entries().size()));
}

void slowlog_reset(SessionCall& call) {
  recorder(call).slowlog().clear();
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

// --- LATENCY ---

void latency_latest(SessionCall& call) {
  const auto& events = recorder(call).latency().events();
  call.reply.array(events.size());
  for (const auto& [name, history] : events) {
    call.reply.array(4);
    call.reply.bulk(name);
    call.reply.integer(history.last().at_s);
    call.reply.integer(history.last().ms);
    call.reply.integer(history.worst_ms());
  }
}

void latency_history(SessionCall& call) {
  const auto& events = recorder(call).latency().events();
  auto it = events.find(std::string(call.args[2]));
  if (it == events.end()) return call.reply.array(0);
  const auto samples = it->second.oldest_first();
  call.reply.array(samples.size());
  for (const LatencySample& sample : samples) {
    call.reply.array(2);
    call.reply.integer(sample.at_s);
    call.reply.integer(sample.ms);
  }
}

void latency_reset(SessionCall& call) {
  LatencyMonitor& latency = recorder(call).latency();
  std::size_t forgotten = 0;
  if (call.args.size() == 2)
    forgotten = latency.reset_all();
  else
    for (const std::string_view event : call.args.subspan(2)) forgotten += latency.reset(event);
  call.reply.integer(static_cast<std::int64_t>(forgotten));
}

void latency_doctor(SessionCall& call) {
  const auto& events = recorder(call).latency().events();
  if (events.empty())
    return call.reply.verbatim(
        "txt",
        "No event took longer than latency-monitor-threshold since the statistics began. With a "
        "threshold of 0 nothing is watched: set it to the milliseconds that matter to you.\n");
  std::string text;
  for (const auto& [name, history] : events) {
    const auto samples = history.oldest_first();
    std::int64_t sum = 0;
    for (const LatencySample& sample : samples) sum += sample.ms;
    text += fmt::format("{}: {} spikes, {} ms on average, {} ms at worst, the last {} s ago\n", name,
                        samples.size(), samples.empty() ? 0 : sum / static_cast<std::int64_t>(samples.size()),
                        history.worst_ms(), call.now_ms / 1000 - history.last().at_s);
  }
  call.reply.verbatim("txt", text);
}

void latency_help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "LATENCY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "DOCTOR",
      "    What the samples say, in words.",
      "HISTORY <event>",
      "    Time and milliseconds of an event's samples.",
      "LATEST",
      "    Each event: its last time, its milliseconds then, and its worst.",
      "RESET [<event> ...]",
      "    Forgets the samples of these events, or of all.",
      "HELP",
      "    These lines.",
  };
  help_lines(call, kLines);
}

// --- MEMORY ---

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

constexpr std::uint32_t kAnyTime = kLoading | kStale;

constexpr CommandSpec kSlowlog[] = {
    server_command("get", -2, kAdmin | kAnyTime, "2.2.12", "Shows the newest slow commands.", slowlog_get,
                   "O(N) where N is the number of entries returned"),
    server_command("help", 2, kAnyTime, "6.2.0", "Tells what SLOWLOG can do.", slowlog_help),
    server_command("len", 2, kAdmin | kAnyTime, "2.2.12", "Counts the slow commands that are remembered.",
                   slowlog_len),
    server_command("reset", 2, kAdmin | kAnyTime, "2.2.12", "Forgets the slow commands.", slowlog_reset,
                   "O(N) where N is the number of entries in the slowlog"),
};

constexpr CommandSpec kLatency[] = {
    server_command("doctor", 2, kAdmin | kNoscript | kAnyTime, "2.8.13",
                   "Tells what the latency samples say.", latency_doctor),
    server_command("help", 2, kAnyTime, "2.8.13", "Tells what LATENCY can do.", latency_help),
    server_command("history", 3, kAdmin | kNoscript | kAnyTime, "2.8.13", "Shows the samples of an event.",
                   latency_history),
    server_command("latest", 2, kAdmin | kNoscript | kAnyTime, "2.8.13",
                   "Shows the last sample of each event.", latency_latest),
    server_command("reset", -2, kAdmin | kNoscript | kAnyTime, "2.8.13", "Forgets latency samples.",
                   latency_reset),
};

constexpr CommandSpec usage_command() {
  CommandSpec spec{
      "usage", -3, kReadonly, {2, 2, 1}, Group::server, "4.0.0", "Tells the bytes that a key takes."};
  spec.data = memory_usage_command;
  spec.complexity = "O(1)";
  spec.key_access = "RO";
  return spec;
}

constexpr CommandSpec kMemory[] = {
    server_command("doctor", 2, 0, "4.0.0", "Tells what the memory figures say.", memory_doctor),
    server_command("help", 2, kAnyTime, "4.0.0", "Tells what MEMORY can do.", memory_help),
    server_command("malloc-stats", 2, 0, "4.0.0", "Shows the allocator's figures.", memory_malloc_stats),
    server_command("purge", 2, 0, "4.0.0", "Gives unused pages back to the system.", memory_purge),
    server_command("stats", 2, 0, "4.0.0", "Tells where the memory is.", memory_stats),
    usage_command(),
};

constexpr CommandSpec kCommands[] = {
    server_command("info", -1, kAnyTime | kDangerous, "1.0.0", "Describes the server and its statistics.",
                   info),
    server_command("time", 1, kAnyTime | kFast, "2.6.0", "Tells the server's time.", time),
    server_container("slowlog", "2.2.12", "A container of commands about slow commands.", kSlowlog),
    server_container("latency", "2.8.13", "A container of commands about latency.", kLatency),
    server_container("memory", "4.0.0", "A container of commands about memory.", kMemory),
};

}  // namespace

std::span<const CommandSpec> info_commands() { return kCommands; }

}  // namespace baton
