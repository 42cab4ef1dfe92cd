// The zoo: connections that are more than a client's, and what points at them (B4, B5, C4, E3, E4, H14, H15).
//
// Baton has no TLS, no replication and no users yet. Each program is how its hand-off is to carry them, and
// each defect how others carried them: who builds the feature finds the order of its steps here.
#pragma once

#include <cstddef>
#include <utility>

#include "model/run.h"
#include "model/traffic.h"
#include "model/zoo/zoo_traffic.h"
#include "queues/doorbell.h"

namespace baton::model::zoo_model {

inline constexpr const char* kRetryDefects[] = {
    "B4: the flag of a retry comes along when the connection moves"};

// A connection moves to another loop while its transport waits to repeat a write (TLS does). What is half
// done belongs to the endpoint, and begins anew where the connection is attached.
template <class Sync>
struct Retry {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> new_bell;
  Mail<Sync> to_new_loop{new_bell};
  S connection;
  typename Sync::template Cell<bool> wants_write{false};
  typename Sync::template Atomic<int> handlers{0};  // who would repeat it

  void thread(unsigned index) {
    if (index == 0) {
      wants_write.set(true);
      handlers.store(1, std::memory_order_relaxed);
      handlers.store(0, std::memory_order_relaxed);  // detached
      give(to_new_loop, connection);
      return;
    }
    take(new_bell, to_new_loop, 1, [&](Held<S> held) {
      if (!defect(0)) wants_write.set(false);
      (void)held.release();
    });
    // A loop does not sleep while a connection has something to repeat; the handler that would is gone.
    while (wants_write.get()) {
      if (handlers.load(std::memory_order_relaxed) != 0) wants_write.set(false);
      typename Sync::Backoff().pause();
    }
  }
  void after() {}
};

inline constexpr const char* kLeftoverDefects[] = {
    "B5: what was read already waits until the socket says more"};

// A connection moves to another loop while its transport holds bytes that are read and decoded, but not
// parsed (TLS does). No socket announces them again: who takes the connection looks for them before it
// sleeps.
template <class Sync>
struct Leftover {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> new_bell;
  Mail<Sync> to_new_loop{new_bell};
  S connection;                                   // its hops are the requests that were parsed
  typename Sync::template Cell<int> requests{0};  // in the transport's buffer

  void parse() {
    requests.set(requests.get() - 1);
    connection.hops.set(connection.hops.get() + 1);
  }

  void thread(unsigned index) {
    if (index == 0) {
      requests.set(2);
      parse();
      give(to_new_loop, connection);
      return;
    }
    take(new_bell, to_new_loop, 1, [](Held<S> held) { (void)held.release(); });
    while (connection.hops.get() != 2) {
      if (defect(0)) {
        sleep_if_idle(new_bell, [] { return false; });
      } else {
        parse();
      }
    }
  }
  void after() { require(requests.get() == 0, "a request was left over"); }
};

inline constexpr const char* kKeptDefects[] = {
    "C4: the I/O thread ends the primary's client itself when the connection breaks"};

// The connection to a primary breaks while its session is with the executor. The executor keeps how far it
// had come, so as to go on from there, when the session comes as closed.
template <class Sync>
struct Kept {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  S primary;  // its hops are how far it has come

  void thread(unsigned index) {
    if (index == 0) {
      take(executor_bell, io.to_executor, 1, [&](Held<S> held) {
        held->hops.set(held->hops.get() + 1);
        io.home.post(std::move(held));
      });
      require(io.home.flush(), "refused with room");
      take(executor_bell, io.to_executor, 1, [&](Held<S> closed) {
        require(closed->hops.get() == 5, "how far the primary had come is lost: all is sent again");
        (void)closed.release();
      });
      return;
    }
    primary.hops.set(4);
    give(io.to_executor, primary);
    if (defect(0)) primary.hops.set(0);  // the connection breaks
    take(io.bell, io.home, 1, [&](Held<S> held) { io.to_executor.post(std::move(held)); });
    require(io.to_executor.flush(), "refused with room");
  }
  void after() {}
};

inline constexpr const char* kParkedDefects[] = {
    "E3: a replica that has been sent everything stays with the executor"};

// A replica confirms what it was sent, which its own thread reads if it has the session.
template <class Sync>
struct Parked {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  S replica;

