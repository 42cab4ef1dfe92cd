// Weakened: how a model's policy carries out the operation of a call site as the active weakening has it.
//
//   const OwnOperation operation(thread);                        // an operation that is done here and now
//   carry_out(Run::current().at(site, Kind::kPost), thread, [this] { post(); });   // or not, late, twice
//
// `thread` is the running thread's place among the deferred operations, which each engine numbers.
#pragma once

#include <atomic>

#include "model/run.h"
#include "model/site.h"

namespace baton::model {

// The halves of a read-modify-write that is split in two.
[[nodiscard]] constexpr std::memory_order load_half(std::memory_order order) {
  if (order == std::memory_order_seq_cst) return order;
  const bool acquires = order == std::memory_order_acquire || order == std::memory_order_acq_rel;
  return acquires ? std::memory_order_acquire : std::memory_order_relaxed;
}
[[nodiscard]] constexpr std::memory_order store_half(std::memory_order order) {
  if (order == std::memory_order_seq_cst) return order;
  const bool releases = order == std::memory_order_release || order == std::memory_order_acq_rel;
  return releases ? std::memory_order_release : std::memory_order_relaxed;
}

// Stands at the head of an operation of the thread; its end is the operation's.
class OwnOperation {
 public:
  explicit OwnOperation(unsigned thread) : thread_(thread) {}
  OwnOperation(const OwnOperation&) = delete;
  OwnOperation& operator=(const OwnOperation&) = delete;
  ~OwnOperation() { Run::current().deferred.after_operation(thread_); }

 private:
  unsigned thread_;
};

// Carries out `act`, the operation of a call site, as the weakening has it: not, late, twice, or as it is.
template <class F>
void carry_out(Change change, unsigned thread, F act) {
  if (change == Change::kDrop) return;
  Run& run = Run::current();
  if (change == Change::kDelay) {
    run.deferred.defer(thread, run.weakening.delay, act);
    return;
  }
  const OwnOperation operation(thread);
  act();
  if (change == Change::kDuplicate) act();
}

}  // namespace baton::model
