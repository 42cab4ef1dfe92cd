// Recorder: what the server remembers of slow commands, latency events, and the times of commands.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "server/config/config.h"
#include "server/exec/observatory.h"
#include "server/exec/services.h"
#include "server/observe/latency_histogram.h"
#include "server/observe/latency_monitor.h"
#include "server/observe/slowlog.h"
#include "server/platform/clock.h"

namespace baton {

class Recorder final : public Observatory {
 public:
  explicit Recorder(Clock& clock) : clock_(clock) {}

  void set_options(const ObserveConfig& options);

  [[nodiscard]] std::int64_t threshold_ns() const override { return threshold_ns_; }
  void slow_command(const Client& client, const CommandSpec& spec, std::span<const std::string_view> args,
                    std::int64_t ns) override;
  void command_took(std::size_t command, std::uint64_t ns, std::uint64_t times) override;
  void latency_event(std::string_view event, std::int64_t ms) override;

  [[nodiscard]] Slowlog& slowlog() noexcept { return slowlog_; }
  [[nodiscard]] LatencyMonitor& latency() noexcept { return latency_; }

  // What latency-tracking has noted of a command, by its index in the table; null when it was not called.
  [[nodiscard]] const LatencyHistogram* times_of(std::size_t command) const noexcept {
    return command < times_.size() ? times_[command].get() : nullptr;
  }
  [[nodiscard]] bool tracks_times() const noexcept { return options_.latency_tracking; }
  void forget_times() { times_.clear(); }

 private:
  Clock& clock_;
  ObserveConfig options_;
  std::int64_t threshold_ns_ = -1;
  Slowlog slowlog_;
  LatencyMonitor latency_;
  std::vector<std::unique_ptr<LatencyHistogram>> times_;
};

// The only observatory there is: main built it.
[[nodiscard]] inline Recorder& recorder_of(const Services& services) {
  return static_cast<Recorder&>(services.observatory);
}

}  // namespace baton
