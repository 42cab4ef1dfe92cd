// The zoo: replies, durability and what replies hold; threads at rest (D9, E1, E2, E5, G6).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "model/run.h"
#include "model/traffic.h"
#include "model/zoo/zoo_traffic.h"
#include "queues/doorbell.h"
#include "queues/pause_gate.h"
#include "queues/shared_stat.h"

namespace baton::model::zoo_model {

enum DurableDefect : int { kFlushedFirst, kAnsweredFirst };
inline constexpr const char* kDurableDefects[] = {
    "E1: the log is flushed, then more is executed and answered in the same pass",
    "E2: replies leave before the log is written"};

// Two writes, each answered when the log is durable up to it.
template <class Sync>
struct Durable {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  typename Sync::template Atomic<int> disk{0};  // position up to which the log is durable
  S sessions[2];

  void thread(unsigned index) {
    if (index == 0) {
      int log = 0;
      std::size_t left = 2;
      while (left != 0) {
        if (defect(kFlushedFirst)) disk.store(log, std::memory_order_release);
        left -= io.to_executor.drain(2, [&](Held<S> held) {
          held->hops.set(++log);
          io.home.post(std::move(held));
        });
        if (defect(kAnsweredFirst)) require(io.home.flush(), "refused with room");
        if (!defect(kFlushedFirst)) disk.store(log, std::memory_order_release);
        require(io.home.flush(), "refused with room");
        if (left != 0) sleep_if_idle(executor_bell, [&] { return io.to_executor.has_mail(); });
      }
      return;
    }
    for (S& session : sessions) give(io.to_executor, session);
    take(io.bell, io.home, 2, [&](Held<S> held) {
      require(disk.load(std::memory_order_acquire) >= held->hops.get(),
              "a reply left before its write was durable");
      (void)held.release();
    });
  }
  void after() {}
};

inline constexpr const char* kLimitDefects[] = {
    "E5: a command runs before the output of the one before it is counted"};

// Two commands, and memory for the reply of one: what was answered and is not sent yet counts before the next
// command runs.
template <class Sync>
struct Limit {
  static constexpr unsigned kThreads = 2;
  enum class Field : std::uint8_t { kSent, kCount };
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  SharedStat<Field, Sync> sent;  // the I/O thread's
  S sessions[2];

  void thread(unsigned index) {
    if (index == 0) {
      std::uint64_t made = 0;
      std::uint64_t counted = 0;
      for (std::size_t left = 2; left != 0;) {
        left -= io.to_executor.drain(2, [&](Held<S> held) {
          const std::uint64_t gone = sent.get(Field::kSent);
          const bool room = counted == gone;
          held->hops.set(room ? 1 : 0);
          if (room) ++made;
          require(made - gone <= 1, "more output than there is memory for");
          if (!defect(0)) counted = made;
          io.home.post(std::move(held));
        });
        counted = made;
        require(io.home.flush(), "refused with room");
        if (left != 0) sleep_if_idle(executor_bell, [&] { return io.to_executor.has_mail(); });
      }
      return;
    }
    for (S& session : sessions) io.to_executor.post(hold(session));
    require(io.to_executor.flush(), "refused with room");
    take(io.bell, io.home, 2, [&](Held<S> held) {
      if (held->hops.get() != 0) sent.add(Field::kSent, 1);
      (void)held.release();
    });
  }
  void after() { require(sent.get(Field::kSent) >= 1, "nothing was answered"); }
};

enum WalkDefect : int { kWalkedUnpaused, kCountChanged };
inline constexpr const char* kWalkDefects[] = {"D9: clients of threads that do not rest are walked",
                                               "G6: a thread more than at the time of the request"};

// What two threads own is walked, as for a snapshot.
template <class Sync>
struct Walk {
  static constexpr unsigned kThreads = 3;
  struct Io {
    Doorbell<Sync> bell;
    PauseGate<Sync> gate;
    typename Sync::template Cell<int> clients{0};
    typename Sync::template Cell<bool> stop{false};
  };
  Io ios[2];

  void thread(unsigned index) {
    if (index != 0) return serve(ios[index - 1]);
    const std::array<PauseTarget<Sync>, 2> all{PauseTarget<Sync>{&ios[0].gate, &ios[0].bell},
                                               PauseTarget<Sync>{&ios[1].gate, &ios[1].bell}};
    if (defect(kWalkedUnpaused)) walk();
    if (defect(kCountChanged)) {
      const PausedThreads<Sync> those_of_then(std::span<const PauseTarget<Sync>>(all.data(), 1));
      walk();
    }
    const PausedThreads<Sync> rest(all);
    for (Io& io : ios) {
      require(io.clients.get() >= 1, "walked before the first client");
      io.stop.set(true);
    }
  }
  void walk() { require(ios[0].clients.get() + ios[1].clients.get() >= 0, "torn"); }
  void serve(Io& me) {
    me.clients.set(1);
    while (!me.stop.get()) {
      me.clients.set(me.clients.get() + 1);
      me.gate.checkpoint();
      sleep_if_idle(me.bell, [&] { return me.gate.requested() || me.stop.get(); });
    }
  }
  void after() {}
};

}  // namespace baton::model::zoo_model
