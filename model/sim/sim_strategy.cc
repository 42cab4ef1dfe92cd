#include "model/sim/sim_strategy.h"

#include "model/explorer/engine.h"

namespace baton::sim {

using explorer::kThreadsMax;
using explorer::ThreadMask;

SimStrategy::SimStrategy(std::uint64_t seed)
    : dice_(seed, kStream),
      kind_(static_cast<Kind>(dice_.below(4))),
      burst_(std::uint64_t{2} << dice_.below(7)),
      change_in_(dice_.below(kLength)),
      starved_(static_cast<unsigned>(dice_.below(kThreadsMax))) {
  for (int& priority : priority_) priority = static_cast<int>(dice_.below(1u << 20));
}

int SimStrategy::any_of(ThreadMask enabled) {
  for (auto left = dice_.below(static_cast<unsigned>(__builtin_popcount(enabled))); left > 0; --left)
    enabled &= enabled - 1;
  return __builtin_ctz(enabled);
}

int SimStrategy::most_urgent(ThreadMask enabled) const {
  int best = -1;
  for (; enabled != 0; enabled &= enabled - 1) {
    const int thread = __builtin_ctz(enabled);
    if (best < 0 || priority_[static_cast<unsigned>(thread)] > priority_[static_cast<unsigned>(best)])
      best = thread;
  }
  return best;
}

int SimStrategy::pick(explorer::Engine& engine, ThreadMask enabled, int running) {
  if (halted_ || engine.steps() > last_step_) return -1;
  if ((enabled & (enabled - 1)) == 0) return __builtin_ctz(enabled);
  const bool goes_on = running >= 0 && (enabled >> running & 1) != 0;
  switch (kind_) {
    case Kind::uniform:
      return any_of(enabled);
    case Kind::bursts:
      return goes_on && !dice_.one_in(burst_) ? running : any_of(enabled);
    case Kind::priorities:
      // A spin of the most urgent thread would never end if it did not fall back in the end.
      if (goes_on && change_in_-- == 0) {
        priority_[static_cast<unsigned>(running)] = --lowest_;
        change_in_ = dice_.below(kLength);
      }
      return most_urgent(enabled);
    case Kind::starved: {
      const ThreadMask others = enabled & ~(ThreadMask{1} << starved_);
      return any_of(others == 0 || dice_.one_in(512) ? enabled : others);
    }
  }
  return running;
}

// Half of the choices take option 0, nothing special: or a stale value would be met at every load.
unsigned SimStrategy::choose(unsigned options) {
  return dice_.one_in(2) ? 0 : static_cast<unsigned>(dice_.below(options));
}

}  // namespace baton::sim
