// The zoo: memory that two threads know (D1, D2, D3, D5, D7, D13, H31).
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/run.h"
#include "model/traffic.h"
#include "model/zoo/zoo_traffic.h"
#include "queues/doorbell.h"
#include "queues/shared_stat.h"

namespace baton::model::zoo_model {

enum ValueDefect : int { kCountedByTwo, kPointedTo, kReleasedElsewhere };
inline constexpr const char* kValueDefects[] = {
    "D2: a count of references that two threads change",
    "D3: a reply points to a value that another command frees",
    "H31: an object of the keyspace is released off the executor"};

// A value is read into a reply, then overwritten and freed, while the reply is sent.
template <class Sync>
struct Value {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> io_bell;
  Mail<Sync> home{io_bell};
  S reply;
  typename Sync::template Cell<int> value{0};
  typename Sync::template Cell<int> references{1};
  typename Sync::template Cell<bool> alive{true};

  void thread(unsigned index) {
    if (index == 0) {
      value.set(7);
      reply.hops.set(value.get());
      if (defect(kCountedByTwo)) references.set(references.get() + 1);
      give(home, reply);
      if (defect(kCountedByTwo)) references.set(references.get() - 1);
      if (defect(kReleasedElsewhere)) require(alive.get(), "freed");
      value.set(0);
      return;
    }
    take(io_bell, home, 1, [&](Held<S> held) {
      if (defect(kCountedByTwo)) references.set(references.get() - 1);
      if (defect(kReleasedElsewhere)) alive.set(false);
      require((defect(kPointedTo) ? value.get() : held->hops.get()) == 7, "another value was sent");
      (void)held.release();
    });
  }
  void after() {}
};

enum WordDefect : int { kNeighbours, kLostUpdate, kSetWhileRead, kTwoWriters };
inline constexpr const char* kWordDefects[] = {
    "D1: two threads write neighbours of one word", "D5: a flag is lost in a word that two threads write",
    "D7: a setting is read while it is set", "D13: two threads add to one plain counter"};

// Two threads that each note something of their own, and one that hands a setting to the other.
template <class Sync>
struct Words {
  static constexpr unsigned kThreads = 2;
  enum class Field : std::uint8_t { kEvents, kCount };
  using S = Session<Sync>;
  Doorbell<Sync> io_bell;
  Mail<Sync> home{io_bell};
  S order;
  typename Sync::template Cell<int> setting{1};
  typename Sync::template Cell<int> word{0};
  typename Sync::template Atomic<int> shared_flags{0};
  typename Sync::template Cell<int> flags[2];
  SharedStat<Field, Sync> counts[2];
  typename Sync::template Cell<int> count_of_both{0};

  void thread(unsigned index) {
    const std::size_t me = index;
    const int bit = 1 << me;
    if (defect(kNeighbours)) {
      word.set(word.get() | bit);
    } else if (defect(kLostUpdate)) {
      shared_flags.store(shared_flags.load(std::memory_order_relaxed) | bit, std::memory_order_relaxed);
    } else {
      flags[me].set(bit);
    }
    if (defect(kTwoWriters)) {
      count_of_both.set(count_of_both.get() + 1);
    } else {
      counts[me].add(Field::kEvents, 1);
    }
    if (index == 0) {
      order.hops.set(2);
      if (defect(kSetWhileRead)) setting.set(2);
      give(home, order);
      return;
    }
    const int before = setting.get();
    take(io_bell, home, 1, [&](Held<S> held) {
      if (!defect(kSetWhileRead)) setting.set(held->hops.get());
      (void)held.release();
    });
    require(before == 1 && setting.get() == 2, "another setting");
  }
  void after() {
    const int both = defect(kLostUpdate)   ? shared_flags.load(std::memory_order_relaxed)
                     : defect(kNeighbours) ? word.get()
                                           : flags[0].get() | flags[1].get();
    require(both == 3, "a flag was lost");
    const std::uint64_t events = counts[0].get(Field::kEvents) + counts[1].get(Field::kEvents);
    require(events + static_cast<std::uint64_t>(count_of_both.get()) == 2, "a count was lost");
  }
};

}  // namespace baton::model::zoo_model
