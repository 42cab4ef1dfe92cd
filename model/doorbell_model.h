// A ring under an elided doorbell: no lock between the producer's publish and its look at the sleeper, nor
// between the sleeper's announcement and its recheck.
//
// Always      Every session arrives, in order, and is not touched before it was handed over; at most one
//             post for one announcement, none for a consumer that is awake, and as many posts at the bell
//             as rings that said so.
// Sometimes   The consumer sleeps and is woken; its recheck finds work; a ring is elided.
// Must fail   Each of the four accesses [A] made weaker than seq_cst loses a wake-up, which shows as a
//             deadlock: the load in ring(), the store in prepare_to_sleep(), the mailbox's store and load
//             of its count. No recheck; sleeping on what was posted but not flushed; ringing always, which
//             loses nothing and is told by the count alone.
#pragma once

#include "queues/doorbell.h"

#include "model/run.h"
#include "model/scenario.h"
#include "model/traffic.h"
#include "queues/mailbox.h"

namespace baton::model {
namespace doorbell_model {

enum State : std::size_t { kElided = kSleepStates };
inline constexpr const char* kStates[] = {BATON_SLEEP_STATES, "a ring was elided"};

enum Defect : int { kNotFlushed = kSleepDefects, kAlwaysRings };
inline constexpr const char* kDefects[] = {BATON_SLEEP_DEFECTS, "the last post is not flushed",
                                           "rings whether or not the consumer sleeps"};

// Each producer has a mailbox of its own; all of them ring one doorbell.
template <class Sync, std::size_t Producers, int Each>
struct Ringing {
  static constexpr unsigned kThreads = Producers + 1;
  static const char* thread_name(unsigned index) {
    return index == 0 ? "consumer" : index == 1 ? "producer 1" : "producer 2";
  }
  using S = Session<Sync>;
  using Mail = Mailbox<S, RingQueue<2>, Sync>;

  struct Producer {
    explicit Producer(Doorbell<Sync>& doorbell) : mail(doorbell) {}
    Mail mail;
    S sessions[Each];
  };

  Doorbell<Sync> doorbell;
  Producer first{doorbell};
  Producer second{doorbell};  // unused with one producer
  int announced = 0;

  Producer& producer(std::size_t index) { return index == 0 ? first : second; }

  void thread(unsigned index) {
    if (index == 0) {
      consume();
    } else {
      produce(producer(index - 1));
    }
  }

  void produce(Producer& me) {
    for (int i = 0; i < Each; ++i) {
      me.sessions[i].number = i;
      me.sessions[i].hops.set(1);
      me.mail.post(hold(me.sessions[i]));
      if (defect(kNotFlushed) && i + 1 == Each) return;
      require(me.mail.flush(), "refused with room");
      if (defect(kAlwaysRings)) doorbell.bell().post();
    }
  }

  void consume() {
    int next[Producers] = {};
    std::size_t left = Producers * Each;
    for (;;) {
      for (std::size_t p = 0; p < Producers; ++p) {
        left -= producer(p).mail.drain(Each, [&](Held<S> session) {
          require(session->hops.get() == 1, "a session was drained twice");
          require(session->number == next[p]++, "a producer's sessions are out of order");
          session->hops.set(2);
          (void)session.release();
        });
      }
      if (left == 0) return;
      ++announced;
      sleep_unless(doorbell, [&] {
        bool mail = false;
        for (std::size_t p = 0; p < Producers; ++p) mail = mail || producer(p).mail.has_mail();
        return mail;
      });
    }
  }

  void after() {
    std::uint64_t rung = 0;
    for (Producer* each : {&first, &second}) {
      rung += each->mail.producer_counters().rung;
      if (each->mail.producer_counters().elided != 0) reached(kElided);
    }
    require(rung <= static_cast<std::uint64_t>(announced), "more posts than announcements");
    require_posts(doorbell, rung);
    require_no_needless_post(doorbell);
  }
};

}  // namespace doorbell_model

template <class Engine>
std::vector<Scenario> doorbell_scenarios() {
  using namespace doorbell_model;
  using Sync2 = typename Engine::template Sync<2>;
  using Sync3 = typename Engine::template Sync<3>;
  using OrderingBell = typename Engine::template SyncOrderingBell<2>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  const auto no_elided = std::span(kStates).first(kElided);
  return {
      scenario_of<Engine, Ringing<Sync2, 1, 1>>("doorbell_ring_once", Size::kOneRound, no_elided, kDefects,
                                                {full()}, {full()}, {full()}),
      // With the kernel's lock as help, the four accesses are needed no less.
      scenario_of<Engine, Ringing<OrderingBell, 1, 1>>("doorbell_ordering_bell", Size::kOneRound, no_elided,
                                                       kDefects, {full()}, {full()}, {full()}),
      scenario_of<Engine, Ringing<Sync2, 1, 2>>("doorbell_ring", Size::kOneRound, kStates, kDefects,
                                                {bound(3), random(500'000)}, hunt, hunt),
      scenario_of<Engine, Ringing<Sync3, 2, 1>>("doorbell_two_rings", Size::kOneRound, kStates, kDefects,
                                                {bound(2), bound(3, 1'000'000), random(500'000)},
                                                {bound(1), random(20'000)}, hunt),
  };
}

}  // namespace baton::model
