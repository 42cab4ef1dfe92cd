// Mailbox: the way by which objects of one thread come to another: outbox, queue and doorbell.
//
//   Doorbell<> bell;                                       // the consumer's; may serve many mailboxes
//   Mailbox<Session, RingQueue<2048>> mail(bell);          // or ListQueue
//
//   mail.post(std::move(held));                            // producer, for each object: no shared access
//   mail.flush();                                          // producer, once a loop: publish, ring once
//
//   mail.drain(64, [](Held<Session> session) { ... });     // consumer, at most 64, oldest first
//   bell.prepare_to_sleep([&] { return mail.has_mail(); });
//
// Ownership
//   producer_    the producer's: objects posted but not flushed (outbox), counters
//   consumer_    the consumer's: objects taken but not handed out (inbox), counters
//   in between   the queue's. An object is in one of the three or in a Held; post() takes it for good (I4).
// Memory order
//   [A] posted_ seq_cst store -> posted_ seq_cst load   RingQueue: flush counts what it pushed, then looks
//       whether the consumer sleeps; has_mail, called after the consumer announced sleep, looks at the count.
//       With Doorbell's [A] these are the four accesses of which one side must see the other. ListQueue has
//       no posted_: its has_mail looks under the lock under which flush joined.
//   The objects themselves are ordered by the queue: the ring's [A], or the mutex.
// Invariant   I2, I3: what is posted is drained once, in order. I5: after flush() returned true, the
//             consumer is awake, rung, or will see has_mail().
// Full        RingQueue: flush() publishes what fits, keeps the rest and returns false. Nobody will say when
//             there is room: flush again, and drain your own mail meanwhile, instead of sleeping. ListQueue
//             is bounded by the objects that exist.
// Progress    RingQueue is wait-free; ListQueue waits for pointer swaps. flush() may make one system call.
// Checked by  queues/mailbox_test.cc, model/mailbox_model.h
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "queues/chain.h"
#include "queues/check.h"
#include "queues/doorbell.h"
#include "queues/held.h"
#include "queues/spsc_ring.h"
#include "queues/std_sync.h"
#include "queues/swap_queue.h"
#include "queues/sync_policy.h"

namespace baton {

// A queue kind. Its Channel<Node, Sync> moves objects from a producer's outbox to a consumer:
//   publish(outbox, count)   producer: takes what fits of the `count` objects, oldest first; returns how many
//   take(max, f)             consumer: f(Held) for up to `max` objects, oldest first; returns how many
//   has_mail()               consumer: whether take() would find something, in the order of the doorbell
template <std::uint32_t Capacity = 2048>
struct RingQueue {
  template <class Node, SyncPolicy Sync>
  class Channel {
   public:
    std::size_t publish(Chain<Node, Sync>& outbox, std::size_t count) noexcept {
      const std::size_t fitting = std::min<std::size_t>(count, ring_.room(count));
      if (fitting == 0) return 0;
      std::array<Node*, kRun> run;
      for (std::size_t done = 0; done < fitting;) {
        const std::size_t length = std::min(kRun, fitting - done);
        for (std::size_t i = 0; i < length; ++i) run[i] = outbox.pop_front().release();
        const std::size_t pushed = ring_.try_push_batch(std::span<Node* const>(run.data(), length));
        check(pushed == length, "RingQueue: the ring refused what it had room for");
        done += length;
      }
      pushed_ += fitting;
      posted_.store(pushed_, std::memory_order_seq_cst);  // [A]
      return fitting;
    }

    template <class F>
    std::size_t take(std::size_t max, F& f) noexcept {
      std::array<Node*, kRun> run;
      std::size_t taken = 0;
      while (taken < max) {
        const std::size_t wanted = std::min(kRun, max - taken);
        const std::size_t length = ring_.try_pop_batch(std::span<Node*>(run.data(), wanted));
        taken_ += length;
        taken += length;
        for (std::size_t i = 0; i < length; ++i) f(Held<Node>(run[i]));
        if (length < wanted) break;
      }
      return taken;
    }

    // The consumer may have taken objects that are not counted yet, so it is not a test for equality.
    [[nodiscard]] bool has_mail() noexcept {
      return posted_.load(std::memory_order_seq_cst) > taken_;  // [A]
    }

   private:
    static constexpr std::size_t kRun = std::min<std::size_t>(Capacity, 64);

