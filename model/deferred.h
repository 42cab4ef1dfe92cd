// Deferred: the operation that a weakening carries out late.
//
//   deferred.defer(thread, 2, [this, value] { write(value); });   // instead of write(value)
//   deferred.after_operation(thread);   // after each of the thread's own operations
//   deferred.finish(thread);            // when the thread has ended
//
// For every model policy. A store, post or unlock that is delayed past the thread's next n own operations is
// carried out right behind the nth of them, or when the thread ends. What counts is each operation that is a
// scheduling point: cells do not count, nor does the deferred operation itself. A thread has one such
// operation at a time; meeting the place again carries out the waiting one first.
//
// A delayed operation does not come early for a wait on a bell or a lock of the same mutex: there the program
// deadlocks, as a program would in which the line had been moved. A pause of a spin is different: it counts
// as an operation and ends by itself, so an engine that lets a pausing thread stand still until a word
// changes must let it go on while waits(thread).
//
// Fixed storage: it is written inside a simulation (see relacy_prelude.h).
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>

namespace baton::model {

class Deferred {
 public:
  static constexpr unsigned kThreadsMax = 32;

  // Has `carry_out` called after the thread's next `after` operations.
  template <class F>
  void defer(unsigned thread, unsigned after, F carry_out) {
    static_assert(std::is_trivially_copyable_v<F> && sizeof(F) <= sizeof(Slot::bytes),
                  "a few words captured");
    finish(thread);
    Slot& slot = slots_[thread];
    ::new (slot.bytes) F(carry_out);
    slot.call = [](void* bytes) { (*std::launder(static_cast<F*>(bytes)))(); };
    slot.left = after;
    ++waiting_;
  }

  void after_operation(unsigned thread) {
    if (waiting_ == 0) [[likely]]
      return;
    check_thread(thread);
    if (slots_[thread].call != nullptr && --slots_[thread].left == 0) finish(thread);
  }

  void finish(unsigned thread) {
    check_thread(thread);
    Slot& slot = slots_[thread];
    if (slot.call == nullptr) return;
    const Slot now = slot;  // carrying it out may switch threads
    slot.call = nullptr;
    --waiting_;
    now.call(const_cast<unsigned char*>(now.bytes));
  }

  // Whether an operation of this thread is still to come.
  [[nodiscard]] bool waits(unsigned thread) const {
    return waiting_ != 0 && thread < kThreadsMax && slots_[thread].call != nullptr;
  }

  // Before a schedule: what an abandoned one left is never carried out.
  void forget() {
    if (waiting_ == 0) return;
    for (Slot& slot : slots_) slot.call = nullptr;
    waiting_ = 0;
  }

 private:
  struct Slot {
    void (*call)(void* bytes) = nullptr;
    unsigned left = 0;
    alignas(std::max_align_t) unsigned char bytes[64] = {};
  };

  static void check_thread(unsigned thread) {
    if (thread >= kThreadsMax) std::abort();
  }

  Slot slots_[kThreadsMax];
  unsigned waiting_ = 0;
};

}  // namespace baton::model
