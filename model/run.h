// Run: what the scenario that is being searched tells the harness, and what the harness tells the policy.
//
// A search runs in a child process of its own (see runner.h); Tally is the page that parent and child share.
// The policy asks Run at every operation whether it is the weakened one; a scenario reports the states that
// it reached, asks whether a defect is seeded, and says what it requires. None of it names an engine.
//
// Ownership   One search a process: current() is set before it begins and only read while it runs. With a
//             checker the threads are fibers of one thread; on real threads reached() may miss a count, never
//             the fact.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "model/deferred.h"
#include "model/site.h"

namespace baton::model {

inline constexpr std::size_t kStatesMax = 16;
inline constexpr int kNoDefect = -1;

// Written by the child, read by the parent, also after the child was killed by one of its traps.
struct Tally {
  std::uint64_t schedules = 0;  // of all searches
  std::uint32_t search = 0;     // index of the search that runs, or found the failure
  std::uint64_t iteration = 0;  // of that search, from 1
  std::uint64_t reached[kStatesMax] = {};
  bool failed = false;
  bool capped = false;  // the last search met its cap before its end
  char failure[160] = {};
  OperationTable operations;
};

struct Run {
  Tally* tally = nullptr;
  bool recording = false;           // collect operations
  Weakening weakening;              // kNone: the source as it is
  int defect = kNoDefect;           // index into the scenario's defects
  std::uint64_t cap = 0;            // schedules of this search; 0: no cap
  bool alone = false;               // a replay, in the process that the user started
  const bool* replaying = nullptr;  // true while the checker repeats the failed schedule for its history
  Deferred deferred;                // of a weakening that delays
  // The engine's: ends the schedule as a failure with this text.
  void (*fail)(const char* what, const CallSite& site) = nullptr;

  static Run& current() {
    static constinit Run run;
    return run;
  }

  // The change to make to this operation; sets `order` if the change is one of order. How far a delay goes is
  // weakening.delay.
  Change at(const CallSite& site, Kind kind, std::memory_order& order) {
    if (recording) {
      tally->operations.add({site, kind, order});
      return Change::kNone;
    }
    if (weakening.change == Change::kNone || !(weakening.operation == Operation{site, kind, order})) {
      return Change::kNone;
    }
    if (weakening.change == Change::kOrder) order = weakening.to;
    return weakening.change;
  }

  // The same for an operation without an order.
  Change at(const CallSite& site, Kind kind) {
    std::memory_order none = std::memory_order_seq_cst;
    return at(site, kind, none);
  }

  // At the start of each schedule. Ends the process, its part done, when the search has met its cap.
  void begin_schedule();
};

// The search met its cap: not a failure, and not an end.
inline constexpr int kExitCapped = 40;

// ---- for scenarios

// A rare state was reached: one of those that the scenario lists under Sometimes.
inline void reached(std::size_t state) {
  std::atomic_ref<std::uint64_t> count(Run::current().tally->reached[state]);
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

// Whether this defect is seeded: one of those that the scenario lists under Must fail.
inline bool defect(int which) { return Run::current().defect == which; }

[[gnu::cold, gnu::noinline]] void fail_requirement(const char* what, const CallSite& site);

// A scenario's own assertion: ends the schedule as a failure with this text.
inline void require(bool holds, const char* what, CallSite site = CallSite::here()) {
  if (!holds) [[unlikely]]
    fail_requirement(what, site);
}

}  // namespace baton::model
