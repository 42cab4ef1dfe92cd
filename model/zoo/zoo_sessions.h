// The zoo: one session and two threads (B6, C1, C2, C5, C8, C9, C10, D15, D16, H5, H6, H13).
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "model/run.h"
#include "model/traffic.h"
#include "model/zoo/zoo_traffic.h"
#include "queues/chain.h"
#include "queues/doorbell.h"
#include "queues/mailbox.h"
#include "queues/pause_gate.h"

namespace baton::model::zoo_model {

enum AwayDefect : int { kReceivedAway, kSecondPath, kReentered, kAskedFirst };
inline constexpr const char* kAwayDefects[] = {"H5: received into the input of a session that is away",
                                               "H6: the executor writes to the connection as well",
                                               "H13: parsed on while the session is away",
                                               "D16: asked for replies before asking who has the session"};

// A connection and its session: input is read, executed where the session is, answered at home.
template <class Sync>
struct Away {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  S session;                                   // its hops are the batch, and the replies
  typename Sync::template Cell<int> input{0};  // the arguments of the batch point here
  typename Sync::template Cell<int> output{0};

  void thread(unsigned index) {
    if (index == 0) {
      take(executor_bell, io.to_executor, 1, [&](Held<S> held) {
        held->hops.set(held->hops.get() + input.get());
        if (defect(kSecondPath)) output.set(output.get() + 1);
        io.home.post(std::move(held));
      });
      require(io.home.flush(), "refused with room");
      return;
    }
    input.set(1);
    session.hops.set(1);
    give(io.to_executor, session);
    if (defect(kReceivedAway)) input.set(2);
    if (defect(kReentered)) session.hops.set(5);
    if (defect(kAskedFirst)) require(session.hops.get() >= 0, "torn");
    output.set(output.get() + 1);  // goes on sending what it had
    take(io.bell, io.home, 1, [&](Held<S> held) {
      output.set(output.get() + held->hops.get());
      (void)held.release();
    });
  }
  void after() { require(output.get() == 3, "another answer"); }
};

enum ListedDefect : int { kListedTwice };
inline constexpr const char* kListedDefects[] = {"B6: one connection on the pending list twice"};

// Connections that have work go to two threads.
template <class Sync>
struct Listed {
  static constexpr unsigned kThreads = 3;
  using S = Session<Sync>;
  Doorbell<Sync> first_bell;
  Doorbell<Sync> second_bell;
  Mail<Sync> first{first_bell};
  Mail<Sync> second{second_bell};
  S sessions[2];

  void thread(unsigned index) {
    if (index == 0) {
      give(first, sessions[0]);
      give(second, sessions[defect(kListedTwice) ? 0 : 1]);
      return;
    }
    take(index == 1 ? first_bell : second_bell, index == 1 ? first : second, 1, [](Held<S> held) {
      require(held->hops.get() == 0, "freed twice");
      held->hops.set(1);
      (void)held.release();
    });
  }
  void after() {}
};

enum BatchDefect : int { kReenteredLoop, kKilledNext, kFreedItself, kFreedInFlight };
inline constexpr const char* kBatchDefects[] = {
    "C1: a command re-enters the loop, which frees a pending client",
    "C2: a kill frees the next client of the list that is walked",
    "C8: a command that is run again frees its own client",
    "C10: a thread frees a client that another one has"};

// A batch of two sessions, whose first command ends the other client; a client is freed by the executor when
// its session comes as closed, and in no other way.
template <class Sync>
struct Batch {
  static constexpr unsigned kThreads = 2;
  struct Parcel : ChainLink<Parcel, Sync> {
    typename Sync::template Cell<bool> alive{true};
    bool kill = false;    // set before the threads start, or while nobody else has it
    bool closed = false;  // the same
  };
  Doorbell<Sync> executor_bell;
  IoSide<Sync, RingQueue<4>, Parcel> io{executor_bell};
  Parcel sessions[2];
  Parcel kill_order;
  Parcel end;  // of C1: news of the end that does not wait for the session

  Batch() {
    kill_order.kill = true;
    end.closed = true;
  }

  void thread(unsigned index) {
    if (index == 0) {
      execute();
    } else {
      serve();
    }
  }

  void free_client(Parcel& session) {
    require(session.alive.get(), "a client was freed twice");
    session.alive.set(false);
  }

