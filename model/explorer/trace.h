// Trace: one schedule as it was executed, step by step, for whoever draws or prints it.
//
// Filled by the engine when it is asked to (a replay); the search itself runs without.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "model/site.h"

namespace baton::explorer {

// What a step is. kCell is a plain access: recorded, but not a point at which threads switch.
enum class Event : std::uint8_t {
  kBegin,
  kLoad,
  kStore,
  kRmw,  // exchange, fetch_add, compare and exchange
  kFence,
  kLock,
  kUnlock,
  kPost,
  kWait,
  kClear,
  kPause,  // a look at a word will follow: waits until something it looked at has changed
  kCell,
  kOther,  // of a simulated platform: a system call, a thread that starts or ends
};

[[nodiscard]] const char* name_of(Event event);

inline constexpr int kNoStep = -1;

struct TraceStep {
  unsigned thread = 0;
  Event event = Event::kBegin;
  std::memory_order order = std::memory_order_seq_cst;
  int object = -1;          // number of the object in the order in which they were met, or -1
  std::uint64_t value = 0;  // read or written
  int read_from = kNoStep;  // the step whose store, post or unlock this one read; kNoStep: the initial value
  bool writes = false;      // changes its object
  bool stale = false;       // the value read was not the newest
  bool failed = false;      // a compare and exchange that exchanged nothing
  bool preemption = false;  // the thread that ran before this step could have gone on
  model::CallSite site{};
  std::string note;  // of kOther: the call; of a weakened operation: what became of it
};

struct Trace {
  std::string scenario;
  std::string variant;               // weakened operation or defect, or empty
  std::string schedule;              // the string that replays it
  std::vector<std::string> threads;  // names
  std::vector<bool> ended;           // threads that came to their end; empty: not known
  std::vector<TraceStep> steps;
  std::string failure;     // empty: none
  std::string failed_at;   // "file:line function", or empty
  int failed_thread = -1;  // who broke it; -1: all together (a deadlock), or after the end
};

}  // namespace baton::explorer
