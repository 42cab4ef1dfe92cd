// LatencyMonitor: the times of events that took at least latency-monitor-threshold, the last 160 of each
// event.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

struct LatencySample {
  std::int64_t at_s = 0;  // Unix time
  std::int64_t ms = 0;
};

class LatencyHistory {
 public:
  static constexpr std::size_t kSamples = 160;

  // Within one second only the worst is kept.
  void add(LatencySample sample);
  [[nodiscard]] std::vector<LatencySample> oldest_first() const;
  [[nodiscard]] LatencySample last() const { return samples_[(next_ + kSamples - 1) % kSamples]; }
  [[nodiscard]] std::int64_t worst_ms() const noexcept { return worst_ms_; }

 private:
  std::array<LatencySample, kSamples> samples_{};
  std::size_t next_ = 0;
  std::int64_t worst_ms_ = 0;
};

class LatencyMonitor {
 public:
  void add(std::string_view event, LatencySample sample) { events_[std::string(event)].add(sample); }
  // Returns how many events were forgotten.
  std::size_t reset(std::string_view event) { return events_.erase(std::string(event)); }
  std::size_t reset_all() {
    const std::size_t n = events_.size();
    events_.clear();
    return n;
  }
  [[nodiscard]] const std::map<std::string, LatencyHistory>& events() const noexcept { return events_; }

 private:
  std::map<std::string, LatencyHistory> events_;
};

}  // namespace baton
