// Traces for the tests of the views: a mailbox that loses a wake-up, and long ones.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "model/explorer/trace.h"

namespace baton::explorer {

// Writes a trace as an engine would, but for the choice: each operation reads the newest value unless told.
class TraceWriter {
 public:
  explicit TraceWriter(Trace& trace) : trace_(trace) {}

  // The next steps are of `thread`, in `function` of `file`.
  TraceWriter& in(unsigned thread, const char* file, const char* function) {
    preempts_ = false;
    thread_ = thread;
    file_ = file;
    function_ = function;
    return *this;
  }
  // As in(), and the thread before could have gone on.
  TraceWriter& preempt(unsigned thread, const char* file, const char* function) {
    in(thread, file, function);
    preempts_ = true;
    return *this;
  }

  TraceStep& step(Event event, unsigned line, int object = -1, std::uint64_t value = 0,
                  std::memory_order order = std::memory_order_seq_cst) {
    TraceStep made;
    made.thread = thread_;
    made.event = event;
    made.order = order;
    made.object = object;
    made.value = value;
    made.preemption = std::exchange(preempts_, false);
    made.site = {file_, function_, line, 1};
    trace_.steps.push_back(made);
    return trace_.steps.back();
  }
  TraceStep& write(Event event, unsigned line, int object, std::uint64_t value,
                   std::memory_order order = std::memory_order_seq_cst) {
    TraceStep& made = step(event, line, object, value, order);
    made.writes = true;
    if (event == Event::kRmw) {
      made.read_from = writer_of(object, trace_.steps.size() - 1);
    }
    return made;
  }
  TraceStep& read(Event event, unsigned line, int object, std::uint64_t value,
                  std::memory_order order = std::memory_order_seq_cst) {
    TraceStep& made = step(event, line, object, value, order);
    made.read_from = writer_of(object, trace_.steps.size() - 1);
    return made;
  }
  // Reads what the last write but one left there, or the initial value.
  TraceStep& read_stale(Event event, unsigned line, int object, std::uint64_t value,
                        std::memory_order order) {
    TraceStep& made = read(event, line, object, value, order);
    made.stale = true;
    if (made.read_from != kNoStep) {
      made.read_from = writer_of(object, static_cast<std::size_t>(made.read_from));
    }
    return made;
  }

 private:
  [[nodiscard]] int writer_of(int object, std::size_t before) const {
    for (std::size_t i = before; i > 0; --i) {
      if (trace_.steps[i - 1].object == object && trace_.steps[i - 1].writes) return static_cast<int>(i - 1);
    }
    return kNoStep;
  }

