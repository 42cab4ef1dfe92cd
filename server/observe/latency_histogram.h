// LatencyHistogram: how often something took how long, in 128 steps to each power of two: within 1 %, as
// Redis's histograms are.
//
// Values are nanoseconds from 1 to a second; what lies outside counts as the nearest of them. Memory is taken
// by the power of two, 1 KiB for each that was met: a command's times lie in a few of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace baton {

class LatencyHistogram {
 public:
  static constexpr std::uint64_t kNsMax = 1'000'000'000;

  void add(std::uint64_t ns, std::uint64_t times = 1);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  // The longest time of the step in which that share (0 to 100) of all is reached; 0 when there are none.
  [[nodiscard]] std::uint64_t at_percentile(double percentile) const noexcept;

  struct Step {
    std::uint64_t up_to_us;
    std::uint64_t count;  // of all that took no longer
  };
  // About 1, 2, 4, 8 ... microseconds, where the count grows.
  [[nodiscard]] std::vector<Step> by_powers_of_two() const;

 private:
  static constexpr unsigned kStepBits = 7;
  static constexpr unsigned kSteps = 1u << kStepBits;
  static constexpr unsigned kRows = 30 - kStepBits + 1;
  using Row = std::array<std::uint64_t, kSteps>;

  [[nodiscard]] static std::uint64_t longest_of(unsigned row, unsigned step) noexcept {
    return row == 0 ? step : ((std::uint64_t{kSteps} + step + 1) << (row - 1)) - 1;
  }

  // Row 0 holds 0 to 127 ns; row r from 2^(r+6) to 2^(r+7) - 1.
  std::array<std::unique_ptr<Row>, kRows> rows_;
  std::uint64_t count_ = 0;
};

}  // namespace baton
