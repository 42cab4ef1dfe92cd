// Mailboxes both ways between an executor and its I/O threads: sessions go out, are served, and come home.
//
// Always      I1, I2: a session is in one place and is drained once. I3: sessions of one thread are
//             served, and come home, in the order posted. I4: nobody touches what it posted. I5: nobody
//             sleeps for ever.
// Sometimes   A thread sleeps and is woken; a recheck finds mail; a ring is elided; with the ring, an
//             outbox does not fit and is flushed again.
// Must fail   Each order weakened, each lock and post dropped. No recheck; sleeping on an outbox that did
//             not fit; handing back last in first out; posting after the last flush; touching a session
//             after its flush.
#pragma once

#include "queues/mailbox.h"

#include "model/run.h"
#include "model/scenario.h"
#include "model/traffic.h"

namespace baton::model {
namespace mailbox_model {

enum State : std::size_t { kElided = kSleepStates, kOutboxFull };
inline constexpr const char* kStates[] = {BATON_SLEEP_STATES, "a ring was elided", "an outbox did not fit"};

enum Defect : int { kHandedBackLast = kSleepDefects, kPostedAfterFlush, kTouchedAfterFlush, kSleptOnOutbox };
inline constexpr const char* kDefects[] = {BATON_SLEEP_DEFECTS, "handed back last in first out",
                                           "posted after the last flush", "touched after the flush",
                                           "slept on an outbox that did not fit"};

template <class Sync, class Queue, std::size_t Ios, int Clients, int Rounds>
struct BothWays {
  static constexpr unsigned kThreads = Ios + 1;
  static const char* thread_name(unsigned index) {
    return index == 0 ? "executor" : index == 1 ? "I/O thread 1" : "I/O thread 2";
  }
  using S = Session<Sync>;
  using Io = IoSide<Sync, Queue, S>;

  Doorbell<Sync> executor_bell;
  IoSides<Sync, Queue, S, Ios> ios{executor_bell};
  S sessions[Ios][Clients];

  BothWays() {
    for (std::size_t io = 0; io < Ios; ++io) {
      for (int i = 0; i < Clients; ++i) {
        sessions[io][i].home = static_cast<int>(io);
        sessions[io][i].number = i;
      }
    }
  }

  void thread(unsigned index) {
    if (index == 0) {
      execute();
    } else {
      serve(index - 1);
    }
  }

  void serve(std::size_t me) {
    Io& io = ios[me];
    for (S& session : sessions[me]) {
      session.hops.set(1);
      io.to_executor.post(hold(session));
    }
    int next = 0;
    int left = Clients * Rounds;
    bool flushed = io.to_executor.flush();
    if (defect(kTouchedAfterFlush)) sessions[me][0].hops.set(1);
    for (;;) {
      io.home.drain(Clients, [&](Held<S> session) {
        const int hops = session->hops.get();
        require(session->home == static_cast<int>(me), "a session came to a thread that is not its home");
        require(hops % 2 == 0, "a session came home unserved");
        require(session->number == next, "sessions came home out of order");
        next = (next + 1) % Clients;
        --left;
        if (hops == 2 * Rounds) {
          (void)session.release();
        } else {
          session->hops.set(hops + 1);
          io.to_executor.post(std::move(session));
        }
      });
      flushed = io.to_executor.flush();
      if (left == 0) return;
      rest(io.bell, flushed, [&] { return io.home.has_mail(); });
    }
  }

  void execute() {
    std::size_t left = Ios * Clients * Rounds;
    int next[Ios] = {};
    for (;;) {
      bool flushed = true;
      for (std::size_t t = 0; t < Ios; ++t) {
        Io& io = ios[t];
        if (defect(kPostedAfterFlush)) flushed = io.home.flush() && flushed;
        Held<S> kept;  // of the defect that turns the order around
        left -= io.to_executor.drain(Clients, [&](Held<S> session) {
          const int hops = session->hops.get();
          require(hops % 2 == 1, "a session came to the executor served");
          require(session->number == next[t], "sessions came to the executor out of order");
          next[t] = (next[t] + 1) % Clients;
          session->hops.set(hops + 1);
          if (defect(kHandedBackLast) && !kept) {
            kept = std::move(session);
          } else {
            io.home.post(std::move(session));
          }
        });
        if (kept) io.home.post(std::move(kept));
        if (!defect(kPostedAfterFlush)) flushed = io.home.flush() && flushed;
      }
      if (left == 0 && flushed) return;
      rest(executor_bell, flushed, [&] {
        bool mail = false;
        for (Io& io : ios) mail = mail || io.to_executor.has_mail();
        return mail;
      });
    }
  }

