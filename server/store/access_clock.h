// AccessClock: the 24 bits an entry keeps of its use: when it was last used (LRU), or how often of late
// (LFU).
//
// LRU   seconds, modulo 2^24 (194 days).
// LFU   16 bits of minutes at the last decrement, 8 bits of a logarithmic counter that grows with a
// probability that falls with its
//       value, and loses one for every `decay` minutes of rest. Source: Redis's description of its LFU mode.
#pragma once

#include <algorithm>
#include <cstdint>

namespace baton {

class AccessClock {
 public:
  static constexpr std::uint8_t kNewCounter = 5;  // a new key is not evicted at once

  [[nodiscard]] static std::uint32_t seconds(std::int64_t now_ms) noexcept {
    return static_cast<std::uint32_t>(now_ms / 1000) & 0xff'ffff;
  }
  [[nodiscard]] static std::uint32_t idle_seconds(std::uint32_t access, std::int64_t now_ms) noexcept {
    return (seconds(now_ms) - access) & 0xff'ffff;
  }

  [[nodiscard]] static std::uint32_t minutes(std::int64_t now_ms) noexcept {
    return static_cast<std::uint32_t>(now_ms / 60'000) & 0xffff;
  }
  [[nodiscard]] static std::uint8_t counter(std::uint32_t access) noexcept {
    return static_cast<std::uint8_t>(access);
  }
  [[nodiscard]] static std::uint32_t frequency(std::uint32_t at_minutes, std::uint8_t count) noexcept {
    return at_minutes << 8 | count;
  }
  // The counter as it is now, after the rest since the last use.
  [[nodiscard]] static std::uint8_t decayed(std::uint32_t access, std::int64_t now_ms,
                                            unsigned decay_minutes) noexcept {
    const std::uint32_t rested = (minutes(now_ms) - (access >> 8)) & 0xffff;
    const std::uint32_t count = counter(access);
    return static_cast<std::uint8_t>(decay_minutes == 0 ? count
                                                        : count - std::min(count, rested / decay_minutes));
  }
  // After one more use; `random` is uniform in 64 bits.
  [[nodiscard]] static std::uint32_t used(std::uint32_t access, std::int64_t now_ms, unsigned log_factor,
                                          unsigned decay_minutes, std::uint64_t random) noexcept {
    std::uint32_t count = decayed(access, now_ms, decay_minutes);
    if (count < 255) {
      const double base = count > kNewCounter ? static_cast<double>(count - kNewCounter) : 0.0;
      const double chance = 1.0 / (base * log_factor + 1);
      if (static_cast<double>(random >> 11) * 0x1p-53 < chance) ++count;
    }
    return frequency(minutes(now_ms), static_cast<std::uint8_t>(count));
  }
};

}  // namespace baton
