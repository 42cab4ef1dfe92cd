// WorkStealingDeque: bounded; its owner pushes and pops tasks at one end, thieves steal at the other.
//
//   WorkStealingDeque<Task, 1024> deque;
//   if (!deque.try_push(&task)) task.run();               // owner
//   while (Task* task = deque.try_pop()) task->run();     // owner: the youngest first
//   if (Task* task = deque.try_steal()) task->run();      // any other thread: the oldest
//
// Ownership
//   owner writes    bottom_, and slots_[i] for bottom - Capacity <= i < bottom
//   all write       top_, by compare_exchange alone
//   *task           the owner's until it is pushed, then whose pop or steal returned it
//
// Memory order
//   [A] bottom_ release -> bottom_ acquire   The task is filled, and its slot, before they are counted.
//   [B] top_ release -> top_ acquire         A slot is read before it is filled again.
//   [C] seq_cst   The owner lowers bottom_, then looks at top_; a thief looks at top_, then at bottom_.
//                 If the thief finds a task that another thief left it, and not that the owner took it,
//                 the owner's look comes later and finds the same: or a task would go to both.
//   The owner reads its own bottom_ relaxed. A slot is read before it is known whose the task is: so it is
//   an atomic, relaxed.
//
// Invariant   0 <= bottom - top <= Capacity between calls, in wrapping arithmetic.
// Full        try_push refuses.
// Progress    Wait-free. A steal that another thread forestalls returns null, like one of an empty deque.
// Checked by  work_stealing_model.cc
#pragma once

#include <array>
#include <cstdint>

#include "queues/std_sync.h"
#include "queues/sync_policy.h"

template <class T, std::uint32_t Capacity, baton::SyncPolicy Sync = baton::StdSync>
class WorkStealingDeque {
  static_assert((Capacity & (Capacity - 1)) == 0, "a power of two, so that indexes may wrap");

 public:
  // `start` is the first index: a model puts it next to the end of the range, so that it wraps at once.
  explicit WorkStealingDeque(std::uint32_t start = 0) noexcept : bottom_(start), top_(start) {}

  // Owner. False if the deque is full.
  [[nodiscard]] bool try_push(T* task) noexcept {
    const std::uint32_t bottom = bottom_.load(std::memory_order_relaxed);
    if (bottom - top_.load(std::memory_order_acquire) == Capacity) return false;  // [B]
    slot(bottom).store(task, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_release);  // [A]
    return true;
  }

  // Owner. The youngest task, or null if there is none.
  [[nodiscard]] T* try_pop() noexcept {
    const std::uint32_t last = bottom_.load(std::memory_order_relaxed) - 1;
    bottom_.store(last, std::memory_order_seq_cst);                  // [A] [C]
    const std::uint32_t top = top_.load(std::memory_order_seq_cst);  // [C]
    T* const task = slot(last).load(std::memory_order_relaxed);
    if (last != top && last + 1 != top) return task;
    const bool mine = last == top && claim(top);
    bottom_.store(last + 1, std::memory_order_relaxed);
    return mine ? task : nullptr;
  }

  // Any other thread. The oldest task, or null if there is none or somebody else was faster.
  [[nodiscard]] T* try_steal() noexcept {
    const std::uint32_t top = top_.load(std::memory_order_seq_cst);        // [B] [C]
    const std::uint32_t bottom = bottom_.load(std::memory_order_seq_cst);  // [A] [C]
    if (static_cast<std::int32_t>(bottom - top) <= 0) return nullptr;
    T* const task = slot(top).load(std::memory_order_relaxed);
    return claim(top) ? task : nullptr;
  }

 protected:  // A model derives the defects that it seeds.
  auto& slot(std::uint32_t index) noexcept { return slots_[index % Capacity].task; }
  // Whoever raises top_ has the task. [B]
  bool claim(std::uint32_t top) noexcept {
    return top_.compare_exchange_strong(top, top + 1, std::memory_order_release, std::memory_order_relaxed);
  }

  struct Slot {
    typename Sync::template Atomic<T*> task{nullptr};
  };
  alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uint32_t> bottom_;
  alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uint32_t> top_;
  alignas(Sync::kCacheLine) std::array<Slot, Capacity> slots_;
};
