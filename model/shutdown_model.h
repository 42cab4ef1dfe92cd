// Shutdown with clients in flight: every request that was handed over is answered before its thread ends.
//
// The executor sends each I/O thread a stop message and goes on serving. An I/O thread that was stopped
// sends nothing new away, waits until all its sessions are home, and gives the message back as its last
// word. The executor ends when it has all of them.
//
// Always      I11: every session is at home at the end, and every request handed over was answered; no
//             mailbox holds anything; every thread ends.
// Sometimes   The stop finds a session away, and at home; a thread sleeps and is woken; a recheck finds
//             work.
// Must fail   The executor leaving when it has sent the stop; an I/O thread giving the stop back while a
//             session is away; an I/O thread sending requests after it said that it is done; no recheck
//             before sleep.
#pragma once

#include <array>

#include "model/run.h"
#include "model/scenario.h"
#include "model/traffic.h"
#include "queues/mailbox.h"

namespace baton::model {
namespace shutdown_model {

enum State : std::size_t { kStoppedAway = kSleepStates, kStoppedAtHome };
inline constexpr const char* kStates[] = {BATON_SLEEP_STATES, "stopped while a session was away",
                                          "stopped while all sessions were at home"};

enum Defect : int { kExecutorLeft = kSleepDefects, kDoneTooEarly, kSentAfterDone };
inline constexpr const char* kDefects[] = {BATON_SLEEP_DEFECTS, "the executor left when it had sent the stop",
                                           "an I/O thread was done while a session was away",
                                           "an I/O thread sent a request after it was done"};

// What travels: a session, or the stop message of one I/O thread.
template <class Sync>
struct Parcel : ChainLink<Parcel<Sync>, Sync> {
  typename Sync::template Cell<int> asked{0};
  typename Sync::template Cell<int> answered{0};
  bool is_stop = false;  // set before the threads start
};

// Stops when at least `StopAfter` requests were served.
template <class Sync, class Queue, std::size_t Ios, int Clients, int Requests, int StopAfter>
struct Stopping {
  static constexpr unsigned kThreads = Ios + 1;
  static const char* thread_name(unsigned index) {
    return index == 0 ? "executor" : index == 1 ? "I/O thread 1" : "I/O thread 2";
  }
  using P = Parcel<Sync>;

  Doorbell<Sync> executor_bell;
  IoSides<Sync, Queue, P, Ios> ios{executor_bell};
  std::array<std::array<P, Clients>, Ios> sessions;
  std::array<P, Ios> stops;

  Stopping() {
    for (P& stop : stops) stop.is_stop = true;
  }

  void thread(unsigned index) {
    if (index == 0) {
      execute();
    } else {
      serve(index - 1);
    }
  }

  void execute() {
    std::size_t running = Ios;
    int served = 0;
    bool stopping = false;
    for (;;) {
      bool flushed = true;
      for (std::size_t t = 0; t < Ios; ++t) {
        ios[t].to_executor.drain(Clients + 1, [&](Held<P> parcel) {
          if (parcel->is_stop) {
            --running;
            (void)parcel.release();
            return;
          }
          parcel->answered.set(parcel->answered.get() + 1);
          ++served;
          ios[t].home.post(std::move(parcel));
        });
      }
      if (!stopping && served >= StopAfter) {
        stopping = true;
        for (std::size_t t = 0; t < Ios; ++t) ios[t].home.post(hold(stops[t]));
      }
      for (auto& io : ios) flushed = io.home.flush() && flushed;
      if (flushed && stopping && (running == 0 || defect(kExecutorLeft))) return;
      if (!flushed) {
        typename Sync::Backoff().pause();
        continue;
      }
      sleep_unless(executor_bell, [&] {
        bool mail = false;
        for (auto& io : ios) mail = mail || io.to_executor.has_mail();
        return mail;
      });
    }
  }

