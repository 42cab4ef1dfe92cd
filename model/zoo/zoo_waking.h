// The zoo: sleeping, waking, and room in queues (A1, A7, H20, H25).
#pragma once

#include <cstddef>
#include <utility>

#include "model/run.h"
#include "model/traffic.h"
#include "model/zoo/zoo_traffic.h"
#include "queues/doorbell.h"
#include "queues/spsc_ring.h"
#include "queues/swap_queue.h"

namespace baton::model::zoo_model {

inline constexpr const char* kLocklessDefects[] = {"A1: no store-load barrier without the mutex"};

// A consumer that sleeps on a queue without a lock: whoever publishes looks, whoever announces rechecks.
template <class Sync>
struct Lockless {
  static constexpr unsigned kThreads = 2;

  Doorbell<Sync> bell;
  Mail<Sync> mail{bell};
  SpscRing<int, 2, Sync> ring;
  Session<Sync> session;

  void thread(unsigned index) {
    if (index == 0) {
      consume();
    } else if (defect(0)) {
      require(ring.try_push(1), "refused with room");
      bell.ring();
    } else {
      give(mail, session);
    }
  }

  void consume() {
    if (!defect(0)) return take(bell, mail, 1, [](Held<Session<Sync>> held) { (void)held.release(); });
    while (!ring.try_pop()) sleep_if_idle(bell, [&] { return ring.size_guess() != 0; });
  }
  void after() { require(!mail.has_mail(), "a session was left over"); }
};

inline constexpr const char* kOutboxDefects[] = {
    "A7: nothing is done for a session in the outbox, which is in no list"};

// A session lies in the outbox on its way home when there is something to tell its client.
template <class Sync>
struct TellInOutbox {
  static constexpr unsigned kThreads = 2;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, Session<Sync>> io{executor_bell};
  Session<Sync> session;
  Session<Sync> message;

  void thread(unsigned index) {
    if (index == 0) {
      Session<Sync>* held = nullptr;  // the executor's list of one
      take(executor_bell, io.to_executor, 1, [&](Held<Session<Sync>> it) { held = it.release(); });
      io.home.post(hold(*std::exchange(held, nullptr)));
      if (!defect(0)) io.home.post(hold(message));
      require(io.home.flush(), "refused with room");
    } else {
      give(io.to_executor, session);
      take(io.bell, io.home, 2, [](Held<Session<Sync>> it) { (void)it.release(); });
    }
  }
  void after() {}
};

inline constexpr const char* kPrivateDefects[] = {"H25: slept with its private queue filled"};

// A consumer that takes all there is into a queue of its own and serves one of them a turn.
template <class Sync>
struct PrivateQueue {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> bell;
  SwapQueue<S, Sync> queue;
  S sessions[2];

  void thread(unsigned index) {
    if (index == 1) {
      for (S& session : sessions) {
        session.hops.set(1);
        Chain<S, Sync> one;
        one.push_back(hold(session));
        queue.join(std::move(one));
        bell.ring();
      }
      return;
    }
    Chain<S, Sync> mine;
    for (int served = 0;;) {
      mine.join(queue.drain());
      if (!mine.empty()) {
        Held<S> session = mine.pop_front();
        session->hops.set(session->hops.get() + 1);
        (void)session.release();
        ++served;
      }
      if (served == 2) return;
      sleep_if_idle(bell, [&] { return (!defect(0) && !mine.empty()) || !queue.empty(); });
    }
  }
  void after() {
    for (S& session : sessions) require(session.hops.get() == 2, "a session was not served");
  }
};

inline constexpr const char* kRoomDefects[] = {"H20: waits for room and does not drain"};

// Two threads that send one another more than the rings between them hold.
template <class Sync>
struct Crossing {
  static constexpr unsigned kThreads = 2;
  static constexpr std::size_t kEach = 3;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, Session<Sync>> io{executor_bell};
  Session<Sync> out[kEach];
  Session<Sync> back[kEach];

  void thread(unsigned index) {
    if (index == 0) {
      exchange(back, io.home, io.to_executor);
    } else {
      exchange(out, io.to_executor, io.home);
    }
  }
  static void exchange(Session<Sync> (&mine)[kEach], Mail<Sync>& to, Mail<Sync>& from) {
    for (Session<Sync>& session : mine) to.post(hold(session));
    typename Sync::Backoff backoff;
    std::size_t left = kEach;
    for (;;) {
      const bool flushed = to.flush();
      if (flushed || !defect(0)) {
        left -= from.drain(left, [](Held<Session<Sync>> it) { (void)it.release(); });
      }
      if (flushed && left == 0) return;
      backoff.pause();
    }
  }
  void after() {}
};

}  // namespace baton::model::zoo_model
