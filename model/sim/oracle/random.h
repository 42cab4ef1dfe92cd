// Random: numbers from a seed, the same with every compiler and library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "model/split_mix.h"

namespace baton::sim {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t next() noexcept { return model::split_mix(state_); }
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
