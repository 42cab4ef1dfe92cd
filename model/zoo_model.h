// The bug zoo: hand-off defects of other servers, each rebuilt as a variant of a small correct program.
//
// A scenario here is the right way to do something that another server got wrong; a defect, named by its row
// in docs/bug-zoo.md, is the way that went wrong there. Those that the scenarios of the primitives have
// already (a pause resumed too early, a reply handed back last in first out, ...) are not repeated.
//
// Always      Each program does what it says, without race, lost wake-up, deadlock or livelock.
// Must fail   Each defect, by name. No weakenings of the primitives are aimed at here.
#pragma once

#include "queues/mailbox.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "model/run.h"
#include "model/scenario.h"
#include "model/traffic.h"
#include "queues/pause_gate.h"
#include "queues/shared_stat.h"
#include "queues/spsc_ring.h"
#include "queues/swap_queue.h"

namespace baton::model {
namespace zoo_model {

using Ring = RingQueue<2>;

template <class Sync>
using Mail = Mailbox<Session<Sync>, Ring, Sync>;

template <class Sync, class HasWork>
void sleep_if_idle(Doorbell<Sync>& bell, HasWork has_work) {
  if (!bell.prepare_to_sleep(has_work)) return;
  bell.bell().wait();
  bell.woke();
}

// Takes so many sessions from a mailbox, each given to `f`.
template <class Sync, class F>
void take(Doorbell<Sync>& bell, Mail<Sync>& mail, std::size_t count, F f) {
  for (;;) {
    count -= mail.drain(count, f);
    if (count == 0) return;
    sleep_if_idle(bell, [&] { return mail.has_mail(); });
  }
}

template <class Sync>
void give(Mail<Sync>& mail, Session<Sync>& session) {
  mail.post(hold(session));
  require(mail.flush(), "refused with room");
}

// ---- waking

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

// ---- job rings

inline constexpr const char* kJobRingDefects[] = {"H1: the slot is cleared, then its index goes on relaxed"};

// A ring whose reader clears each slot, so that its writer may find it empty.
template <class Sync>
struct JobRing {
  static constexpr unsigned kThreads = 2;
  static constexpr int kJobs = 2;
  typename Sync::template Atomic<int> written{0};
  typename Sync::template Atomic<int> read{0};
  typename Sync::template Cell<int> slot{0};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    for (int job = 1; job <= kJobs; ++job) {
      if (index == 0) {
        while (read.load(std::memory_order_acquire) != job - 1) backoff.pause();
        require(slot.get() == 0, "the slot is not cleared");
        slot.set(job);
        written.store(job, std::memory_order_release);
      } else {
        while (written.load(std::memory_order_acquire) != job) backoff.pause();
        require(slot.get() == job, "another job");
        slot.set(0);
        read.store(job, defect(0) ? std::memory_order_relaxed : std::memory_order_release);
      }
    }
  }
  void after() {}
};

enum CompletedDefect : int { kRelaxedFlag, kPlainFlag, kEmptyIsDone };
inline constexpr const char* kCompletedDefects[] = {"H2: the completion flag is stored without release",
                                                    "H3: the completion flag is no atomic",
                                                    "H24: an empty queue is taken for finished jobs"};

// A job goes to a worker, and its result is read when it is completed.
template <class Sync>
struct Completed {
  static constexpr unsigned kThreads = 2;
  SpscRing<int, 2, Sync> jobs;
  typename Sync::template Cell<int> result{0};
  typename Sync::template Cell<int> plain_flag{0};
  typename Sync::template Atomic<int> flag{0};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 0) {
      require(jobs.try_push(1), "refused with room");
      if (defect(kPlainFlag)) {
        while (plain_flag.get() == 0) backoff.pause();
      } else if (defect(kEmptyIsDone)) {
        while (jobs.size_guess() != 0) backoff.pause();
      } else {
        while (flag.load(std::memory_order_acquire) == 0) backoff.pause();
      }
      require(result.get() == 42, "a stale result");
    } else {
      while (!jobs.try_pop()) backoff.pause();
      result.set(42);
      plain_flag_set();
      flag.store(1, defect(kRelaxedFlag) ? std::memory_order_relaxed : std::memory_order_release);
    }
  }
  void plain_flag_set() {
    if (defect(kPlainFlag)) plain_flag.set(1);
  }
  void after() {}
};