  void execute() {
    Parcel* batch[2] = {};
    std::size_t size = 0;
    while (size < 2) {
      io.to_executor.drain(2 - size, [&](Held<Parcel> held) { batch[size++] = held.release(); });
      if (size < 2) sleep_if_idle(executor_bell, [&] { return io.to_executor.has_mail(); });
    }
    for (std::size_t i = 0; i < 2; ++i) {
      require(batch[i]->alive.get(), "a pending client was freed");
      if (i == 0) {
        if (defect(kReenteredLoop)) {
          io.to_executor.drain(1, [&](Held<Parcel> held) {
            (void)held.release();
            free_client(sessions[1]);
          });
        }
        if (defect(kKilledNext)) free_client(*batch[1]);
        if (defect(kFreedItself)) free_client(*batch[0]);
        io.home.post(hold(kill_order));
        require(batch[0]->alive.get(), "a client is touched that its own command freed");
      }
      io.home.post(hold(*batch[i]));
    }
    require(io.home.flush(), "refused with room");
    bool freed = false;
    while (!freed) {
      io.to_executor.drain(1, [&](Held<Parcel> held) {
        Parcel& parcel = *held.release();
        if (&parcel == &end) return;  // came after the batch
        free_client(parcel);
        freed = true;
      });
      if (!freed) sleep_if_idle(executor_bell, [&] { return io.to_executor.has_mail(); });
    }
  }

  void serve() {
    for (Parcel& session : sessions) io.to_executor.post(hold(session));
    require(io.to_executor.flush(), "refused with room");
    if (defect(kReenteredLoop)) {
      io.to_executor.post(hold(end));
      require(io.to_executor.flush(), "refused with room");
    }
    if (defect(kFreedInFlight)) free_client(sessions[1]);
    bool killed = false;
    int home = 0;
    while (home < 2 || !killed) {
      io.home.drain(3, [&](Held<Parcel> held) {
        Parcel& parcel = *held.release();
        if (parcel.kill) {
          killed = true;
        } else {
          ++home;
        }
      });
      if (home < 2 || !killed) sleep_if_idle(io.bell, [&] { return io.home.has_mail(); });
    }
    sessions[1].closed = true;
    io.to_executor.post(hold(sessions[1]));
    require(io.to_executor.flush(), "refused with room");
  }
  void after() { require(!sessions[1].alive.get(), "a client was not freed"); }
};

enum GoneDefect : int { kWrittenDirectly, kArrivalAsserts };
inline constexpr const char* kGoneDefects[] = {
    "C5: an invalidation is written to a connection that is on its way to be freed",
    "C9: whoever arrives is taken to be open"};

// The executor answers a client and then sends it a message; meanwhile its peer hangs up.
template <class Sync>
struct Gone {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  S session;
  S message;
  typename Sync::template Cell<bool> open{true};
  typename Sync::template Cell<int> output{0};

  void thread(unsigned index) {
    if (index == 0) {
      take(executor_bell, io.to_executor, 1, [&](Held<S> held) { io.home.post(std::move(held)); });
      io.home.post(hold(message));
      if (defect(kWrittenDirectly) && open.get()) output.set(output.get() + 1);
      require(io.home.flush(), "refused with room");
      return;
    }
    give(io.to_executor, session);
    open.set(false);
    take(io.bell, io.home, 2, [&](Held<S> held) {
      require(!defect(kArrivalAsserts) || open.get(), "a session arrived for a closed connection");
      if (open.get()) output.set(output.get() + 1);
      (void)held.release();
    });
  }
  void after() { require(output.get() == 0, "sent to a client that is gone"); }
};

inline constexpr const char* kMovedDefects[] = {"D15: the home of a session is remembered from its hand-off"};

// A connection moves to another thread while its session is with the executor.
template <class Sync>
struct Moved {
  static constexpr unsigned kThreads = 3;
  using S = Session<Sync>;
  struct Io {
    explicit Io(Doorbell<Sync>& executor_bell) : side(executor_bell) {}
    IoSide<Sync, Ring, S> side;
    PauseGate<Sync> gate;
    typename Sync::template Cell<bool> retired{false};
  };
  Doorbell<Sync> executor_bell;
  Io before{executor_bell};
  Io now{executor_bell};
  S session;

  void thread(unsigned index) {
    if (index == 0) {
      Session<Sync>* held = nullptr;
      take(executor_bell, before.side.to_executor, 1, [&](Held<S> it) { held = it.release(); });
      const PauseTarget<Sync> target{&before.gate, &before.side.bell};
      {
        const PausedThreads<Sync> rest(std::span<const PauseTarget<Sync>>(&target, 1));
        before.retired.set(true);
      }
      give(defect(0) ? before.side.home : now.side.home, *held);
      return;
    }
    if (index == 2) return take(now.side.bell, now.side.home, 1, [](Held<S> it) { (void)it.release(); });
    give(before.side.to_executor, session);
    while (!before.retired.get()) {
      before.gate.checkpoint();
      sleep_if_idle(before.side.bell, [&] { return before.gate.requested() || before.retired.get(); });
    }
  }
  void after() {}
};

}  // namespace baton::model::zoo_model
