// SplitMix64 (Steele, Lea, Flood, 2014): the next number of a sequence that one word is the state of. The
// same with every compiler and library, because a seed is all that a replay has; std's distributions are not.
#pragma once

#include <cstdint>

namespace baton::model {

constexpr std::uint64_t split_mix(std::uint64_t& state) noexcept {
  std::uint64_t word = state += 0x9E3779B97F4A7C15ULL;
  word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  word = (word ^ (word >> 27U)) * 0x94D049BB133111EBULL;
  return word ^ (word >> 31U);
}

}  // namespace baton::model
