// Dice: a stream of random numbers of its own for each concern of a run.
//
//   Dice latency(seed, 3);
//   const std::uint64_t us = latency.between(1, 40);
//
// Streams of one seed are independent: a run in which one fault is switched off keeps the numbers of all
// others, which is what makes a failing run small by leaving things out. The same on every compiler.
#pragma once

#include <cstdint>

#include "model/split_mix.h"

namespace baton::sim {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t stream)
      : state_(seed * 0x9E3779B97F4A7C15ULL + stream * 0xD1B54A32D192ED03ULL) {
    next();
    next();
  }

  std::uint64_t next() { return model::split_mix(state_); }
  // 0 .. bound - 1
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace baton::sim
