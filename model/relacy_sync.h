// RelacySync: the sync policy under which Relacy runs the primitives of queues/.
//
//   template <class Sync> struct Hand { ... Mailbox<Node, ListQueue, Sync> mail; ... };
//   Hand<RelacySync<3>>                                     // of three threads
//
// Each operation is a scheduling point of Relacy, branches over the values that its order allows, and reports
// its call site to Run, which may weaken it (model/site.h).
//
//   Atomic    rl::atomic. A weakened order, a dropped store, a split read-modify-write happen here.
//   Cell      rl::var: an access that is not ordered after the other thread's last one fails as a data race.
//   Bell      Relacy's wait set and a flag; edge-triggered as the reactor registers it: a wait consumes
//             what was posted. It orders no memory, because sync_policy.h asks none of it: the models hold
//             without help from the kernel's lock. RelacySync<Threads, true> grants that help, where a
//             model shows that something is needed all the same.
//   Backoff   rl::yield: every other thread that can run gets a turn, so a wait is finite in a full search.
//   kCacheLine  small: Relacy allocates the suite with 16-byte alignment.
#pragma once

// First: it must come before any header that it protects.
#include "model/relacy_prelude.h"

#include "model/run.h"
#include "model/site.h"
#include "model/weakened.h"
#include "queues/sync_policy.h"

namespace baton::model {

inline rl::debug_info info_of(const CallSite& site) { return {site.function, site.file, site.line}; }
inline rl::memory_order relacy_order(std::memory_order order) {
  return static_cast<rl::memory_order>(static_cast<int>(order));
}

template <class T>
class RelacyAtomic {
 public:
  explicit RelacyAtomic(T value, CallSite site = CallSite::here()) {
    word_.store(value, rl::mo_relaxed, info_of(site));
  }
  RelacyAtomic(const RelacyAtomic&) = delete;
  RelacyAtomic& operator=(const RelacyAtomic&) = delete;

  T load(std::memory_order order, CallSite site = CallSite::here()) const {
    const OwnOperation operation(rl::thread_index());
    Run::current().at(site, Kind::kLoad, order);
    return word_.load(relacy_order(order), info_of(site));
  }

  void store(T value, std::memory_order order, CallSite site = CallSite::here()) {
    const Change change = Run::current().at(site, Kind::kStore, order);
    carry_out(change, rl::thread_index(),
              [this, value, order, site] { word_.store(value, relacy_order(order), info_of(site)); });
  }

  T exchange(T value, std::memory_order order, CallSite site = CallSite::here()) {
    const OwnOperation operation(rl::thread_index());
    if (Run::current().at(site, Kind::kExchange, order) == Change::kSplit) {
      const T old = word_.load(relacy_order(load_half(order)), info_of(site));
      word_.store(value, relacy_order(store_half(order)), info_of(site));
      return old;
    }
    return word_.exchange(value, relacy_order(order), info_of(site));
  }

  T fetch_add(T amount, std::memory_order order, CallSite site = CallSite::here()) {
    const OwnOperation operation(rl::thread_index());
    if (Run::current().at(site, Kind::kFetchAdd, order) == Change::kSplit) {
      const T old = word_.load(relacy_order(load_half(order)), info_of(site));
      word_.store(static_cast<T>(old + amount), relacy_order(store_half(order)), info_of(site));
      return old;
    }
    return word_.fetch_add(amount, relacy_order(order), info_of(site));
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure,
                               CallSite site = CallSite::here()) {
    const OwnOperation operation(rl::thread_index());
    if (Run::current().at(site, Kind::kCas, success) == Change::kSplit) {
      const T old = word_.load(relacy_order(load_half(success)), info_of(site));
      if (old != expected) {
        expected = old;
        return false;
      }
      word_.store(desired, relacy_order(store_half(success)), info_of(site));
      return true;
    }
    // Relacy takes no failure order stronger than the success order, which a weakening may leave.
    if (success == std::memory_order_relaxed || success == std::memory_order_release) {
      failure = std::memory_order_relaxed;
    }
    return word_.compare_exchange_strong(expected, desired, relacy_order(success), info_of(site),
                                         relacy_order(failure), info_of(site));
  }