inline constexpr const char* kTicketDefects[] = {"H23: stopped between reserving a slot and filling it"};

// Whoever drains a queue of a thread at rest finds each slot that is counted filled.
template <class Sync>
struct Reserved {
  static constexpr unsigned kThreads = 2;
  Doorbell<Sync> bell;
  PauseGate<Sync> gate;
  typename Sync::template Atomic<int> reserved{0};
  typename Sync::template Atomic<int> filled{0};
  typename Sync::template Cell<bool> stop{false};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 0) {
      gate.request(bell);
      gate.wait_paused();
      while (filled.load(std::memory_order_acquire) != reserved.load(std::memory_order_acquire))
        backoff.pause();
      stop.set(true);
      gate.resume();
      return;
    }
    reserved.store(1, std::memory_order_release);
    if (defect(0)) gate.checkpoint();
    filled.store(1, std::memory_order_release);
    while (!stop.get()) {
      gate.checkpoint();
      sleep_if_idle(bell, [&] { return gate.requested() || stop.get(); });
    }
  }
  void after() {}
};

inline constexpr const char* kBookmarkDefects[] = {
    "H7: a write that is done, but not retired, keeps a bookmark"};

// A block of bytes is written by another thread, in part; whoever owns the block puts more bytes into it.
template <class Sync>
struct Bookmark {
  static constexpr unsigned kThreads = 2;
  std::array<typename Sync::template Cell<int>, 2> block;
  typename Sync::template Atomic<int> asked{0};  // bytes that the writer may send
  typename Sync::template Atomic<int> sent{0};   // bytes that it has sent
  int wire[2] = {};                              // its own
  int on_wire = 0;

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 1) {
      for (int done = 0; done < 2;) {
        const int until = asked.load(std::memory_order_acquire);
        if (until <= done) {
          backoff.pause();
          continue;
        }
        // The bookmark of the second write stands behind what the first one sent, unless that was retired.
        const std::size_t at = defect(0) ? static_cast<std::size_t>(done) : 0;
        wire[on_wire++] = block[at].get();
        done = until;
        sent.store(done, std::memory_order_release);
      }
      return;
    }
    block[0].set('a');
    asked.store(1, std::memory_order_release);
    while (sent.load(std::memory_order_acquire) != 1) backoff.pause();
    block[0].set('b');  // another client's reply, at the begin of a block that is all sent
    asked.store(2, std::memory_order_release);
  }
  void after() { require(wire[0] == 'a' && wire[1] == 'b', "bytes of another reply were skipped"); }
};

