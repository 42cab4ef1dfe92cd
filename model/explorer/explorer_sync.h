// ExplorerSync: the sync policy under which the explorer runs the primitives of queues/.
//
//   Mailbox<Node, ListQueue, ExplorerSync> mail(bell);
//
// Each operation is a scheduling point of the engine and reports its call site to Run, which may weaken it
// (model/site.h).
//
//   Atomic    a Location: every value that its order allows. fetch_add, compare_exchange_weak and fence() are
//             there for litmus programs; the primitives do without.
//   Cell      a plain value; an access that is not ordered after the other thread's last one is a data race.
//             No scheduling point: accesses without a race commute with everything.
//   Bell      a flag that post() sets and wait() waits for and consumes. Orders no memory, because
//             sync_policy.h asks none of it, unless MachineOptions::bell_orders grants that.
//   Backoff   blocks until something that the thread looked at since this Backoff last paused has changed,
//             also around other waits. So a wait is finite, and one that nobody ends is a deadlock that names
//             its line. While an operation of the thread's own is delayed, a pause counts towards it and does
//             not block.
//   create, destroy   objects whose use after free, double free and leak is a failure.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "model/explorer/engine.h"
#include "model/explorer/location.h"
#include "model/run.h"
#include "model/site.h"
#include "model/weakened.h"
#include "queues/sync_policy.h"

namespace baton::explorer {

using model::CallSite;
using model::carry_out;
using model::Change;
using model::Kind;
using model::load_half;
using model::OwnOperation;
using model::Run;
using model::store_half;

// The running thread's place among the deferred operations; those outside threads share one.
[[nodiscard]] inline unsigned deferring_thread() {
  const Engine& engine = Engine::current();
  return engine.in_thread() ? engine.me() : kThreadsMax;
}

// Of the value that is kept: of a pointer, if it is one.
template <class T>
inline constexpr std::size_t kBytes = sizeof(T);  // NOLINT(bugprone-sizeof-expression)

template <class T>
class ExplorerAtomic {
  static_assert(kBytes<T> <= sizeof(std::uint64_t) && std::is_trivially_copyable_v<T>);

 public:
  explicit ExplorerAtomic(T value) : word_(bits(value), std::is_pointer_v<T>) {}
  ExplorerAtomic(const ExplorerAtomic&) = delete;
  ExplorerAtomic& operator=(const ExplorerAtomic&) = delete;

  T load(std::memory_order order, CallSite site = CallSite::here()) const {
    const OwnOperation operation(deferring_thread());
    Run::current().at(site, Kind::kLoad, order);
    return value_of(word_.load(order, site));
  }

  void store(T value, std::memory_order order, CallSite site = CallSite::here()) {
    const Change change = Run::current().at(site, Kind::kStore, order);
    carry_out(change, deferring_thread(),
              [this, value, order, site] { word_.store(bits(value), order, site); });
  }

  T exchange(T value, std::memory_order order, CallSite site = CallSite::here()) {
    const OwnOperation operation(deferring_thread());
    if (Run::current().at(site, Kind::kExchange, order) == Change::kSplit) {
      const T old = value_of(word_.load(load_half(order), site));
      word_.store(bits(value), store_half(order), site);
      return old;
    }
    return value_of(word_.modify([&](std::uint64_t) { return bits(value); }, order, site));
  }

  T fetch_add(T amount, std::memory_order order, CallSite site = CallSite::here()) {
    const OwnOperation operation(deferring_thread());
    if (Run::current().at(site, Kind::kFetchAdd, order) == Change::kSplit) {
      const T old = value_of(word_.load(load_half(order), site));
      word_.store(bits(static_cast<T>(old + amount)), store_half(order), site);
      return old;
    }
    return value_of(word_.modify(
        [&](std::uint64_t old) { return bits(static_cast<T>(value_of(old) + amount)); }, order, site));
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure,
                               CallSite site = CallSite::here()) {
    return exchange_if(expected, desired, success, failure, false, site);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure,
                             CallSite site = CallSite::here()) {
    return exchange_if(expected, desired, success, failure, true, site);
  }

 private:
  static std::uint64_t bits(T value) {
    std::uint64_t word = 0;
    std::memcpy(&word, &value, kBytes<T>);
    return word;
  }
  static T value_of(std::uint64_t word) {
    T value;
    std::memcpy(&value, &word, kBytes<T>);
    return value;
  }

