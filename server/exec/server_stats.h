// ServerStats: counters of the executor's thread, for INFO and CONFIG RESETSTAT.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baton {

struct CommandSpec;

struct CommandStats {
  const CommandSpec* spec = nullptr;
  const CommandSpec* container = nullptr;  // of a subcommand
  std::uint64_t calls = 0;
  std::uint64_t ns = 0;
  std::uint64_t rejected = 0;  // refused before execution
  std::uint64_t failed = 0;    // answered with an error
};

struct ServerStats {
  std::int64_t started_ms = 0;  // Unix time
  std::int64_t started_monotonic_ns = 0;
  std::uint64_t connections_received = 0;
  std::uint64_t connections_rejected = 0;
  std::uint64_t commands = 0;
  std::uint64_t error_replies = 0;
  std::uint64_t dirty = 0;    // changes since the start
  std::uint64_t batches = 0;  // of commands that were prefetched together
  std::uint64_t batched_commands = 0;
  std::uint64_t prefetched_keys = 0;
  std::uint64_t turns = 0;
  std::uint64_t busy_ns = 0;      // of the executor, outside the poller's wait
  std::uint64_t handoffs_in = 0;  // sessions that came from I/O loops
  std::uint64_t handoff_ns = 0;
  std::uint64_t handoff_ns_max = 0;
  std::uint64_t queue_depth_max = 0;  // sessions drained in one turn
  std::uint64_t queue_depth_last = 0;
  std::uint64_t memory_peak = 0;     // bytes
  std::uint64_t memory_startup = 0;  // bytes, before the first client
  std::string run_id;                // 40 hexadecimal digits, drawn at start
  // What the I/O loops had counted at the last CONFIG RESETSTAT.
  struct Base {
    std::uint64_t net_in = 0, net_out = 0, reads = 0, writes = 0;
    std::uint64_t local_reads = 0, local_writes = 0;  // of the executor's own loop
    std::uint64_t query_limit_closed = 0, output_limit_closed = 0;
  } base;
  std::unordered_map<std::string, std::uint64_t> errors;  // by code: ERR, WRONGTYPE, ...
  // DEBUG ERROR makes up codes: those that come when there are many share one entry.
  static constexpr std::size_t kErrorCodesMax = 128;
  void count_error(std::string_view code) {
    std::string name(code);
    if (errors.size() >= kErrorCodesMax && !errors.contains(name)) name = "ERRORSTATS_OVERFLOW";
    ++errors[name];
  }
  std::vector<CommandStats> by_command;  // by CommandTable index
  bool active_expire = true;             // DEBUG SET-ACTIVE-EXPIRE
  bool cron_paused = false;              // DEBUG PAUSE-CRON

  struct Totals {
    std::uint64_t commands = 0, net_in = 0, net_out = 0;
  };
  // Operations and bytes a second, smoothed over about 16 samples.
  double commands_per_second = 0;
  double input_kbps = 0;
  double output_kbps = 0;
  void sample(double seconds, const Totals& now) {
    // A total below the last one has been set to zero in between (CONFIG RESETSTAT).
    const auto smooth = [seconds](double& rate, std::uint64_t total, std::uint64_t last, double unit) {
      constexpr double kWeight = 1.0 / 16;
      const auto since = static_cast<double>(total >= last ? total - last : total);
      rate += (since / unit / seconds - rate) * kWeight;
    };
    smooth(commands_per_second, now.commands, sampled.commands, 1);
    smooth(input_kbps, now.net_in, sampled.net_in, 1024);
    smooth(output_kbps, now.net_out, sampled.net_out, 1024);
    sampled = now;
  }
  Totals sampled;
};

}  // namespace baton
