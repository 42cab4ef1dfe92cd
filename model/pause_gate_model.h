// PauseGate: a requester brings I/O threads to rest, touches what is theirs, and lets them go on.
//
// Always      I6: between confirmation and resume the requester alone touches the thread's cells, sees
//             what it did, and is seen after. I7: every pause is confirmed; pauses nest and overlap;
//             nobody waits for ever, and no operation pauses more often than once. A thread whose outbox the
//             requester filled flushes it after the resume and before it sleeps.
// Sometimes   A thread rests in the gate; the request wakes it from sleep; its recheck finds the request
//             or mail; a nested request finds it paused.
// Must fail   Each order weakened, each store and the post dropped. Touching before the confirmation;
//             resuming before it; sleeping without asking the gate; no flush after the resume; an inner
//             resume that releases the outer pause; a pause for each touch, which the count alone tells; a
//             second requester; a thread that pauses itself.
#pragma once

#include "queues/pause_gate.h"

#include <array>
#include <span>

#include "model/run.h"
#include "model/scenario.h"
#include "model/traffic.h"

namespace baton::model {
namespace pause_gate_model {

// A thread that can be paused: its loop, and a cell that is its own.
template <class Sync>
struct Paused {
  Doorbell<Sync> bell;
  PauseGate<Sync> gate;
  typename Sync::template Cell<int> state{0};
  typename Sync::template Cell<bool> stop{false};
};

enum TrafficState : std::size_t { kRested = kSleepStates };
inline constexpr const char* kTrafficStates[] = {BATON_SLEEP_STATES, "a thread rested"};

enum TrafficDefect : int {
  kTouchedEarly = kSleepDefects,
  kResumedEarly,
  kGateNotAsked,
  kNotFlushed,
  kSecondRequester,
  kPausedItself,
};
inline constexpr const char* kTrafficDefects[] = {
    BATON_SLEEP_DEFECTS,
    "touched before the confirmation",
    "resumed before the confirmation",
    "slept without asking the gate",
    "no flush after the resume",
    "a second requester",
    "a thread paused itself",
};

// One I/O thread with mail both ways. The requester is also the executor: it sends a session, pauses the
// thread `Pauses` times, and in the last pause fills the thread's outbox with a session of its own; both come
// back.
template <class Sync, class Queue, int Pauses>
struct Traffic {
  static constexpr unsigned kThreads = 2;
  static const char* thread_name(unsigned index) {
    return index == 0 ? "requester" : index == 1 ? "I/O thread 1" : "I/O thread 2";
  }
  using S = Session<Sync>;

  Doorbell<Sync> executor_bell;
  IoSide<Sync, Queue, S> io{executor_bell};
  PauseGate<Sync> gate;
  typename Sync::template Cell<int> turns{0};  // the I/O thread's own
  typename Sync::template Cell<bool> stop{false};
  S sent;
  S planted;

  void thread(unsigned index) {
    if (index == 0) {
      request();
    } else {
      serve();
    }
  }

  void request() {
    sent.hops.set(1);
    io.home.post(hold(sent));
    require(io.home.flush(), "refused with room");
    for (int pause = 1; pause <= Pauses; ++pause) {
      gate.request(io.bell);
      if (!defect(kTouchedEarly) && !defect(kResumedEarly)) gate.wait_paused();
      if (!defect(kResumedEarly)) turns.set(turns.get() + 1);
      if (pause == Pauses) {
        planted.hops.set(1);
        io.to_executor.post(hold(planted));
        stop.set(true);
      }
      if (defect(kTouchedEarly)) gate.wait_paused();
      gate.resume();
    }
    int left = 2;
    for (;;) {
      left -= static_cast<int>(io.to_executor.drain(2, [](Held<S> session) {
        session->hops.set(session->hops.get() + 1);
        (void)session.release();
      }));
      if (left == 0) return;
      sleep_unless(executor_bell, [&] { return io.to_executor.has_mail(); });
    }
  }

  void serve() {
    if (defect(kPausedItself)) {
      gate.bind();
      gate.request(io.bell);
    }
    if (defect(kSecondRequester)) gate.request(io.bell);
    bool answered = false;
    for (;;) {
      turns.set(turns.get() + 1);
      const bool rested = gate.checkpoint();
      if (rested) reached(kRested);
      const std::size_t drained = io.home.drain(1, [&](Held<S> session) {
        session->hops.set(session->hops.get() + 1);
        io.to_executor.post(std::move(session));
      });
      answered = answered || drained != 0;
      if (!defect(kNotFlushed) || drained != 0) require(io.to_executor.flush(), "refused with room");
      if (stop.get() && answered) return;
      sleep_unless(io.bell,
                   [&] { return (!defect(kGateNotAsked) && gate.requested()) || io.home.has_mail(); });
    }
  }

