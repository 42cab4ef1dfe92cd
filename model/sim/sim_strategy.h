// SimStrategy: who runs next in a run of the whole server, tens of thousands of steps long.
//
// One of four by seed, since none is best for every bug:
//
//   uniform     any thread that can run, at every step
//   bursts      a thread runs on for some time, then another does: few switches, at unlikely places
//   priorities  PCT: fixed priorities; at a few random steps the running thread falls behind all others
//   starved     one thread goes on only when no other can, or once in a while
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/explorer/strategy.h"
#include "model/sim/dice.h"

namespace baton::sim {

class SimStrategy final : public explorer::Strategy {
 public:
  enum class Kind : std::uint8_t { uniform, bursts, priorities, starved };

  explicit SimStrategy(std::uint64_t seed);

  void begin(unsigned) override {}
  int pick(explorer::Engine&, explorer::ThreadMask enabled, int running) override;
  unsigned choose(unsigned options) override;
  bool next() override { return false; }

  [[nodiscard]] Kind kind() const { return kind_; }
  // The power fails: nobody runs from the next step on, or from that one on.
  void halt() { halted_ = true; }
  void halt_at(std::uint64_t step) { last_step_ = step; }

 private:
  int any_of(explorer::ThreadMask enabled);
  int most_urgent(explorer::ThreadMask enabled) const;

  static constexpr std::uint64_t kStream = 1;     // of Dice
  static constexpr std::uint64_t kLength = 4096;  // steps between two changes of priority, at most

  bool halted_ = false;
  std::uint64_t last_step_ = UINT64_MAX;
  Dice dice_;
  Kind kind_;
  std::uint64_t burst_;      // steps, on average
  std::uint64_t change_in_;  // steps until the next change of priority
  unsigned starved_;
  int lowest_ = 0;
  std::array<int, explorer::kThreadsMax> priority_{};
};

}  // namespace baton::sim
