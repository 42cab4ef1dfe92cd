// Sections of INFO about what the server does: commands, errors, times, threads, hand-off.
#include "server/observe/info_sections.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/commands/words.h"
#include "server/config/settings.h"
#include "server/exec/io_crew.h"
#include "server/exec/server_stats.h"
#include "server/observe/command_name.h"
#include "server/observe/recorder.h"
#include "server/platform/platform.h"

namespace baton {

namespace {

double share(std::uint64_t busy_ns, std::int64_t uptime_ns) {
  return uptime_ns <= 0 ? 0 : static_cast<double>(busy_ns) / static_cast<double>(uptime_ns);
}

}  // namespace

bool is_asked_for(const InfoSection& section, std::span<const std::string_view> names) {
  if (names.empty()) return section.by_default;
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return is_word(name, section.name) || is_word(name, "all") || is_word(name, "everything") ||
           (is_word(name, "default") && section.by_default);
  });
}

std::uint64_t sum_of(const Services& s, IoStat field) {
  std::uint64_t total = 0;
  for (unsigned slot = 0; slot < IoCrew::kThreadsMax; ++slot) total += s.crew.stats(slot).get(field);
  return total;
}

std::int64_t uptime_ns(const Services& s) {
  return static_cast<std::int64_t>(s.platform.clock.monotonic_ns()) - s.stats.started_monotonic_ns;
}

void write_commandstats(const Services& s, InfoWriter& out) {
  for (const CommandStats& command : s.stats.by_command) {
    if (command.calls == 0 && command.rejected == 0) continue;
    const std::uint64_t us = command.ns / 1000;
    out.field(fmt::format("cmdstat_{}", full_name(command)),
              "calls={},usec={},usec_per_call={:.2f},rejected_calls={},failed_calls={}", command.calls, us,
              command.calls == 0
                  ? 0.0
                  : static_cast<double>(command.ns) / 1000 / static_cast<double>(command.calls),
              command.rejected, command.failed);
  }
}

void write_errorstats(const Services& s, InfoWriter& out) {
  std::vector<std::pair<std::string, std::uint64_t>> errors(s.stats.errors.begin(), s.stats.errors.end());
  std::sort(errors.begin(), errors.end());
  for (const auto& [code, count] : errors) out.field(fmt::format("errorstat_{}", code), "count={}", count);
}

// The times within which the shares of latency-tracking-info-percentiles were done, in microseconds.
void write_latencystats(const Services& s, InfoWriter& out) {
  const Recorder& recorder = recorder_of(s);
  if (!recorder.tracks_times()) return;
  const std::vector<double>& percentiles = s.settings.values().observe.latency_tracking_info_percentiles;
  for (std::size_t index = 0; index < s.stats.by_command.size(); ++index) {
    const LatencyHistogram* times = recorder.times_of(index);
    if (!times) continue;
    std::string line;
    for (const double percentile : percentiles)
      line += fmt::format("{}p{}={:.3f}", line.empty() ? "" : ",", percentile,
                          static_cast<double>(times->at_percentile(percentile)) / 1000);
    out.field(fmt::format("latency_percentiles_usec_{}", full_name(s.stats.by_command[index])), "{}", line);
  }
}

void write_threads(const Services& s, InfoWriter& out) {
  for (unsigned slot = 0; slot < s.crew.io_threads(); ++slot) {
    const IoStats& stats = s.crew.stats(slot);
    const std::uint64_t clients = stats.get(IoStat::clients);
    const std::uint64_t reads = stats.get(IoStat::reads);
    const std::uint64_t writes = stats.get(IoStat::writes);
    out.field(fmt::format("io_thread_{}", slot), "clients={},reads={},writes={}", clients, reads, writes);
  }
}

// What the hand-off costs and how busy it is; times in microseconds.
void write_handoff(const Services& s, InfoWriter& out) {
  const ServerStats& stats = s.stats;
  const auto average_us = [](std::uint64_t ns, std::uint64_t n) {
    return n == 0 ? 0.0 : static_cast<double>(ns) / 1000 / static_cast<double>(n);
  };
  const ChannelStats sent = s.crew.sent();
  out.field("handoff_queue", "{}", s.settings.values().threads.handoff == HandOff::mutex ? "mutex" : "ring");
  out.number("handoff_to_executor_total", stats.handoffs_in);
  out.field("handoff_to_executor_usec_avg", "{:.2f}", average_us(stats.handoff_ns, stats.handoffs_in));
  out.field("handoff_to_executor_usec_max", "{:.2f}", static_cast<double>(stats.handoff_ns_max) / 1000);
  out.number("handoff_queue_depth", stats.queue_depth_last);
  out.number("handoff_queue_depth_max", stats.queue_depth_max);
  out.number("handoff_to_io_total", sent.posted);
  const std::uint64_t to_io_ns = sum_of(s, IoStat::handoff_ns);
  const std::uint64_t to_io = sum_of(s, IoStat::handoffs_in);
  out.field("handoff_to_io_usec_avg", "{:.2f}", average_us(to_io_ns, to_io));
  std::uint64_t max_ns = 0;
  for (unsigned slot = 0; slot < IoCrew::kThreadsMax; ++slot)
    max_ns = std::max(max_ns, s.crew.stats(slot).get(IoStat::handoff_ns_max));
  out.field("handoff_to_io_usec_max", "{:.2f}", static_cast<double>(max_ns) / 1000);
  out.number("doorbells_rung", sent.rung + sum_of(s, IoStat::rung));
  out.number("doorbells_elided", sent.elided + sum_of(s, IoStat::elided));
  out.number("thread_pauses", s.crew.pauses().pauses);
  out.number("thread_pause_usec", s.crew.pauses().paused_ns / 1000);
  out.number("batches", stats.batches);
  out.field("commands_per_batch", "{:.2f}",
            stats.batches == 0
                ? 0.0
                : static_cast<double>(stats.batched_commands) / static_cast<double>(stats.batches));
  const std::int64_t up = uptime_ns(s);
  out.field("executor_busy_share", "{:.4f}", share(stats.busy_ns, up));
  for (unsigned slot = 1; slot < s.crew.io_threads(); ++slot)
    out.field(fmt::format("io_thread_{}_busy_share", slot), "{:.4f}",
              share(s.crew.stats(slot).get(IoStat::busy_ns), up));
}

}  // namespace baton