  // The end of a turn: who could not flush everything comes back instead of sleeping.
  template <class HasMail>
  void rest(Doorbell<Sync>& bell, bool flushed, HasMail has_mail) {
    if (flushed || defect(kSleptOnOutbox)) {
      sleep_unless(bell, has_mail);
    } else {
      typename Sync::Backoff().pause();
    }
  }

  void after() {
    for (auto& thread : sessions) {
      for (S& session : thread) require(session.hops.get() == 2 * Rounds, "a session was lost");
    }
    std::uint64_t rung = 0;
    for (Io& io : ios) {
      rung += io.to_executor.producer_counters().rung;
      require_posts(io.bell, io.home.producer_counters().rung);
      for (auto* mail : {&io.to_executor, &io.home}) {
        if (mail->producer_counters().elided != 0) reached(kElided);
        if (mail->producer_counters().full != 0) reached(kOutboxFull);
        require(mail->reclaim([](Held<S> session) { (void)session.release(); }) == 0,
                "a session was left over");
      }
    }
    require_posts(executor_bell, rung);
  }
};

}  // namespace mailbox_model

template <class Engine>
std::vector<Scenario> mailbox_scenarios() {
  using namespace mailbox_model;
  using Sync2 = typename Engine::template Sync<2>;
  using Sync3 = typename Engine::template Sync<3>;
  constexpr std::span<const char* const> kNoFull(kStates, kOutboxFull);
  constexpr std::span<const char* const> kSmallDefects(kDefects, kSleptOnOutbox);
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  const std::vector<Search> quick = {bound(1, 20'000), random(20'000)};
  const std::vector<Search> searches = {bound(2, 1'000'000), bound(3, 1'000'000), random(500'000)};
  const std::vector<Search> once_quick = {bound(3, 50'000), random(20'000)};
  return {
      scenario_of<Engine, BothWays<Sync2, RingQueue<2>, 1, 3, 1>>("mailbox_ring_full", Size::kRounds, kStates,
                                                                  kDefects, searches, quick, hunt),
      scenario_of<Engine, BothWays<Sync2, RingQueue<2>, 1, 1, 1>>(
          "mailbox_ring_once", Size::kOneRound, kNoFull, {}, {bound(4, 2'000'000), random(500'000)},
          once_quick, hunt),
      scenario_of<Engine, BothWays<Sync3, RingQueue<2>, 2, 1, 1>>("mailbox_ring", Size::kOneRound, kNoFull,
                                                                  {}, searches, quick, hunt),
      scenario_of<Engine, BothWays<Sync2, RingQueue<2>, 1, 1, 2>>("mailbox_ring_twice", Size::kOneRound,
                                                                  kNoFull, {}, searches, quick, hunt),
      scenario_of<Engine, BothWays<Sync3, RingQueue<2>, 2, 2, 2>>(
          "mailbox_ring_rounds", Size::kRounds, kNoFull, kSmallDefects, searches, quick, hunt),
      scenario_of<Engine, BothWays<Sync2, ListQueue, 1, 1, 1>>("mailbox_list_once", Size::kOneRound, kNoFull,
                                                               {}, {full()}, once_quick, hunt),
      scenario_of<Engine, BothWays<Sync3, ListQueue, 2, 1, 1>>("mailbox_list", Size::kOneRound, kNoFull, {},
                                                               searches, quick, hunt),
      scenario_of<Engine, BothWays<Sync2, ListQueue, 1, 1, 2>>("mailbox_list_twice", Size::kOneRound, kNoFull,
                                                               {}, searches, quick, hunt),
      scenario_of<Engine, BothWays<Sync3, ListQueue, 2, 2, 2>>("mailbox_list_rounds", Size::kRounds, kNoFull,
                                                               kSmallDefects, searches, quick, hunt),
  };
}

}  // namespace baton::model
