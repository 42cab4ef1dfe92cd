#include "server/observe/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace baton {

void LatencyHistogram::add(std::uint64_t ns, std::uint64_t times) {
  ns = std::clamp<std::uint64_t>(ns, 1, kNsMax);
  const auto width = static_cast<unsigned>(std::bit_width(ns));
  const unsigned row = width <= kStepBits ? 0 : width - kStepBits;
  const std::uint64_t step = row == 0 ? ns : (ns >> (row - 1)) - kSteps;
  if (!rows_[row]) [[unlikely]]
    rows_[row] = std::make_unique<Row>();
  (*rows_[row])[step] += times;
  count_ += times;
}

std::uint64_t LatencyHistogram::at_percentile(double percentile) const noexcept {
  const auto wanted =
      static_cast<std::uint64_t>(std::max(1ll, std::llround(percentile / 100 * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (unsigned row = 0; row < kRows; ++row) {
    if (!rows_[row]) continue;
    for (unsigned step = 0; step < kSteps; ++step) {
      seen += (*rows_[row])[step];
      if (seen >= wanted) return longest_of(row, step);
    }
  }
  return 0;
}

std::vector<LatencyHistogram::Step> LatencyHistogram::by_powers_of_two() const {
  constexpr unsigned kFirstRow = 11 - kStepBits;  // begins at 1024 ns
  std::vector<Step> steps;
  std::uint64_t seen = 0;
  std::uint64_t told = 0;
  for (unsigned row = 0; row < kRows; ++row) {
    // What lies in the first step of a row still counts as the power of two.
    if (rows_[row]) seen += (*rows_[row])[0];
    if (row >= kFirstRow && seen > told) {
      steps.push_back({longest_of(row, 0) / 1000, seen});
      told = seen;
    }
    if (!rows_[row]) continue;
    for (unsigned step = 1; step < kSteps; ++step) seen += (*rows_[row])[step];
  }
  if (seen > told) steps.push_back({longest_of(kRows - 1, kSteps - 1) / 1000, seen});
  return steps;
}

}  // namespace baton