  void after() {
    require(sent.hops.get() == 3, "the session sent was lost");
    require(planted.hops.get() == 2, "the session planted in the outbox was lost");
    require(gate.pauses() == Pauses, "a pause is missing");
    require(turns.get() > Pauses, "the requester's turns were lost");
  }
};

enum RangeState : std::size_t { kNestedFound = kSleepStates };
inline constexpr const char* kRangeStates[] = {BATON_SLEEP_STATES, "a nested request found it paused"};

enum RangeDefect : int { kInnerReleasesOuter = kSleepDefects, kHalfConfirmed, kPausedForEachTouch };
inline constexpr const char* kRangeDefects[] = {
    BATON_SLEEP_DEFECTS, "the inner resume released the outer pause", "touched all after one confirmation",
    "a pause of its own for each touch"};

// Threads paused as a range, one of them again inside; `Rounds` times.
template <class Sync, std::size_t Ios, int Rounds>
struct Range {
  static constexpr unsigned kThreads = Ios + 1;
  static const char* thread_name(unsigned index) {
    return index == 0 ? "requester" : index == 1 ? "I/O thread 1" : "I/O thread 2";
  }

  std::array<Paused<Sync>, Ios> ios;

  void thread(unsigned index) {
    if (index == 0) {
      request();
    } else {
      serve(ios[index - 1]);
    }
  }

  void touch(bool last) {
    for (Paused<Sync>& io : ios) {
      io.state.set(io.state.get() + 1);
      if (last) io.stop.set(true);
    }
  }

  void request() {
    std::array<PauseTarget<Sync>, Ios> all;
    for (std::size_t io = 0; io < Ios; ++io) all[io] = {&ios[io].gate, &ios[io].bell};
    const std::span<const PauseTarget<Sync>> one(all.data(), 1);
    for (int round = 1; round <= Rounds; ++round) {
      const bool last = round == Rounds;
      if (defect(kHalfConfirmed)) {
        for (const PauseTarget<Sync>& target : all) target.gate->request(*target.doorbell);
        all[0].gate->wait_paused();
        touch(last);
        for (const PauseTarget<Sync>& target : all) target.gate->wait_paused();
        for (const PauseTarget<Sync>& target : all) target.gate->resume();
        continue;
      }
      if (defect(kPausedForEachTouch)) {
        PausedThreads<Sync> early(all);
        touch(false);
      }
      PausedThreads<Sync> outer(all);
      touch(false);
      {
        const std::uint64_t before = ios[0].gate.pauses();
        PausedThreads<Sync> inner(one);
        ios[0].state.set(ios[0].state.get() + 1);
        if (ios[0].gate.pauses() == before) reached(kNestedFound);
        if (defect(kInnerReleasesOuter)) ios[0].gate.resume();
      }
      touch(last);
    }
  }

  void serve(Paused<Sync>& me) {
    while (!me.stop.get()) {
      me.state.set(me.state.get() + 1);
      me.gate.checkpoint();
      sleep_unless(me.bell, [&] { return me.gate.requested() || me.stop.get(); });
    }
  }

  void after() {
    for (Paused<Sync>& io : ios) {
      require(io.state.get() > Rounds, "the requester's touch was lost");
      require(io.gate.pauses() == Rounds, "more or fewer pauses than operations that asked for one");
    }
  }
};

}  // namespace pause_gate_model

template <class Engine>
std::vector<Scenario> pause_gate_scenarios() {
  using namespace pause_gate_model;
  using Sync2 = typename Engine::template Sync<2>;
  using Sync3 = typename Engine::template Sync<3>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  const std::vector<Search> quick = {bound(1, 20'000), random(20'000)};
  const std::vector<Search> searches = {bound(2, 1'000'000), bound(3, 1'000'000), random(500'000)};
  return {
      scenario_of<Engine, Traffic<Sync2, RingQueue<2>, 2>>(
          "pause_traffic_ring", Size::kRounds, kTrafficStates, kTrafficDefects, searches, quick, hunt),
      scenario_of<Engine, Traffic<Sync2, ListQueue, 2>>("pause_traffic_list", Size::kRounds, kTrafficStates,
                                                        kTrafficDefects, searches, quick, hunt),
      scenario_of<Engine, Range<Sync2, 1, 1>>("pause_once", Size::kOneRound, kRangeStates, {},
                                              {bound(4, 2'000'000), random(500'000)},
                                              {bound(3, 50'000), random(20'000)}, hunt),
      scenario_of<Engine, Range<Sync3, 2, 1>>("pause_range", Size::kOneRound, kRangeStates, kRangeDefects,
                                              searches, quick, hunt),
      scenario_of<Engine, Range<Sync3, 2, 2>>("pause_range_twice", Size::kRounds, kRangeStates, kRangeDefects,
                                              searches, quick, hunt),
  };
}

}  // namespace baton::model
