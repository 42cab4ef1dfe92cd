// Traffic: what the scenarios hand over, and how their threads sleep.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "model/run.h"
#include "queues/chain.h"
#include "queues/doorbell.h"
#include "queues/held.h"
#include "queues/mailbox.h"

namespace baton::model {

// Stands for a client's session. `hops` is touched by whoever holds it, so a hand-off that does not order
// memory, or a hand that keeps what it gave, is a data race. The rest is set before the threads start.
template <class Sync>
struct Session : ChainLink<Session<Sync>, Sync> {
  typename Sync::template Cell<int> hops{0};
  int home = 0;    // the I/O thread it belongs to
  int number = 0;  // its place in the order of that thread
};

// An I/O thread and both its ways to the executor.
template <class Sync, class Queue, class Node>
struct IoSide {
  explicit IoSide(Doorbell<Sync>& executor_bell) : to_executor(executor_bell), home(bell) {}

  Doorbell<Sync> bell;
  Mailbox<Node, Queue, Sync> to_executor;
  Mailbox<Node, Queue, Sync> home;
};

// Some I/O sides on one executor.
template <class Sync, class Queue, class Node, std::size_t Count>
class IoSides {
 public:
  explicit IoSides(Doorbell<Sync>& executor_bell)
      : IoSides(executor_bell, std::make_index_sequence<Count>{}) {}

  IoSide<Sync, Queue, Node>& operator[](std::size_t index) { return sides_[index]; }
  auto begin() { return sides_.begin(); }
  auto end() { return sides_.end(); }

 private:
  template <std::size_t... Index>
  IoSides(Doorbell<Sync>& executor_bell, std::index_sequence<Index...>)
      : sides_{make(executor_bell, Index)...} {}

  static IoSide<Sync, Queue, Node> make(Doorbell<Sync>& executor_bell, std::size_t) {
    return IoSide<Sync, Queue, Node>(executor_bell);
  }

  std::array<IoSide<Sync, Queue, Node>, Count> sides_;
};

// Puts an object that is at home into a hand.
template <class T>
Held<T> hold(T& object) {
  return Held<T>(&object);
}

// The states and defects of every scenario whose threads sleep come first in its lists, in this order.
enum SleepState : std::size_t { kSlept, kRecheckFoundWork, kSleepStates };
enum SleepDefect : int { kNoRecheck, kSleepDefects };
#define BATON_SLEEP_STATES "slept and was woken", "the recheck found work"
#define BATON_SLEEP_DEFECTS "no recheck before sleep"

// The end of a loop's turn: sleeps unless there is work, and is awake after.
template <class Sync, class HasWork>
void sleep_unless(Doorbell<Sync>& doorbell, HasWork has_work) {
  const bool may_sleep = doorbell.prepare_to_sleep([&] {
    const bool work = has_work();
    if (work) reached(kRecheckFoundWork);
    return work && !defect(kNoRecheck);
  });
  if (!may_sleep) return;
  doorbell.bell().wait();
  reached(kSlept);
  doorbell.woke();
}

// Every post of the doorbell's bell was one that a ring() answered for, counted where the bell itself is, if
// the policy's counts: a post made twice, or past the doorbell, costs a wake-up and nothing else shows it.
template <class Sync>
void require_posts(Doorbell<Sync>& doorbell, std::uint64_t rung) {
  if constexpr (requires { doorbell.bell().posts(); }) {
    require(doorbell.bell().posts() == rung, "the bell was posted more or less often than it was rung");
  }
}

// Law 5, "rarely sent", for a doorbell at rest: who retracted its announcement, or woke, is not rung.
template <class Sync>
void require_no_needless_post(Doorbell<Sync>& doorbell) {
  require(!doorbell.prepare_to_sleep([] { return true; }), "sleeps in spite of work");
  require(!doorbell.ring(), "rings a consumer that decided not to sleep");
  require(doorbell.prepare_to_sleep([] { return false; }), "does not sleep without work");
  doorbell.woke();
  require(!doorbell.ring(), "rings a consumer that woke");
}

}  // namespace baton::model
