// The zoo: a connection that moves to another loop, and the registrations at the pollers of both.
//
// A registration belongs to the loop that has the connection (I9). The loop that gives it away ends its own
// first; the loop that takes it makes one, and making one reports at once what lies there unread: so input
// that came while nobody was registered is told, and nobody is told of a connection that is another's.
#pragma once

#include <cstddef>

#include "model/run.h"
#include "model/traffic.h"
#include "model/zoo/zoo_traffic.h"
#include "queues/doorbell.h"

namespace baton::model::zoo_model {

enum RegistrationDefect : int { kPublishedArmed, kRegistrationLost };
inline constexpr const char* kRegistrationDefects[] = {"published before it was disarmed",
                                                       "the registration was lost on the way"};

// One socket, as the kernel knows it for two pollers: edges, and a report for unread input when one is armed.
template <class Sync>
class PolledSocket {
 public:
  // Input from the peer. True: poller `to_wake` is told.
  bool arrive(std::size_t to_wake) {
    const typename Sync::Lock lock(mutex_);
    unread_.set(true);
    for (auto& poller : pollers_)
      if (poller.armed.get()) poller.reported.set(true);
    return pollers_[to_wake].armed.get();
  }
  void arm(std::size_t poller) {
    const typename Sync::Lock lock(mutex_);
    pollers_[poller].armed.set(true);
    if (unread_.get()) pollers_[poller].reported.set(true);
  }
  void disarm(std::size_t poller) {
    const typename Sync::Lock lock(mutex_);
    pollers_[poller].armed.set(false);
    pollers_[poller].reported.set(false);
  }
  bool reports(std::size_t poller) {
    const typename Sync::Lock lock(mutex_);
    return pollers_[poller].reported.get();
  }

 private:
  struct Poller {
    typename Sync::template Cell<bool> armed{false};
    typename Sync::template Cell<bool> reported{false};
  };
  typename Sync::Mutex mutex_;
  typename Sync::template Cell<bool> unread_{false};
  Poller pollers_[2];
};

template <class Sync>
struct Registration {
  static constexpr unsigned kThreads = 3;
  static const char* thread_name(unsigned index) {
    return index == 0 ? "new loop" : index == 1 ? "old loop" : "peer";
  }
  static constexpr std::size_t kOld = 0;
  static constexpr std::size_t kNew = 1;
  using S = Session<Sync>;
  Doorbell<Sync> new_bell;
  Mail<Sync> to_new_loop{new_bell};
  PolledSocket<Sync> socket;
  S connection;  // its hops are what was received
  typename Sync::template Cell<bool> registered{true};

  Registration() { socket.arm(kOld); }

  void thread(unsigned index) {
    if (index == 0) {
      take_over();
    } else if (index == 1) {
      give_away();
    } else if (socket.arrive(kNew)) {
      new_bell.ring();
    }
  }

  void receive() { connection.hops.set(connection.hops.get() + 1); }

  void give_away() {
    if (!defect(kPublishedArmed)) socket.disarm(kOld);
    if (!defect(kRegistrationLost)) registered.set(false);
    give(to_new_loop, connection);
    if (socket.reports(kOld)) receive();  // the loop's next poll
    if (defect(kPublishedArmed)) socket.disarm(kOld);
  }

  void take_over() {
    take(new_bell, to_new_loop, 1, [&](Held<S> held) {
      if (!registered.get()) socket.arm(kNew);
      (void)held.release();
    });
    while (!socket.reports(kNew)) sleep_if_idle(new_bell, [&] { return socket.reports(kNew); });
    receive();
  }

  void after() { require(connection.hops.get() == 1, "not received once"); }
};

}  // namespace baton::model::zoo_model
