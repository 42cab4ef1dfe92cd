#include "server/observe/recorder.h"

#include <algorithm>
#include <limits>

#include "server/commands/command.h"
#include "server/exec/client.h"
#include "server/exec/secrets.h"

namespace baton {
namespace {

// A threshold as large as the configuration lets it be means never, also in the smaller unit.
std::int64_t saturating_product(std::int64_t value, std::int64_t factor) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return value > kMost / factor ? kMost : value * factor;
}

}  // namespace

void Recorder::set_options(const ObserveConfig& options) {
  options_ = options;
  slowlog_.trim(static_cast<std::size_t>(options.slowlog_max_len));
  threshold_ns_ =
      options.slowlog_log_slower_than < 0 ? -1 : saturating_product(options.slowlog_log_slower_than, 1000);
  if (options.latency_monitor_threshold > 0) {
    const std::int64_t latency_ns = saturating_product(options.latency_monitor_threshold, 1'000'000);
    threshold_ns_ = threshold_ns_ < 0 ? latency_ns : std::min(threshold_ns_, latency_ns);
  }
}

void Recorder::slow_command(const Client& client, const CommandSpec& spec,
                            std::span<const std::string_view> args, std::int64_t ns) {
  const std::int64_t us = ns / 1000;
  if (options_.slowlog_log_slower_than >= 0 && us >= options_.slowlog_log_slower_than &&
      !(spec.flags & kSkipSlowlog))
    slowlog_.add(clock_.wall_ms() / 1000, us, without_secrets(spec, args), client.address, client.name,
                 static_cast<std::size_t>(options_.slowlog_max_len));
  latency_event(spec.flags & kFast ? "fast-command" : "command", ns / 1'000'000);
}

void Recorder::command_took(std::size_t command, std::uint64_t ns, std::uint64_t times) {
  if (!options_.latency_tracking) return;
  if (command >= times_.size()) times_.resize(command + 1);
  if (!times_[command]) times_[command] = std::make_unique<LatencyHistogram>();
  times_[command]->add(ns, times);
}

void Recorder::latency_event(std::string_view event, std::int64_t ms) {
  if (options_.latency_monitor_threshold > 0 && ms >= options_.latency_monitor_threshold)
    latency_.add(event, {clock_.wall_ms() / 1000, ms});
}

}  // namespace baton
