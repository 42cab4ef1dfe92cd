// The zoo: jobs for workers, in the manner of rings with slots and flags (H1, H2, H3, H7, H23, H24).
#pragma once

#include <array>
#include <cstddef>

#include "model/run.h"
#include "model/traffic.h"
#include "model/zoo/zoo_traffic.h"
#include "queues/doorbell.h"
#include "queues/pause_gate.h"
#include "queues/spsc_ring.h"

namespace baton::model::zoo_model {

inline constexpr const char* kJobRingDefects[] = {"H1: the slot is cleared, then its index goes on relaxed"};

// A ring whose reader clears each slot, so that its writer may find it empty.
template <class Sync>
struct JobRing {
  static constexpr unsigned kThreads = 2;
  static constexpr int kJobs = 2;
  typename Sync::template Atomic<int> written{0};
  typename Sync::template Atomic<int> read{0};
  typename Sync::template Cell<int> slot{0};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    for (int job = 1; job <= kJobs; ++job) {
      if (index == 0) {
        while (read.load(std::memory_order_acquire) != job - 1) backoff.pause();
        require(slot.get() == 0, "the slot is not cleared");
        slot.set(job);
        written.store(job, std::memory_order_release);
      } else {
        while (written.load(std::memory_order_acquire) != job) backoff.pause();
        require(slot.get() == job, "another job");
        slot.set(0);
        read.store(job, defect(0) ? std::memory_order_relaxed : std::memory_order_release);
      }
    }
  }
  void after() {}
};

enum CompletedDefect : int { kRelaxedFlag, kPlainFlag, kEmptyIsDone };
inline constexpr const char* kCompletedDefects[] = {"H2: the completion flag is stored without release",
                                                    "H3: the completion flag is no atomic",
                                                    "H24: an empty queue is taken for finished jobs"};

// A job goes to a worker, and its result is read when it is completed.
template <class Sync>
struct Completed {
  static constexpr unsigned kThreads = 2;
  SpscRing<int, 2, Sync> jobs;
  typename Sync::template Cell<int> result{0};
  typename Sync::template Cell<int> plain_flag{0};
  typename Sync::template Atomic<int> flag{0};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 0) {
      require(jobs.try_push(1), "refused with room");
      if (defect(kPlainFlag)) {
        while (plain_flag.get() == 0) backoff.pause();
      } else if (defect(kEmptyIsDone)) {
        while (jobs.size_guess() != 0) backoff.pause();
      } else {
        while (flag.load(std::memory_order_acquire) == 0) backoff.pause();
      }
      require(result.get() == 42, "a stale result");
    } else {
      while (!jobs.try_pop()) backoff.pause();
      result.set(42);
      plain_flag_set();
      flag.store(1, defect(kRelaxedFlag) ? std::memory_order_relaxed : std::memory_order_release);
    }
  }
  void plain_flag_set() {
    if (defect(kPlainFlag)) plain_flag.set(1);
  }
  void after() {}
};

inline constexpr const char* kTicketDefects[] = {"H23: stopped between reserving a slot and filling it"};

// Whoever drains a queue of a thread at rest finds each slot that is counted filled.
template <class Sync>
struct Reserved {
  static constexpr unsigned kThreads = 2;
  Doorbell<Sync> bell;
  PauseGate<Sync> gate;
  typename Sync::template Atomic<int> reserved{0};
  typename Sync::template Atomic<int> filled{0};
  typename Sync::template Cell<bool> stop{false};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 0) {
      gate.request(bell);
      gate.wait_paused();
      while (filled.load(std::memory_order_acquire) != reserved.load(std::memory_order_acquire))
        backoff.pause();
      stop.set(true);
      gate.resume();
      return;
    }
    reserved.store(1, std::memory_order_release);
    if (defect(0)) gate.checkpoint();
    filled.store(1, std::memory_order_release);
    while (!stop.get()) {
      gate.checkpoint();
      sleep_if_idle(bell, [&] { return gate.requested() || stop.get(); });
    }
  }
  void after() {}
};

inline constexpr const char* kBookmarkDefects[] = {
    "H7: a write that is done, but not retired, keeps a bookmark"};

// A block of bytes is written by another thread, in part; whoever owns the block puts more bytes into it.
template <class Sync>
struct Bookmark {
  static constexpr unsigned kThreads = 2;
  std::array<typename Sync::template Cell<int>, 2> block;
  typename Sync::template Atomic<int> asked{0};  // bytes that the writer may send
  typename Sync::template Atomic<int> sent{0};   // bytes that it has sent
  int wire[2] = {};                              // its own
  int on_wire = 0;

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 1) {
      for (int done = 0; done < 2;) {
        const int until = asked.load(std::memory_order_acquire);
        if (until <= done) {
          backoff.pause();
          continue;
        }
        // The bookmark of the second write stands behind what the first one sent, unless that was retired.
        const std::size_t at = defect(0) ? static_cast<std::size_t>(done) : 0;
        wire[on_wire++] = block[at].get();
        done = until;
        sent.store(done, std::memory_order_release);
      }
      return;
    }
    block[0].set('a');
    asked.store(1, std::memory_order_release);
    while (sent.load(std::memory_order_acquire) != 1) backoff.pause();
    block[0].set('b');  // another client's reply, at the begin of a block that is all sent
    asked.store(2, std::memory_order_release);
  }
  void after() { require(wire[0] == 'a' && wire[1] == 'b', "bytes of another reply were skipped"); }
};

}  // namespace baton::model::zoo_model
