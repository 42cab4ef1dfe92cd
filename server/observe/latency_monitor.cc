#include "server/observe/latency_monitor.h"

#include <algorithm>

namespace baton {

void LatencyHistory::add(LatencySample sample) {
  worst_ms_ = std::max(worst_ms_, sample.ms);
  LatencySample& previous = samples_[(next_ + kSamples - 1) % kSamples];
  if (previous.at_s == sample.at_s) {
    previous.ms = std::max(previous.ms, sample.ms);
    return;
  }
  samples_[next_] = sample;
  next_ = (next_ + 1) % kSamples;
}

std::vector<LatencySample> LatencyHistory::oldest_first() const {
  std::vector<LatencySample> out;
  for (std::size_t i = 0; i < kSamples; ++i) {
    const LatencySample& sample = samples_[(next_ + i) % kSamples];
    if (sample.at_s != 0) out.push_back(sample);
  }
  return out;
}

}  // namespace baton
