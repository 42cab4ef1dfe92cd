// Strategy: who runs next, and which of several values an operation takes.
//
// The engine asks at every operation. Option 0 of a choice is always "nothing special": the newest value, no
// fault. A strategy that has seen enough of this execution returns kPrune.
#pragma once

#include <cstdint>

#include "model/explorer/clock.h"
#include "model/explorer/trace.h"

namespace baton::explorer {

class Engine;
class Object;

inline constexpr int kPrune = -1;

class Strategy {
 public:
  virtual ~Strategy() = default;

  // A new execution of that many threads begins.
  virtual void begin(unsigned threads) = 0;
  // One of `enabled`, or kPrune. `running` has just announced its next operation; -1: it ended or blocked.
  virtual int pick(Engine& engine, ThreadMask enabled, int running) = 0;
  // One of 0 .. options - 1; options > 1.
  virtual unsigned choose(unsigned options) = 0;

  // `thread` executes its operation now, before any effect; or, at a deadlock, would like to.
  virtual void executes(Engine&, unsigned /*thread*/, Event, const Object*) {}
  virtual void stays_blocked(Engine&, unsigned /*thread*/, Event, const Object*) {}

  // Prepares the next execution; false: none is left.
  virtual bool next() = 0;
};

}  // namespace baton::explorer
