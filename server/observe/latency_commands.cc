// LATENCY DOCTOR, GRAPH, HISTOGRAM, HISTORY, LATEST, RESET, HELP.
#include <fmt/core.h>

#include <string>
#include <vector>

#include "server/commands/command_table.h"
#include "server/commands/spec_builder.h"
#include "server/config/settings.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/command_name.h"
#include "server/observe/help.h"
#include "server/observe/latency_picture.h"
#include "server/observe/recorder.h"
#include "server/observe/spec.h"

namespace baton {

namespace {

void latency_latest(SessionCall& call) {
  const auto& events = recorder_of(call.server).latency().events();
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
  const auto& events = recorder_of(call.server).latency().events();
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
  LatencyMonitor& latency = recorder_of(call.server).latency();
  std::size_t forgotten = 0;
  if (call.args.size() == 2)
    forgotten = latency.reset_all();
  else
    for (const std::string_view event : call.args.subspan(2)) forgotten += latency.reset(event);
  call.reply.integer(static_cast<std::int64_t>(forgotten));
}

void latency_doctor(SessionCall& call) {
  const auto& events = recorder_of(call.server).latency().events();
  if (call.server.settings.values().observe.latency_monitor_threshold == 0)
    return call.reply.verbatim(
        "txt",
        "Latency monitoring is disabled: set latency-monitor-threshold to the milliseconds that matter to "
        "you.\n");
  if (events.empty())
    return call.reply.verbatim(
        "txt", "No event took longer than latency-monitor-threshold since the statistics began.\n");
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

void latency_graph(SessionCall& call) {
  const auto& events = recorder_of(call.server).latency().events();
  const auto it = events.find(std::string(call.args[2]));
  if (it == events.end())
    return call.reply.error(fmt::format("ERR No samples available for event '{}'", call.args[2]));
  call.reply.verbatim("txt", latency_picture(it->first, it->second, call.now_ms / 1000));
}

// The command, or all subcommands of a container, as far as they were timed.
void add_timed(const Services& server, const CommandSpec& spec, std::vector<const CommandSpec*>& timed) {
  if (recorder_of(server).times_of(server.commands.index_of(spec))) timed.push_back(&spec);
  for (const CommandSpec& sub : spec.subcommands) add_timed(server, sub, timed);
}

void latency_histogram(SessionCall& call) {
  const CommandTable& table = call.server.commands;
  std::vector<const CommandSpec*> timed;
  if (call.args.size() == 2)
    table.for_each([&](const CommandSpec& spec) { add_timed(call.server, spec, timed); });
  for (const std::string_view name : call.args.subspan(2))
    if (const CommandSpec* spec = table.find_full(name)) add_timed(call.server, *spec, timed);
  call.reply.map(timed.size());
  for (const CommandSpec* spec : timed) {
    const std::size_t index = table.index_of(*spec);
    const LatencyHistogram& times = *recorder_of(call.server).times_of(index);
    const auto steps = times.by_powers_of_two();
    call.reply.bulk(full_name(call.server.stats.by_command[index]));
    call.reply.map(2);
    call.reply.bulk("calls");
    call.reply.integer(static_cast<std::int64_t>(times.count()));
    call.reply.bulk("histogram_usec");
    call.reply.map(steps.size());
    for (const LatencyHistogram::Step& step : steps) {
      call.reply.integer(static_cast<std::int64_t>(step.up_to_us));
      call.reply.integer(static_cast<std::int64_t>(step.count));
    }
  }
}

void latency_help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "LATENCY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "DOCTOR",
      "    What the samples say, in words.",
      "GRAPH <event>",
      "    An event's samples as a picture of characters.",
      "HISTOGRAM [<command> ...]",
      "    How often these commands, or all, took up to so many microseconds.",
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

constexpr std::uint32_t kAnyTime = kLoading | kStale;
constexpr std::uint32_t kFlags = kAdmin | kNoscript | kAnyTime;
constexpr std::string_view kEachNodeItsOwn =
    "nondeterministic_output request_policy:all_nodes response_policy:special";

constexpr CommandSpec kLatency[] = {
    with_tips(
        server_command("doctor", 2, kFlags, "2.8.13", "Tells what the latency samples say.", latency_doctor),
        kEachNodeItsOwn),
    with_tips(server_command("graph", 3, kFlags, "2.8.13", "Draws the samples of an event.", latency_graph),
              kEachNodeItsOwn),
    server_command("help", 2, kAnyTime, "2.8.13", "Tells what LATENCY can do.", latency_help),
    with_tips(server_command("histogram", -2, kFlags, "7.0.0", "Tells how often commands took how long.",
                             latency_histogram,
                             "O(N) where N is the number of commands with latency information being "
                             "retrieved."),
              kEachNodeItsOwn),
    with_tips(
        server_command("history", 3, kFlags, "2.8.13", "Shows the samples of an event.", latency_history),
        kEachNodeItsOwn),
    with_tips(
        server_command("latest", 2, kFlags, "2.8.13", "Shows the last sample of each event.", latency_latest),
        kEachNodeItsOwn),
    with_tips(server_command("reset", -2, kFlags, "2.8.13", "Forgets latency samples.", latency_reset),
              "request_policy:all_nodes response_policy:all_succeeded"),
};

constexpr CommandSpec kCommands[] = {
    server_container("latency", "2.8.13", "A container of commands about latency.", kLatency)};

}  // namespace

std::span<const CommandSpec> latency_commands() { return kCommands; }

}  // namespace baton