    SpscRing<Node*, Capacity, Sync> ring_;
    alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uint64_t> posted_{0};
    std::uint64_t pushed_ = 0;
    alignas(Sync::kCacheLine) std::uint64_t taken_ = 0;
  };
};

struct ListQueue {
  template <class Node, SyncPolicy Sync>
  class Channel {
   public:
    std::size_t publish(Chain<Node, Sync>& outbox, std::size_t count) noexcept {
      queue_.join(std::move(outbox));
      return count;
    }

    // Looks into the queue only when what it took before is handed out: one lock at most.
    template <class F>
    std::size_t take(std::size_t max, F& f) noexcept {
      if (max != 0 && inbox_.empty()) inbox_ = queue_.drain();
      std::size_t taken = 0;
      for (; taken < max && !inbox_.empty(); ++taken) f(inbox_.pop_front());
      return taken;
    }

    [[nodiscard]] bool has_mail() noexcept { return !inbox_.empty() || !queue_.empty(); }

   private:
    alignas(Sync::kCacheLine) SwapQueue<Node, Sync> queue_;
    alignas(Sync::kCacheLine) Chain<Node, Sync> inbox_;
  };
};

template <class Node, class Queue = RingQueue<>, SyncPolicy Sync = StdSync>
class Mailbox {
 public:
  struct ProducerCounters {
    std::uint64_t posted = 0;   // objects
    std::uint64_t flushes = 0;  // flushes that published something
    std::uint64_t full = 0;     // flushes that could not publish all
    std::uint64_t rung = 0;     // doorbells posted
    std::uint64_t elided = 0;   // doorbells that were needless
  };
  struct ConsumerCounters {
    std::uint64_t drained = 0;  // objects
  };

  explicit Mailbox(Doorbell<Sync>& consumer_bell) noexcept : bell_(consumer_bell) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // ---- producer thread

  // Puts the object in the outbox. The consumer learns of it at the next flush.
  void post(Held<Node> object) noexcept {
    producer_.outbox.push_back(std::move(object));
    ++producer_.waiting;
    ++producer_.counters.posted;
  }

  // Publishes the outbox and rings if anything was published. False: the queue is full, some objects remain.
  [[nodiscard]] bool flush() noexcept {
    if (producer_.waiting == 0) return true;
    const std::size_t published = channel_.publish(producer_.outbox, producer_.waiting);
    producer_.waiting -= published;
    if (published != 0) {
      ++producer_.counters.flushes;
      ++(bell_.ring() ? producer_.counters.rung : producer_.counters.elided);
    }
    if (producer_.waiting == 0) return true;
    ++producer_.counters.full;
    return false;
  }

  [[nodiscard]] bool outbox_empty() const noexcept { return producer_.waiting == 0; }
  [[nodiscard]] const ProducerCounters& producer_counters() const noexcept { return producer_.counters; }

  // ---- consumer thread

  // Calls f(Held<Node>) for up to `max` objects, oldest first; returns how many. f must not drain this
  // mailbox.
  template <class F>
  std::size_t drain(std::size_t max, F&& f) noexcept {
    const std::size_t drained = channel_.take(max, f);
    consumer_.counters.drained += drained;
    return drained;
  }

  // The recheck before a sleep: true if drain() would find something that was flushed.
  [[nodiscard]] bool has_mail() noexcept { return channel_.has_mail(); }
  [[nodiscard]] const ConsumerCounters& consumer_counters() const noexcept { return consumer_.counters; }

  // ---- whoever holds both sides at rest (PauseGate, or after a join)

  // Hands every object inside to f, oldest first, the unflushed ones last; returns how many.
  template <class F>
  std::size_t reclaim(F&& f) noexcept {
    std::size_t reclaimed = drain(static_cast<std::size_t>(-1), f);
    // A swap queue's inbox hid what was joined after it.
    reclaimed += drain(static_cast<std::size_t>(-1), f);
    for (; producer_.waiting != 0; --producer_.waiting, ++reclaimed) f(producer_.outbox.pop_front());
    return reclaimed;
  }

 private:
  struct alignas(Sync::kCacheLine) ProducerSide {
    Chain<Node, Sync> outbox;
    std::size_t waiting = 0;  // objects in the outbox
    ProducerCounters counters;
  };
  struct alignas(Sync::kCacheLine) ConsumerSide {
    ConsumerCounters counters;
  };

  Doorbell<Sync>& bell_;
  ProducerSide producer_;
  typename Queue::template Channel<Node, Sync> channel_;
  ConsumerSide consumer_;
};

}  // namespace baton
