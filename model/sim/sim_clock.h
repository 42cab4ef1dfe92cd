// SimClock: virtual time. Reading it is no scheduling point: nobody can tell when it was read but by its
// value.
#pragma once

#include "model/sim/kernel.h"
#include "server/platform/clock.h"

namespace baton::sim {

class SimClock final : public Clock {
 public:
  explicit SimClock(Kernel& kernel) : kernel_(kernel) {}

  std::uint64_t monotonic_ns() override { return kernel_.now_ns(); }
  std::int64_t wall_us() override {
    return kEpochUs + static_cast<std::int64_t>(kernel_.now_ns() / 1000) + wall_offset_us_;
  }
  void sleep_us(std::uint64_t microseconds) override {
    kernel_.call("nanosleep");
    Sleep sleep;
    kernel_.block(sleep, kernel_.now_ns() + microseconds * 1000);
  }
  // Somebody sets the wall clock.
  void step_wall(std::int64_t by_us) { wall_offset_us_ += by_us; }

  // The wall clock at the beginning of a run.
  static constexpr std::int64_t kStartMs = 1'700'000'001'000;

 private:
  struct Sleep final : Waiting {
    [[nodiscard]] bool woken() const override { return false; }
  };

  static constexpr std::int64_t kEpochUs = kStartMs * 1000 - 1'000'000;  // the monotonic clock begins at 1 s

  Kernel& kernel_;
  std::int64_t wall_offset_us_ = 0;
};

}  // namespace baton::sim
