// Clock: a vector clock over the threads of one execution.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace baton::explorer {

// Simulated threads alive at once. A thread's mask is one bit for each.
inline constexpr unsigned kThreadsMax = 8;
using ThreadMask = std::uint32_t;

class Clock {
 public:
  [[nodiscard]] std::uint32_t operator[](unsigned thread) const { return at_[thread]; }
  void set(unsigned thread, std::uint32_t time) { at_[thread] = time; }
  void tick(unsigned thread) { ++at_[thread]; }

  // The least clock that is after both.
  void join(const Clock& other) {
    for (unsigned i = 0; i < kThreadsMax; ++i) at_[i] = std::max(at_[i], other.at_[i]);
  }
  // The greatest clock that is before both.
  void meet(const Clock& other) {
    for (unsigned i = 0; i < kThreadsMax; ++i) at_[i] = std::min(at_[i], other.at_[i]);
  }
  [[nodiscard]] bool empty() const {
    std::uint32_t any = 0;
    for (const std::uint32_t time : at_) any |= time;
    return any == 0;
  }
  // Whether everything in `other` is in this one too.
  [[nodiscard]] bool covers(const Clock& other) const {
    bool all = true;
    for (unsigned i = 0; i < kThreadsMax; ++i) all = all && at_[i] >= other.at_[i];
    return all;
  }

 private:
  std::array<std::uint32_t, kThreadsMax> at_{};
};

}  // namespace baton::explorer