  void serve(std::size_t me) {
    auto& io = ios[me];
    int away = 0;
    bool stopped = false;
    auto ask = [&](P& session) {
      session.asked.set(session.asked.get() + 1);
      ++away;
      io.to_executor.post(hold(session));
    };
    for (P& session : sessions[me]) {
      ask(session);
      require(io.to_executor.flush(), "refused with room");
    }
    for (;;) {
      io.home.drain(Clients + 1, [&](Held<P> parcel) {
        P& it = *parcel.release();
        if (it.is_stop) {
          reached(away == 0 ? kStoppedAtHome : kStoppedAway);
          stopped = true;
          return;
        }
        --away;
        require(it.answered.get() == it.asked.get(), "a request came home unanswered");
        if (!stopped && it.asked.get() < Requests) ask(it);
      });
      bool flushed = io.to_executor.flush();
      if (stopped && flushed && (away == 0 || defect(kDoneTooEarly))) {
        io.to_executor.post(hold(stops[me]));
        if (defect(kSentAfterDone)) ask(sessions[me][0]);
        while (!io.to_executor.flush()) typename Sync::Backoff().pause();
        return;
      }
      if (flushed) {
        sleep_unless(io.bell, [&] { return io.home.has_mail(); });
      } else {
        typename Sync::Backoff().pause();
      }
    }
  }

  void after() {
    for (auto& thread : sessions) {
      for (P& session : thread) {
        require(session.asked.get() > 0 && session.answered.get() == session.asked.get(),
                "a request is unanswered");
      }
    }
    auto drop = [](Held<P> parcel) { (void)parcel.release(); };
    for (auto& io : ios) {
      require(io.home.reclaim(drop) + io.to_executor.reclaim(drop) == 0, "a parcel was left in a mailbox");
    }
  }
};

}  // namespace shutdown_model

template <class Engine>
std::vector<Scenario> shutdown_scenarios() {
  using namespace shutdown_model;
  using Sync2 = typename Engine::template Sync<2>;
  using Sync3 = typename Engine::template Sync<3>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  const std::vector<Search> quick = {bound(1, 20'000), random(20'000)};
  const std::vector<Search> searches = {bound(2, 1'000'000), bound(3, 1'000'000), random(500'000)};
  const std::vector<Search> once = {bound(4, 2'000'000), random(500'000)};
  const std::vector<Search> once_quick = {bound(3, 50'000), random(20'000)};
  constexpr std::span<const char* const> kBusyStates(kStates, kStoppedAtHome);
  return {
      scenario_of<Engine, Stopping<Sync2, RingQueue<2>, 1, 1, 1, 0>>("shutdown_ring_once", Size::kOneRound,
                                                                     kBusyStates, {}, once, once_quick, hunt),
      scenario_of<Engine, Stopping<Sync2, RingQueue<2>, 1, 2, 1, 1>>("shutdown_ring", Size::kRounds, kStates,
                                                                     kDefects, searches, quick, hunt),
      scenario_of<Engine, Stopping<Sync2, ListQueue, 1, 1, 1, 0>>("shutdown_list_once", Size::kOneRound,
                                                                  kBusyStates, {}, once, once_quick, hunt),
      scenario_of<Engine, Stopping<Sync2, ListQueue, 1, 2, 1, 1>>("shutdown_list", Size::kRounds, kStates,
                                                                  kDefects, searches, quick, hunt),
      scenario_of<Engine, Stopping<Sync3, RingQueue<2>, 2, 1, 1, 1>>(
          "shutdown_ring_two_io", Size::kRounds, kStates, kDefects, searches, quick, hunt),
      scenario_of<Engine, Stopping<Sync3, ListQueue, 2, 1, 1, 1>>("shutdown_list_two_io", Size::kRounds,
                                                                  kStates, kDefects, searches, quick, hunt),
      scenario_of<Engine, Stopping<Sync3, RingQueue<2>, 2, 1, 2, 0>>("shutdown_ring_at_once", Size::kRounds,
                                                                     kBusyStates, {}, searches, quick, hunt),
  };
}

}  // namespace baton::model