// ---- one session, two threads

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
    if (defect(kAskedFirst)) (void)session.hops.get();
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
    for (bool freed = false; !freed;) {
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

// ---- memory that two threads know

enum ValueDefect : int { kCountedByTwo, kPointedTo, kReleasedElsewhere };
inline constexpr const char* kValueDefects[] = {
    "D2: a count of references that two threads change",
    "D3: a reply points to a value that another command frees",
    "H31: an object of the keyspace is released off the executor"};

// A value is read into a reply, then overwritten and freed, while the reply is sent.
template <class Sync>
struct Value {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> io_bell;
  Mail<Sync> home{io_bell};
  S reply;
  typename Sync::template Cell<int> value{0};
  typename Sync::template Cell<int> references{1};
  typename Sync::template Cell<bool> alive{true};

  void thread(unsigned index) {
    if (index == 0) {
      value.set(7);
      reply.hops.set(value.get());
      if (defect(kCountedByTwo)) references.set(references.get() + 1);
      give(home, reply);
      if (defect(kCountedByTwo)) references.set(references.get() - 1);
      if (defect(kReleasedElsewhere)) require(alive.get(), "freed");
      value.set(0);
      return;
    }
    take(io_bell, home, 1, [&](Held<S> held) {
      if (defect(kCountedByTwo)) references.set(references.get() - 1);
      if (defect(kReleasedElsewhere)) alive.set(false);
      require((defect(kPointedTo) ? value.get() : held->hops.get()) == 7, "another value was sent");
      (void)held.release();
    });
  }
  void after() {}
};

enum WordDefect : int { kNeighbours, kLostUpdate, kSetWhileRead, kTwoWriters };
inline constexpr const char* kWordDefects[] = {
    "D1: two threads write neighbours of one word", "D5: a flag is lost in a word that two threads write",
    "D7: a setting is read while it is set", "D13: two threads add to one plain counter"};

// Two threads that each note something of their own, and one that hands a setting to the other.
template <class Sync>
struct Words {
  static constexpr unsigned kThreads = 2;
  enum class Field : std::uint8_t { kEvents, kCount };
  using S = Session<Sync>;
  Doorbell<Sync> io_bell;
  Mail<Sync> home{io_bell};
  S order;
  typename Sync::template Cell<int> setting{1};
  typename Sync::template Cell<int> word{0};
  typename Sync::template Atomic<int> shared_flags{0};
  typename Sync::template Cell<int> flags[2];
  SharedStat<Field, Sync> counts[2];

  void thread(unsigned index) {
    const std::size_t me = index;
    const int bit = 1 << me;
    if (defect(kNeighbours)) {
      word.set(word.get() | bit);
    } else if (defect(kLostUpdate)) {
      shared_flags.store(shared_flags.load(std::memory_order_relaxed) | bit, std::memory_order_relaxed);
    } else {
      flags[me].set(bit);
    }
    counts[defect(kTwoWriters) ? 0 : me].add(Field::kEvents, 1);
    if (index == 0) {
      order.hops.set(2);
      if (defect(kSetWhileRead)) setting.set(2);
      give(home, order);
      return;
    }
    const int before = setting.get();
    take(io_bell, home, 1, [&](Held<S> held) {
      if (!defect(kSetWhileRead)) setting.set(held->hops.get());
      (void)held.release();
    });
    require(before == 1 && setting.get() == 2, "another setting");
  }
  void after() {
    const int both = defect(kLostUpdate)   ? shared_flags.load(std::memory_order_relaxed)
                     : defect(kNeighbours) ? word.get()
                                           : flags[0].get() | flags[1].get();
    require(both == 3, "a flag was lost");
    require(counts[0].get(Field::kEvents) + counts[1].get(Field::kEvents) == 2, "a count was lost");
  }
};

// ---- order and durability; threads at rest

inline constexpr const char* kDurableDefects[] = {
    "E1: the log is flushed, then more is executed and answered in the same pass"};

// Two writes, each answered when the log is durable up to it.
template <class Sync>
struct Durable {
  static constexpr unsigned kThreads = 2;
  using S = Session<Sync>;
  Doorbell<Sync> executor_bell;
  IoSide<Sync, Ring, S> io{executor_bell};
  typename Sync::template Atomic<int> disk{0};  // position up to which the log is durable
  S sessions[2];

  void thread(unsigned index) {
    if (index == 0) {
      int log = 0;
      std::size_t left = 2;
      while (left != 0) {
        if (defect(0)) disk.store(log, std::memory_order_release);
        left -= io.to_executor.drain(2, [&](Held<S> held) {
          held->hops.set(++log);
          io.home.post(std::move(held));
        });
        if (!defect(0)) disk.store(log, std::memory_order_release);
        require(io.home.flush(), "refused with room");
        if (left != 0) sleep_if_idle(executor_bell, [&] { return io.to_executor.has_mail(); });
      }
      return;
    }
    for (S& session : sessions) give(io.to_executor, session);
    take(io.bell, io.home, 2, [&](Held<S> held) {
      require(disk.load(std::memory_order_acquire) >= held->hops.get(),
              "a reply left before its write was durable");
      (void)held.release();
    });
  }
  void after() {}
};

enum WalkDefect : int { kWalkedUnpaused, kCountChanged };
inline constexpr const char* kWalkDefects[] = {"D9: clients of threads that do not rest are walked",
                                               "G6: a thread more than at the time of the request"};

// What two threads own is walked, as for a snapshot.
template <class Sync>
struct Walk {
  static constexpr unsigned kThreads = 3;
  struct Io {
    Doorbell<Sync> bell;
    PauseGate<Sync> gate;
    typename Sync::template Cell<int> clients{0};
    typename Sync::template Cell<bool> stop{false};
  };
  Io ios[2];

  void thread(unsigned index) {
    if (index != 0) return serve(ios[index - 1]);
    const std::array<PauseTarget<Sync>, 2> all{PauseTarget<Sync>{&ios[0].gate, &ios[0].bell},
                                               PauseTarget<Sync>{&ios[1].gate, &ios[1].bell}};
    if (defect(kWalkedUnpaused)) (void)(ios[0].clients.get() + ios[1].clients.get());
    if (defect(kCountChanged)) {
      const PausedThreads<Sync> those_of_then(std::span<const PauseTarget<Sync>>(all.data(), 1));
      (void)(ios[0].clients.get() + ios[1].clients.get());
    }
    const PausedThreads<Sync> rest(all);
    for (Io& io : ios) {
      require(io.clients.get() >= 1, "walked before the first client");
      io.stop.set(true);
    }
  }
  void serve(Io& me) {
    me.clients.set(1);
    while (!me.stop.get()) {
      me.clients.set(me.clients.get() + 1);
      me.gate.checkpoint();
      sleep_if_idle(me.bell, [&] { return me.gate.requested() || me.stop.get(); });
    }
  }
  void after() {}
};

}  // namespace zoo_model

