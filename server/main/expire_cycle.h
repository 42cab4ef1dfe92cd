// ExpireCycle: removes keys whose time has come, though nobody asks for them, without holding up those who
// ask for others.
//
// A cycle begins a few times a second with a share of that period to spend, and spends it in slices between
// turns of the executor. It ends when nothing is due or the share is spent. What is due is found through an
// index, so a cycle that has nothing to remove costs next to nothing.
#pragma once

#include <cstdint>

#include "server/platform/clock.h"
#include "server/store/keyspace.h"

namespace baton {

// What a cycle may take: a twentieth of the time between two for each step of active-expire-effort, 1 to 10.
[[nodiscard]] constexpr std::int64_t expire_share_ns(std::int64_t effort, std::int64_t hz) noexcept {
  return 1'000'000'000 / hz * effort / 20;
}

class ExpireCycle {
 public:
  static constexpr std::int64_t kSliceNs = 1'000'000;
  static constexpr std::size_t kRun = 64;  // keys between two looks at the clock

  ExpireCycle(Clock& clock, AllShards& shards) : clock_(clock), shards_(shards) {}

  void begin(std::int64_t share_ns) noexcept { left_ns_ = share_ns; }
  void stop() noexcept { left_ns_ = 0; }
  [[nodiscard]] bool runs() const noexcept { return left_ns_ > 0; }
  // One slice; how long it took, in nanoseconds.
  std::int64_t run_slice();

 private:
  Clock& clock_;
  AllShards& shards_;
  std::int64_t left_ns_ = 0;
  unsigned next_ = 0;  // database
};

}  // namespace baton
