// Random: numbers from a seed, the same with every compiler and library, because a seed is all that a replay
// has.
//
// SplitMix64 (Steele, Lea, Flood 2014). std::uniform_int_distribution is not used: its results differ between
// libraries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace baton::sim {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // Less than `bound`, which is not 0.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
  // From `first` to `last`, both included.
  constexpr std::int64_t between(std::int64_t first, std::int64_t last) noexcept {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first) + 1));
  }
  constexpr bool one_in(std::uint64_t n) noexcept { return below(n) == 0; }
  template <class Container>
  constexpr auto& pick(Container& from) noexcept {
    return from[static_cast<std::size_t>(below(std::size(from)))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace baton::sim