  bool exchange_if(T& expected, T desired, std::memory_order success, std::memory_order failure, bool weak,
                   const CallSite& site) {
    const OwnOperation operation(deferring_thread());
    if (Run::current().at(site, Kind::kCas, success) == Change::kSplit) {
      const T old = value_of(word_.load(load_half(success), site));
      if (bits(old) != bits(expected)) {
        expected = old;
        return false;
      }
      word_.store(bits(desired), store_half(success), site);
      return true;
    }
    std::uint64_t word = bits(expected);
    const bool exchanged = word_.compare_exchange(word, bits(desired), success, failure, weak, site);
    if (!exchanged) expected = value_of(word);
    return exchanged;
  }

  mutable Location word_;
};

// Who touched a plain value, and when: the accesses that the next one must be ordered after. One reader is
// remembered as such, several by a clock each (FastTrack: Flanagan, Freund, 2009).
class Accesses {
 public:
  [[nodiscard]] bool written_unseen(const Clock& now) const { return now[writer_] < written_; }
  [[nodiscard]] bool read_unseen(const Clock& now) const {
    return several_ ? !now.covers(readers_) : now[reader_] < read_;
  }
  void read_by(unsigned thread, const Clock& now) {
    if (!several_ && reader_ != thread) {
      if (now[reader_] >= read_) {
        reader_ = thread;  // the reader before is before this one, and need not be remembered
      } else {
        several_ = true;
        readers_.set(reader_, read_);
      }
    }
    if (several_) {
      readers_.set(thread, now[thread]);
    } else {
      read_ = now[thread];
    }
  }
  void written_by(unsigned thread, const Clock& now) {
    writer_ = thread;
    written_ = now[thread];
  }

 private:
  std::uint32_t written_ = 0;
  std::uint32_t writer_ = 0;
  std::uint32_t read_ = 0;
  std::uint32_t reader_ = 0;
  bool several_ = false;
  Clock readers_;  // of several
};

template <class T>
class ExplorerCell {
 public:
  explicit ExplorerCell(T value = T{}, CallSite site = CallSite::here()) : value_(std::move(value)) {
    changed(site);
  }
  ExplorerCell(const ExplorerCell&) = delete;
  ExplorerCell& operator=(const ExplorerCell&) = delete;
  ~ExplorerCell() {
    // The end of the memory conflicts with every access that is not ordered before it.
    if (Engine::exists() && Engine::current().in_thread()) changed({"", "", 0, 0});
  }

  T get(CallSite site = CallSite::here()) const {
    Engine& engine = Engine::current();
    engine.check_alive(this, site);
    if (engine.in_thread()) {
      if (engine.recording()) engine.record_cell(number(), shown(), false, site);
      const Clock& now = engine.clock(engine.me());
      if (accesses_.written_unseen(now)) engine.fail("a data race: read while another thread writes", site);
      accesses_.read_by(engine.me(), now);
    }
    return value_;
  }

  void set(T value, CallSite site = CallSite::here()) {
    Engine::current().check_alive(this, site);
    value_ = std::move(value);
    changed(site);
  }

 private:
  void changed(const CallSite& site) {
    Engine& engine = Engine::current();
    if (!engine.in_thread()) return;
    if (engine.recording()) engine.record_cell(number(), shown(), true, site);
    const Clock& now = engine.clock(engine.me());
    if (accesses_.written_unseen(now)) engine.fail("a data race: two threads write", site);
    if (accesses_.read_unseen(now)) engine.fail("a data race: written while another thread reads", site);
    accesses_.written_by(engine.me(), now);
  }
  std::uint32_t number() const {
    if (number_ == 0) number_ = Engine::current().next_number();
    return number_;
  }
  [[nodiscard]] std::uint64_t shown() const {
    std::uint64_t word = 0;
    if constexpr (std::is_trivially_copyable_v<T> && kBytes<T> <= sizeof word) {
      std::memcpy(&word, &value_, kBytes<T>);
    }
    return word;
  }

  T value_;
  mutable Accesses accesses_;
  mutable std::uint32_t number_ = 0;  // of the trace: given when it is first shown
};

// Taken by who has it already, given back by who has it not, and had by anyone at the end: failures, also
// outside the threads, where nothing could wait.
class ExplorerMutex : public Object {
 public:
  ~ExplorerMutex() override;
  void lock(const CallSite& site);
  void unlock(const CallSite& site);

  [[nodiscard]] bool ready(Event event, unsigned) const override { return ready_in(event, state()); }
  [[nodiscard]] std::uint32_t state() const override { return owner_ >= 0 ? 1 : 0; }
  [[nodiscard]] bool ready_in(Event event, std::uint32_t state) const override {
    return event != Event::kLock || state == 0;
  }
  [[nodiscard]] std::uint32_t version() const override { return unlocks_; }