 private:
  rl::atomic<T> word_;
};

template <class T>
class RelacyCell {
 public:
  explicit RelacyCell(T value = T{}, CallSite site = CallSite::here()) { value_(info_of(site)).store(value); }
  RelacyCell(const RelacyCell&) = delete;
  RelacyCell& operator=(const RelacyCell&) = delete;

  T get(CallSite site = CallSite::here()) const { return value_(info_of(site)).load(); }
  void set(T value, CallSite site = CallSite::here()) { value_(info_of(site)).store(value); }

 private:
  rl::var<T> value_;
};

class RelacyMutex {
 public:
  void lock(const CallSite& site) {
    const OwnOperation operation(rl::thread_index());
    mutex_.lock(info_of(site));
  }
  void unlock(const CallSite& site) { mutex_.unlock(info_of(site)); }

 private:
  rl::mutex mutex_;
};

class RelacyLock {
 public:
  explicit RelacyLock(RelacyMutex& mutex, CallSite site = CallSite::here())
      : mutex_(mutex), site_(site), change_(Run::current().at(site, Kind::kLock)) {
    if (change_ != Change::kDrop) mutex_.lock(site_);
  }
  RelacyLock(const RelacyLock&) = delete;
  RelacyLock& operator=(const RelacyLock&) = delete;
  ~RelacyLock() {
    carry_out(change_, rl::thread_index(), [mutex = &mutex_, site = site_] { mutex->unlock(site); });
  }

 private:
  RelacyMutex& mutex_;
  CallSite site_;
  Change change_;
};

template <rl::thread_id_t Threads, bool Orders>
class RelacyBell {
 public:
  void post(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kPost), rl::thread_index(), [this, site] {
      rl::context& context = rl::ctx();
      context.sched();
      if (Orders) order_.release(context.threadx_);
      posted_ = true;
      ++posts_;
      sleepers_.unpark_all(context, info_of(site));
    });
  }

  void wait(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kWait), rl::thread_index(), [this, site] {
      rl::context& context = rl::ctx();
      context.sched();
      while (!posted_) sleepers_.park_current(context, false, false, false, info_of(site));
      if (Orders) order_.acquire(context.threadx_);
      posted_ = false;
    });
  }

  void clear(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kClear), rl::thread_index(), [this] {
      rl::ctx().sched();
      posted_ = false;
    });
  }

  [[nodiscard]] std::uint64_t posts() const { return posts_; }

 private:
  bool posted_ = false;  // of the simulated kernel: not a simulated word
  std::uint64_t posts_ = 0;
  rl::waitset<Threads> sleepers_;
  rl::sync_var<Threads> order_;
};

class RelacyBackoff {
 public:
  void pause(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kPause), rl::thread_index(),
              [site] { rl::yield(1, info_of(site)); });
  }
};

template <rl::thread_id_t Threads, bool BellOrders = false>
struct RelacySync {
  static constexpr std::size_t kCacheLine = alignof(void*);
  template <class T>
  using Atomic = RelacyAtomic<T>;
  template <class T>
  using Cell = RelacyCell<T>;
  using Mutex = RelacyMutex;
  using Lock = RelacyLock;
  using Bell = RelacyBell<Threads, BellOrders>;
  using Backoff = RelacyBackoff;

  static std::uintptr_t this_thread() { return rl::thread_index() + 1; }

  // For litmus programs: the primitives do without.
  static void fence(std::memory_order order, CallSite site = CallSite::here()) {
    const Change change = Run::current().at(site, Kind::kFence, order);
    carry_out(change, rl::thread_index(),
              [order, site] { rl::atomic_thread_fence(relacy_order(order), info_of(site)); });
  }
};
static_assert(SyncPolicy<RelacySync<2>>);

}  // namespace baton::model
