// Doorbell: wake one sleeping consumer, and pay for it only when it sleeps.
//
//   queue.publish(item);  doorbell.ring();                       // producers, any number
//
//   for (;;) {                                                   // consumer
//     drain();
//     if (doorbell.prepare_to_sleep([&] { return has_work(); })) wait(doorbell.bell());
//     doorbell.woke();
//   }
//
// Ownership   The consumer alone calls prepare_to_sleep() and woke(). state_ goes asleep and awake by the
//             consumer, asleep -> rung by the one producer that posts.
// Memory order
//   [A] state_ seq_cst store -> state_ seq_cst load   Announce, then recheck, against publish, then look. Of
//       two threads that each write one word and then read the other's, at least one sees the other only if
//       all four accesses are sequentially consistent (or the two on the data are under one mutex). So a
//       producer publishes with a seq_cst store or under a lock before ring(), and has_work() reads with
//       seq_cst loads or under that lock. The page shows the three lines that lose a wake-up without it.
//   The other accesses to state_ are relaxed: a stale awake or rung is corrected by the next announcement,
//   and the data is ordered by the queue that carries it, never by the bell.
//
// Invariant   I5: if has_work() would say yes and the consumer sleeps, a post is on its way.
//             At most one post for one announcement: all other rings are elided.
// Spurious    A post may meet a consumer that decided not to sleep: one wake-up without work follows.
// Progress    ring() never blocks; it is one load when elided, else one exchange and one system call.
// Checked by  queues/doorbell_test.cc, model/doorbell_model.h
#pragma once

#include <cstdint>

#include "queues/std_sync.h"
#include "queues/sync_policy.h"

namespace baton {

template <SyncPolicy Sync = StdSync>
class Doorbell {
 public:
  using Bell = typename Sync::Bell;

  Doorbell() noexcept : state_(kAwake) {}
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  // ---- any thread, after it published

  // True if the bell was posted; false if that was needless: the consumer is awake or already rung.
  bool ring() noexcept {
    if (state_.load(std::memory_order_seq_cst) != kAsleep) return false;  // [A]
    std::uint32_t asleep = kAsleep;
    if (!state_.compare_exchange_strong(asleep, kRung, std::memory_order_relaxed,
                                        std::memory_order_relaxed)) {
      return false;
    }
    bell_.post();
    return true;
  }

  // ---- the consumer

  // Announces sleep, then asks has_work() once more. True: wait on the bell, then call woke(). False: there
  // is work, and the consumer is awake again.
  template <class HasWork>
  [[nodiscard]] bool prepare_to_sleep(HasWork&& has_work) noexcept {
    state_.store(kAsleep, std::memory_order_seq_cst);  // [A]
    if (!has_work()) return true;
    state_.store(kAwake, std::memory_order_relaxed);
    return false;
  }

  // After the wait, whatever ended it, and before the next drain.
  void woke() noexcept { state_.store(kAwake, std::memory_order_relaxed); }

  [[nodiscard]] Bell& bell() noexcept { return bell_; }

 private:
  static constexpr std::uint32_t kAwake = 0;
  static constexpr std::uint32_t kAsleep = 1;
  static constexpr std::uint32_t kRung = 2;

  alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uint32_t> state_;
  alignas(Sync::kCacheLine) Bell bell_;
};

}  // namespace baton
