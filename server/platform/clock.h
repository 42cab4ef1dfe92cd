// Clock: monotonic time for measuring and wall time for expiry and log lines.
#pragma once

#include <cstdint>

namespace baton {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::uint64_t monotonic_ns() = 0;
  // Since 1970-01-01 UTC.
  [[nodiscard]] virtual std::int64_t wall_us() = 0;
  [[nodiscard]] std::int64_t wall_ms() { return wall_us() / 1000; }
  virtual void sleep_us(std::uint64_t microseconds) = 0;
};

}  // namespace baton
