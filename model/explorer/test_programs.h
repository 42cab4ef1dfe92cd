// Small programs with known schedules and known faults, for the tests of the explorer's tools.
#pragma once

#include <cstddef>
#include <new>

#include "model/explorer/engine.h"
#include "model/explorer/explorer_sync.h"

namespace baton::explorer {

inline constexpr auto kRelaxed = std::memory_order_relaxed;
inline constexpr auto kAcquire = std::memory_order_acquire;
inline constexpr auto kRelease = std::memory_order_release;
inline constexpr auto kSeqCst = std::memory_order_seq_cst;

using Word = ExplorerAtomic<int>;

// A world that is built anew for each execution: kThreads, thread(index), after().
template <class World>
class ProgramOf final : public Program {
 public:
  [[nodiscard]] unsigned threads() const override { return World::kThreads; }
  void construct() override { world_ = new (room_) World; }
  void thread(unsigned index) override { world_->thread(index); }
  void after() override { world_->after(); }
  void destroy() override { world_->~World(); }

 private:
  alignas(World) std::byte room_[sizeof(World)];
  World* world_ = nullptr;
};

// The consumer looks for work, announces sleep and sleeps, without a recheck: work that comes between its
// look and its announcement wakes nobody. One pre-emption is needed, and enough.
struct LostWakeup {
  static constexpr unsigned kThreads = 2;
  Word work{0}, asleep{0};
  ExplorerBell<false> bell;

  void thread(unsigned index) {
    if (index == 0) {
      if (work.load(kSeqCst) != 0) return;
      asleep.store(1, kSeqCst);
      bell.wait();
    } else {
      work.store(1, kSeqCst);
      if (asleep.load(kSeqCst) != 0) bell.post();
    }
  }
  void after() {}
};

// Two threads of Stores operations each, which commute with nothing: (2 Stores + 2 over Stores + 1)
// schedules, because a thread's beginning is a step too.
template <int Stores>
struct Interleaved {
  static constexpr unsigned kThreads = 2;
  Word word{0};

  void thread(unsigned index) {
    for (int i = 0; i < Stores; ++i) word.store(static_cast<int>(index), kRelaxed);
  }
  void after() {}
};

// Two locks, taken in opposite orders.
struct CrossedLocks {
  static constexpr unsigned kThreads = 2;
  ExplorerMutex a, b;

  void thread(unsigned index) {
    ExplorerLock first(index == 0 ? a : b);
    ExplorerLock second(index == 0 ? b : a);
  }
  void after() {}
};

}  // namespace baton::explorer
