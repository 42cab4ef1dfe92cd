// Recorder: what the server remembers of slow commands and latency events.
#pragma once

#include <cstdint>

#include "server/config/config.h"
#include "server/exec/observatory.h"
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
  void latency_event(std::string_view event, std::int64_t ms) override;

  [[nodiscard]] Slowlog& slowlog() noexcept { return slowlog_; }
  [[nodiscard]] LatencyMonitor& latency() noexcept { return latency_; }

 private:
  Clock& clock_;
  ObserveConfig options_;
  std::int64_t threshold_ns_ = -1;
  Slowlog slowlog_;
  LatencyMonitor latency_;
};

}  // namespace baton
