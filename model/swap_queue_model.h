// SwapQueue with an elided doorbell: several producers, one consumer that sleeps.
//
// Always      Every session arrives once, each producer's in order; no race on a session or on a link; the
//             consumer is posted at most once for each time it announces sleep, and not while it is awake.
// Sometimes   The consumer sleeps and is woken; its recheck finds work; a ring is elided; one drain brings
//             several sessions.
// Must fail   Each lock and each bell post dropped. No recheck; rung before the join; sleeping without
//             announcing it; the bell acknowledged after the recheck.
//
// The mutex orders announcement and recheck here, so the doorbell's sequential consistency is not needed
// on this path: doorbell_model.h is where it is.
#pragma once

#include "queues/swap_queue.h"

#include "model/run.h"
#include "model/scenario.h"
#include "model/traffic.h"

namespace baton::model {
namespace swap_queue_model {

enum State : std::size_t { kElided = kSleepStates, kSeveral };
inline constexpr const char* kStates[] = {BATON_SLEEP_STATES, "a ring was elided", "one drain took several"};

enum Defect : int { kRungFirst = kSleepDefects, kUnannounced, kAcknowledgedLate };
inline constexpr const char* kDefects[] = {BATON_SLEEP_DEFECTS, "rung before the join", "slept unannounced",
                                           "bell acknowledged after the recheck"};

template <class Sync, int Producers, int Each>
struct Producing {
  static constexpr unsigned kThreads = Producers + 1;
  static const char* thread_name(unsigned index) {
    return index == 0 ? "consumer" : index == 1 ? "producer 1" : "producer 2";
  }
  using S = Session<Sync>;

  SwapQueue<S, Sync> queue;
  Doorbell<Sync> doorbell;
  S sessions[Producers][Each];
  int announced = 0;         // the consumer's
  int rung[Producers] = {};  // each producer's

  Producing() {
    for (int p = 0; p < Producers; ++p) {
      for (int i = 0; i < Each; ++i) {
        sessions[p][i].home = p;
        sessions[p][i].number = i;
      }
    }
  }

  void thread(unsigned index) {
    if (index == 0) {
      consume();
    } else {
      produce(static_cast<int>(index) - 1);
    }
  }

  void produce(int me) {
    for (S& session : sessions[me]) {
      session.hops.set(1);
      Chain<S, Sync> batch;
      batch.push_back(hold(session));
      if (defect(kRungFirst)) ring(me);
      queue.join(std::move(batch));
      if (!defect(kRungFirst)) ring(me);
    }
  }

  void ring(int me) {
    if (doorbell.ring()) {
      ++rung[me];
    } else {
      reached(kElided);
    }
  }

  void consume() {
    int next[Producers] = {};
    int left = Producers * Each;
    for (;;) {
      Chain<S, Sync> taken = queue.drain();
      int count = 0;
      for (; !taken.empty(); ++count) {
        Held<S> session = taken.pop_front();
        require(session->hops.get() == 1, "a session was drained twice");
        require(session->number == next[session->home]++, "a producer's sessions are out of order");
        session->hops.set(2);
        (void)session.release();
      }
      if (count > 1) reached(kSeveral);
      left -= count;
      if (left == 0) return;
      ++announced;
      if (defect(kUnannounced)) {
        doorbell.bell().wait();
      } else if (defect(kAcknowledgedLate)) {
        if (doorbell.prepare_to_sleep([&] { return !queue.empty(); })) {
          doorbell.bell().clear();
          doorbell.bell().wait();
        }
        doorbell.woke();
      } else {
        sleep_unless(doorbell, [&] { return !queue.empty(); });
      }
    }
  }

  void after() {
    int posts = 0;
    for (int count : rung) posts += count;
    require(posts <= announced, "more posts than announcements");
    require(queue.empty(), "a session was left over");
    require_posts(doorbell, static_cast<std::uint64_t>(posts));
    require_no_needless_post(doorbell);
  }
};

}  // namespace swap_queue_model

template <class Engine>
std::vector<Scenario> swap_queue_scenarios() {
  using namespace swap_queue_model;
  using Sync2 = typename Engine::template Sync<2>;
  using Sync3 = typename Engine::template Sync<3>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  return {
      scenario_of<Engine, Producing<Sync2, 1, 2>>("swap_queue", Size::kOneRound, kStates, kDefects,
                                                  {full(8'000'000), random(300'000)}, hunt, hunt),
      scenario_of<Engine, Producing<Sync3, 2, 1>>("swap_queue_producers", Size::kOneRound, kStates, kDefects,
                                                  {bound(2, 1'000'000), bound(3, 1'000'000), random(300'000)},
                                                  {bound(1), random(20'000)}, hunt),
  };
}

}  // namespace baton::model
