// SimRandom: the server's randomness, from the seed of the run.
#pragma once

#include "model/sim/dice.h"
#include "server/platform/random.h"

namespace baton::sim {

class SimRandom final : public baton::Random {
 public:
  explicit SimRandom(std::uint64_t seed) : dice_(seed, kStream) {}
  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(dice_.next() >> 56);
  }

 private:
  static constexpr std::uint64_t kStream = 10;  // of Dice
  Dice dice_;
};

}  // namespace baton::sim