template <class Engine>
std::vector<Scenario> zoo_scenarios() {
  using namespace zoo_model;
  using S2 = typename Engine::template Sync<2>;
  using S3 = typename Engine::template Sync<3>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  const std::vector<Search> searches = {bound(3, 300'000), random(100'000)};
  const std::vector<Search> quick = {bound(1, 10'000), random(10'000)};
  std::vector<Scenario> all;
  const auto add = [&]<class Program>(const char* name, Size size, std::span<const char* const> defects) {
    all.push_back(scenario_of<Engine, Program>(name, size, {}, defects, searches, quick, hunt));
  };
  const auto one = Size::kOneRound;
  add.template operator()<Lockless<S2>>("zoo_lockless", one, kLocklessDefects);
  add.template operator()<TellInOutbox<S2>>("zoo_tell_in_outbox", one, kOutboxDefects);
  add.template operator()<PrivateQueue<S2>>("zoo_private_queue", one, kPrivateDefects);
  add.template operator()<Crossing<S2>>("zoo_crossing", Size::kRounds, kRoomDefects);
  add.template operator()<JobRing<S2>>("zoo_job_ring", one, kJobRingDefects);
  add.template operator()<Completed<S2>>("zoo_completed", one, kCompletedDefects);
  add.template operator()<Reserved<S2>>("zoo_reserved", one, kTicketDefects);
  add.template operator()<Bookmark<S2>>("zoo_bookmark", one, kBookmarkDefects);
  add.template operator()<Away<S2>>("zoo_away", one, kAwayDefects);
  add.template operator()<Listed<S3>>("zoo_listed", one, kListedDefects);
  add.template operator()<Batch<S2>>("zoo_batch", one, kBatchDefects);
  add.template operator()<Gone<S2>>("zoo_gone", one, kGoneDefects);
  add.template operator()<Moved<S3>>("zoo_moved", one, kMovedDefects);
  add.template operator()<Value<S2>>("zoo_value", one, kValueDefects);
  add.template operator()<Words<S2>>("zoo_words", one, kWordDefects);
  add.template operator()<Durable<S2>>("zoo_durable", one, kDurableDefects);
  add.template operator()<Walk<S3>>("zoo_walk", one, kWalkDefects);
  return all;
}

}  // namespace baton::model