  Trace& trace_;
  unsigned thread_ = 0;
  const char* file_ = "";
  const char* function_ = "";
  bool preempts_ = false;
};

// An executor and two I/O threads, a ring and a doorbell each way. With the first order of the doorbell
// weakened, the executor announces sleep and still reads an old count, io 2 publishes and still reads
// "awake": nobody posts.
inline Trace lost_wake_up() {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  constexpr auto kAcquire = std::memory_order_acquire;
  constexpr auto kRelease = std::memory_order_release;
  constexpr const char* kRing = "queues/spsc_ring.h";
  constexpr const char* kBell = "queues/doorbell.h";
  constexpr const char* kMailbox = "queues/mailbox.h";
  constexpr const char* kModel = "model/mailbox_model.cc";
  enum : int {
    kState,
    kTail1,
    kHead1,
    kSlot1,
    kTail2,
    kHead2,
    kSlot2,
    kBellOf,
    kStat,
    kPosted2,
    kMutex,
    kState1,
    kState2,
    kPosted1
  };

  Trace trace;
  trace.scenario = "mailbox_ring";
  trace.variant = "doorbell.h:ring:load:seq_cst->acquire";
  trace.schedule = "1.b7.0a0011200102211000212s1120012220s1";
  trace.threads = {"executor", "io 1", "io 2"};
  TraceWriter to(trace);

  to.in(1, kModel, "serve").step(Event::kBegin, 55);
  to.in(1, kRing, "try_push").read(Event::kLoad, 55, kTail1, 0, kRelaxed);
  to.write(Event::kCell, 60, kSlot1, 7);
  to.write(Event::kStore, 61, kTail1, 1, kRelease);
  to.preempt(0, kModel, "execute").step(Event::kBegin, 90);
  to.in(0, kRing, "try_pop").read(Event::kLoad, 89, kHead1, 0, kRelaxed);
  to.read(Event::kLoad, 91, kTail1, 1, kAcquire);
  to.read(Event::kCell, 94, kSlot1, 7);
  to.preempt(1, kBell, "ring").read(Event::kLoad, 49, kState, 0, kAcquire);
  to.in(1, kModel, "serve").step(Event::kPause, 84);
  to.in(2, kModel, "serve").step(Event::kBegin, 55);
  to.in(2, kRing, "try_push").read(Event::kLoad, 55, kTail2, 0, kRelaxed);
  to.preempt(0, kRing, "try_pop").write(Event::kStore, 95, kHead1, 1, kRelease);
  to.in(0, kModel, "execute").write(Event::kRmw, 98, kStat, 1, kRelaxed);
  to.in(0, kBell, "prepare_to_sleep").write(Event::kStore, 65, kState, 1);
  to.in(0, kMailbox, "has_mail").read(Event::kLoad, 91, kTail1, 1);
  to.read(Event::kLoad, 91, kPosted2, 0);
  to.read(Event::kLoad, 91, kTail2, 0);
  to.in(1, kRing, "try_push").write(Event::kCell, 60, kSlot1, 8);
  to.write(Event::kStore, 61, kTail1, 2, kRelease);
  to.in(1, kBell, "ring").read(Event::kLoad, 49, kState, 1, kAcquire);
  to.write(Event::kRmw, 51, kState, 2, kRelaxed);
  to.write(Event::kPost, 55, kBellOf, 1);
  to.preempt(2, kRing, "try_push").write(Event::kCell, 60, kSlot2, 9);
  TraceStep& failed = to.read(Event::kRmw, 64, kStat, 1, kRelaxed);
  failed.failed = true;
  to.in(0, kModel, "execute").read(Event::kWait, 104, kBellOf, 0);
  to.in(0, kBell, "woke").write(Event::kStore, 72, kState, 0, kRelaxed);
  to.in(0, kRing, "try_pop").read(Event::kLoad, 91, kTail1, 2, kAcquire);
  to.read(Event::kCell, 94, kSlot1, 8);
  to.write(Event::kStore, 95, kHead1, 2, kRelease);
  to.in(0, kModel, "execute").write(Event::kRmw, 98, kStat, 2, kRelaxed);
  to.in(0, kRing, "try_pop").read(Event::kLoad, 91, kTail2, 0, kAcquire);
  to.preempt(2, kRing, "try_push").write(Event::kStore, 61, kTail2, 1, kRelease);
  to.in(2, kMailbox, "flush").write(Event::kStore, 70, kPosted2, 1);
  to.preempt(0, kBell, "prepare_to_sleep").write(Event::kStore, 65, kState, 1);
  to.in(2, kBell, "ring").read_stale(Event::kLoad, 49, kState, 0, kAcquire).note =
      "seq_cst weakened to acquire";
  to.in(2, kModel, "serve").step(Event::kPause, 84);
  to.in(0, kMailbox, "has_mail").read(Event::kLoad, 91, kTail1, 2);
  to.preempt(1, kMailbox, "drain").read(Event::kLock, 112, kMutex, 1);
  to.write(Event::kUnlock, 114, kMutex, 0);
  to.in(2, kMailbox, "drain").read(Event::kLock, 112, kMutex, 1);
  to.write(Event::kUnlock, 114, kMutex, 0);
  to.in(1, kBell, "prepare_to_sleep").write(Event::kStore, 65, kState1, 1);
  to.in(2, kBell, "prepare_to_sleep").write(Event::kStore, 65, kState2, 1);
  to.in(1, kMailbox, "has_mail").read(Event::kLoad, 91, kPosted1, 0);
  to.in(0, kMailbox, "has_mail").read_stale(Event::kLoad, 91, kPosted2, 0, kAcquire);
  // As in an engine's trace a thread that sleeps has no step for it: it would come when it is woken.
  trace.failure =
      "deadlock: executor sleeps at mailbox_model.cc:104, io 1 sleeps at mailbox_model.cc:84, io 2 sleeps at "
      "mailbox_model.cc:84";
  return trace;
}

// `steps` steps of `threads` threads that store, load and count; each is as the one before would have it.
inline Trace long_trace(unsigned steps, unsigned threads) {
  Trace trace;
  trace.scenario = "long";
  trace.schedule = "0";
  for (unsigned t = 0; t < threads; ++t) trace.threads.push_back("worker " + std::to_string(t));
  TraceWriter to(trace);
  std::uint32_t random = 1;
  for (unsigned i = 0; i < steps; ++i) {
    random = random * 1664525 + 1013904223;
    const unsigned pick = random >> 16;
    const int object = static_cast<int>(pick % 12);
    to.in(pick / 3 % threads, "queues/spsc_ring.h", "try_push");
    switch (pick / 64 % 4) {
      case 0:
        to.write(Event::kStore, 61, object, i, std::memory_order_release);
        break;
      case 1:
        to.write(Event::kRmw, 64, object, i, std::memory_order_acq_rel);
        break;
      case 2:
        to.read(Event::kLoad, 57, object, i, std::memory_order_acquire);
        break;
      default:
        to.write(Event::kCell, 60, 12 + object, i);
    }
  }
  return trace;
}

}  // namespace baton::explorer