  void thread(unsigned index) {
    if (index == 0) {
      S* parked = nullptr;
      take(executor_bell, io.to_executor, 1, [&](Held<S> held) { parked = held.release(); });
      if (!defect(0)) give(io.home, *parked);
      take(executor_bell, io.to_executor, 1, [&](Held<S> held) {
        require(held->hops.get() == 1, "not what the replica confirmed");
        (void)held.release();
      });
      return;
    }
    give(io.to_executor, replica);
    take(io.bell, io.home, 1, [&](Held<S> held) {
      held->hops.set(1);
      io.to_executor.post(std::move(held));
    });
    require(io.to_executor.flush(), "refused with room");
  }
  void after() {}
};

inline constexpr const char* kBoundDefects[] = {
    "E4: what may be sent is the number that the session had at its hand-off"};

// What there is to send grows after a session has gone home: each growth is told.
template <class Sync>
struct Bound {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  S replica;
  S growth;
  typename Sync::template Cell<int> sent{0};

  void thread(unsigned index) {
    if (index == 0) {
      take(executor_bell, io.to_executor, 1, [&](Held<S> held) {
        held->hops.set(1);
        io.home.post(std::move(held));
      });
      require(io.home.flush(), "refused with room");
      growth.hops.set(2);
      give(io.home, growth);
      return;
    }
    give(io.to_executor, replica);
    take(io.bell, io.home, 2, [&](Held<S> held) {
      const int may_send = defect(0) ? replica.hops.get() : held->hops.get();
      sent.set(may_send);
      (void)held.release();
    });
  }
  void after() { require(sent.get() == 2, "what came after the hand-off was never sent"); }
};

inline constexpr const char* kPrimaryDefects[] = {
    "H14: the free of the old primary, when it comes, ends the link to the new one"};

// A primary is replaced by another. The old one's client is freed when its session comes as closed, before
// the new link or after it, and its end is nothing to the link.
template <class Sync>
struct Primary {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  S old_primary;

  void thread(unsigned index) {
    if (index == 0) {
      int link = 1;
      const auto free_closed = [&] {
        return io.to_executor.drain(1, [&](Held<S> closed) {
          if (defect(0)) link = 0;
          (void)closed.release();
        });
      };
      give(io.home, old_primary);  // to be closed
      std::size_t freed = free_closed();
      link = 2;
      while (freed == 0) {
        freed = free_closed();
        if (freed == 0) sleep_if_idle(executor_bell, [&] { return io.to_executor.has_mail(); });
      }
      require(link == 2, "the link to the new primary is gone");
      return;
    }
    take(io.bell, io.home, 1, [&](Held<S> held) { io.to_executor.post(std::move(held)); });
    require(io.to_executor.flush(), "refused with room");
  }
  void after() {}
};

inline constexpr const char* kNamedDefects[] = {
    "H15: a client that waits to be freed points to a user who is gone"};

// A user is deleted while a client of that user is away, and clients are listed before it is back.
template <class Sync>
struct Named {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  S client;
  typename Sync::template Cell<int> user_name{7};
  typename Sync::template Cell<bool> user_alive{true};

  void thread(unsigned index) {
    if (index == 0) {
      const int name = user_name.get();  // the client's own, since it said who it is
      give(io.home, client);             // to be closed
      user_alive.set(false);
      std::size_t freed = 0;
      while (freed == 0) {
        require(!defect(0) || user_alive.get(), "a user is read who was freed");
        require((defect(0) ? user_name.get() : name) == 7, "listed under another name");
        freed = io.to_executor.drain(1, [](Held<S> closed) { (void)closed.release(); });
        if (freed == 0) sleep_if_idle(executor_bell, [&] { return io.to_executor.has_mail(); });
      }
      return;
    }
    take(io.bell, io.home, 1, [&](Held<S> held) { io.to_executor.post(std::move(held)); });
    require(io.to_executor.flush(), "refused with room");
  }
  void after() {}
};

}  // namespace baton::model::zoo_model