 private:
  int owner_ = -1;  // kThreadsMax: outside the threads
  std::uint32_t unlocks_ = 0;
  Clock release_;
};

class ExplorerLock {
 public:
  explicit ExplorerLock(ExplorerMutex& mutex, CallSite site = CallSite::here())
      : mutex_(mutex), site_(site), change_(Run::current().at(site, Kind::kLock)) {
    if (change_ == Change::kDrop) return;
    const OwnOperation operation(deferring_thread());
    mutex_.lock(site_);
  }
  ExplorerLock(const ExplorerLock&) = delete;
  ExplorerLock& operator=(const ExplorerLock&) = delete;
  ~ExplorerLock() {
    carry_out(change_, deferring_thread(), [mutex = &mutex_, site = site_] { mutex->unlock(site); });
  }

 private:
  ExplorerMutex& mutex_;
  CallSite site_;
  Change change_;
};

// A bell without its call sites: what a simulated poller sees.
class BellObject : public Object {
 public:
  BellObject() : fd_(Engine::current().enlist(*this)) {}
  ~BellObject() override {
    require_unused();
    if (Engine::exists()) Engine::current().delist(fd_);
  }

  // Stands for the eventfd in a simulated poller.
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::uint64_t posts() const { return posts_; }
  // A poller that reports the bell to the running thread: the post may order memory, if bells do.
  void reported();

  [[nodiscard]] bool ready(Event event, unsigned) const override { return ready_in(event, state()); }
  [[nodiscard]] std::uint32_t state() const override { return posted_ ? 1 : 0; }
  [[nodiscard]] bool ready_in(Event event, std::uint32_t state) const override {
    return event != Event::kWait || state != 0;
  }

 protected:
  void post_at(const CallSite& site);
  void wait_at(const CallSite& site, bool orders);
  void clear_at(const CallSite& site);

 private:
  int fd_;
  bool posted_ = false;
  std::uint64_t posts_ = 0;
  Clock release_;
};

template <bool Orders>
class ExplorerBell : public BellObject {
 public:
  void post(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kPost), deferring_thread(), [this, site] { post_at(site); });
  }
  void wait(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kWait), deferring_thread(),
              [this, site] { wait_at(site, Orders); });
  }
  void clear(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kClear), deferring_thread(), [this, site] { clear_at(site); });
  }
};

class ExplorerBackoff {
 public:
  ExplorerBackoff() : wait_(Engine::current().begin_wait()) {}
  ExplorerBackoff(const ExplorerBackoff&) = delete;
  ExplorerBackoff& operator=(const ExplorerBackoff&) = delete;
  ~ExplorerBackoff() {
    if (Engine::exists()) Engine::current().end_wait(wait_);
  }
  void pause(CallSite site = CallSite::here()) {
    carry_out(Run::current().at(site, Kind::kPause), deferring_thread(), [wait = wait_, site] {
      // A spin is operations of one's own, so it brings a delayed operation about: it does not stand still.
      if (Run::current().deferred.waits(deferring_thread())) return;
      Engine::current().pause(wait, site);
    });
  }

 private:
  Engine::Wait wait_;
};

template <bool BellOrders>
struct BasicExplorerSync {
  static constexpr std::size_t kCacheLine = alignof(std::max_align_t);
  template <class T>
  using Atomic = ExplorerAtomic<T>;
  template <class T>
  using Cell = ExplorerCell<T>;
  using Mutex = ExplorerMutex;
  using Lock = ExplorerLock;
  using Bell = ExplorerBell<BellOrders>;
  using Backoff = ExplorerBackoff;

  static std::uintptr_t this_thread() {
    const Engine& engine = Engine::current();
    return engine.in_thread() ? engine.me() + 1 : kThreadsMax + 1;
  }

  static void fence(std::memory_order order, CallSite site = CallSite::here());

  template <class T, class... Arguments>
  static T* create(Arguments&&... arguments) {
    return new (Engine::current().allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
  }
  template <class T>
  static void destroy(T* object, CallSite site = CallSite::here()) {
    Engine::current().check_alive(object, site);
    object->~T();
    Engine::current().release(object, site);
  }
};

using ExplorerSync = BasicExplorerSync<false>;
static_assert(SyncPolicy<ExplorerSync>);

void fence_at(std::memory_order order, const CallSite& site);

template <bool BellOrders>
void BasicExplorerSync<BellOrders>::fence(std::memory_order order, CallSite site) {
  const Change change = Run::current().at(site, Kind::kFence, order);
  carry_out(change, deferring_thread(), [order, site] { fence_at(order, site); });
}

}  // namespace baton::explorer
