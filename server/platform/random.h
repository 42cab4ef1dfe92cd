// Random: unpredictable bytes (hash seeds, run identifiers, seeds of local generators).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace baton {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;
  [[nodiscard]] std::uint64_t next_u64() {
    std::array<std::byte, sizeof(std::uint64_t)> bytes;
    fill(bytes);
    std::uint64_t value;
    std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
  }
};

}  // namespace baton
