// Closing a connection while its session travels: the executor kills it, the peer hangs up, or both.
//
// The connection (socket side) stays with its I/O thread; the session travels. CLIENT KILL is a message
// from the executor to the I/O thread, in the same mailbox as the sessions that come home, so it may cross
// the session on its way out. Here the I/O thread gives the message back when the session is freed: that
// ends the executor's loop.
//
// Always      I8: the connection is closed once, by its own thread; a session that is away when its
//             connection dies comes home and is freed there, once. I1: nobody touches a freed session.
// Sometimes   The kill finds the session away, and at home; the peer hung up before the kill; the session
//             comes home to a dead connection.
// Must fail   Freeing a session that is away; closing again for the second reason; the executor freeing
//             what it kills; forgetting to free the session that comes home late; and every weakening of
//             the mailboxes below.
#pragma once

#include "model/run.h"
#include "model/scenario.h"
#include "model/traffic.h"
#include "queues/mailbox.h"

namespace baton::model {
namespace close_model {

enum State : std::size_t { kKilledAway = kSleepStates, kKilledAtHome, kHomeToDead, kHungUpFirst };
inline constexpr const char* kStates[] = {
    BATON_SLEEP_STATES, "killed while the session was away", "killed while the session was at home",
    "the session came home to a dead connection", "the peer hung up before the kill"};

enum Defect : int { kFreedAway = kSleepDefects, kClosedTwice, kFreedByExecutor, kForgotten };
inline constexpr const char* kDefects[] = {
    BATON_SLEEP_DEFECTS, "freed a session that was away", "closed again for a second reason",
    "the executor freed what it killed", "forgot the session that came home late"};

// What travels: the session, or the message to kill its connection.
template <class Sync>
struct Parcel : ChainLink<Parcel<Sync>, Sync> {
  typename Sync::template Cell<bool> alive{true};  // of the session: set false when it is freed
  typename Sync::template Cell<int> served{0};
  bool is_kill = false;  // set before the threads start
};

template <class Sync, class Queue, bool HangsUp, int Requests>
struct Closing {
  static constexpr unsigned kThreads = 2;
  static const char* thread_name(unsigned index) { return index == 0 ? "executor" : "I/O thread"; }
  using P = Parcel<Sync>;

  Doorbell<Sync> executor_bell;
  IoSide<Sync, Queue, P> io{executor_bell};
  P session;
  P kill;
  // The I/O thread's connection.
  typename Sync::template Cell<bool> open{true};
  typename Sync::template Cell<int> closes{0};
  typename Sync::template Cell<int> frees{0};

  Closing() { kill.is_kill = true; }

  void thread(unsigned index) {
    if (index == 0) {
      execute();
    } else {
      serve();
    }
  }

  // Decides at once to kill the client, and serves whatever comes until the kill is acknowledged.
  void execute() {
    io.home.post(hold(kill));
    bool flushed = io.home.flush();
    if (defect(kFreedByExecutor)) free_session();
    for (bool acknowledged = false; !acknowledged;) {
      io.to_executor.drain(2, [&](Held<P> parcel) {
        if (parcel->is_kill) {
          acknowledged = true;
          (void)parcel.release();
          return;
        }
        require(parcel->alive.get(), "the executor was given a freed session");
        parcel->served.set(parcel->served.get() + 1);
        io.home.post(std::move(parcel));
      });
      flushed = io.home.flush();
      if (acknowledged) return;
      if (flushed) {
        sleep_unless(executor_bell, [&] { return io.to_executor.has_mail(); });
      } else {
        typename Sync::Backoff().pause();
      }
    }
  }

  void free_session() {
    require(session.alive.get(), "the session was freed twice");
    session.alive.set(false);
    frees.set(frees.get() + 1);
  }

  void close() {
    if (!open.get() && !defect(kClosedTwice)) return;
    open.set(false);
    closes.set(closes.get() + 1);
  }

  void serve() {
    bool at_home = true;
    bool freed = false;
    bool killed = false;
    int requests = 0;
    for (;;) {
      io.home.drain(2, [&](Held<P> parcel) {
        if (parcel->is_kill) {
          reached(at_home ? kKilledAtHome : kKilledAway);
          if (!open.get()) reached(kHungUpFirst);
          close();
          killed = true;
          if (defect(kFreedAway) && !freed) {
            free_session();
            freed = true;
          }
        } else {
          at_home = true;
          if (!open.get()) reached(kHomeToDead);
          if (defect(kForgotten) && !open.get()) freed = true;
        }
        (void)parcel.release();
      });
      if (!open.get() && at_home && !freed) {
        free_session();
        freed = true;
      }
      if (open.get() && at_home && requests < Requests) {
        ++requests;
        at_home = false;
        io.to_executor.post(hold(session));
        require(io.to_executor.flush(), "refused with room");
        if (HangsUp) close();
      }
      if (freed && killed) {
        io.to_executor.post(hold(kill));
        while (!io.to_executor.flush()) typename Sync::Backoff().pause();
        return;
      }
      sleep_unless(io.bell, [&] { return io.home.has_mail(); });
    }
  }

  void after() {
    require(closes.get() == 1, "the connection was not closed once");
    require(frees.get() == 1, "the session was not freed once");
    auto none = [](Held<P> parcel) { (void)parcel.release(); };
    require(io.home.reclaim(none) + io.to_executor.reclaim(none) == 0, "a parcel was left over");
  }
};

}  // namespace close_model

template <class Engine>
std::vector<Scenario> close_scenarios() {
  using namespace close_model;
  using Sync = typename Engine::template Sync<2>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  const std::vector<Search> quick = {bound(1, 20'000), random(20'000)};
  const std::vector<Search> searches = {bound(2, 1'000'000), bound(3, 1'000'000), random(500'000)};
  constexpr std::span<const char* const> kKillStates(kStates, kHungUpFirst);
  return {
      scenario_of<Engine, Closing<Sync, RingQueue<2>, false, 2>>("close_by_kill_ring", Size::kRounds,
                                                                 kKillStates, {}, searches, quick, hunt),
      scenario_of<Engine, Closing<Sync, ListQueue, false, 2>>("close_by_kill_list", Size::kRounds,
                                                              kKillStates, {}, searches, quick, hunt),
      scenario_of<Engine, Closing<Sync, RingQueue<2>, true, 1>>("close_by_both_ring", Size::kOneRound,
                                                                kStates, kDefects, searches, quick, hunt),
      scenario_of<Engine, Closing<Sync, ListQueue, true, 1>>("close_by_both_list", Size::kOneRound, kStates,
                                                             kDefects, searches, quick, hunt),
  };
}

}  // namespace baton::model
