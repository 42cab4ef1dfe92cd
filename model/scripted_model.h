// ScriptedHandoff: an executor that works through a script of operations, and I/O threads that serve it.
//
// A script says what the executor does: send, flush and collect mail, close a session, request, confirm, nest
// and end pauses, touch what is theirs while they rest, plant mail in their outboxes, sleep. The bytes of a
// fuzzer and the commands of a property are both such scripts (fuzz/pause_gate_fuzz.cc,
// model/handoff_properties_test.cc); who runs the threads decides in which order.
//
// Always      What Reference predicts from the script alone, whatever the schedule: every pause is confirmed
//             once, what the executor touched is there, and every session is closed or comes home once, in
//             the order of its thread. I1 to I7.
// Must fail   kScriptedDefects.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/run.h"
#include "model/traffic.h"
#include "queues/check.h"
#include "queues/pause_gate.h"

namespace baton::model {

inline constexpr std::size_t kScriptedIosMax = 2;
inline constexpr unsigned kScriptedSessions = 6;  // an I/O thread's, each sent or planted once

struct Step {
  enum class Do : std::uint8_t {
    kSend,        // into the outbox to that thread
    kKill,        // the same, to be closed there
    kFlush,       // that outbox
    kCollect,     // up to two sessions that came home
    kSleep,       // until a session comes home, if one can
    kRequest,     // a pause of that thread
    kWaitPaused,  // for it to rest
    kTouch,       // what is that thread's, while it rests
    kPlant,       // a session into the outbox of a thread that rests
    kResume,      // one request taken back
    kRequestAll,  // of all threads: then waits for all
    kResumeAll,
    kCount
  };
  Do what = Do::kFlush;
  std::size_t io = 0;
};

struct Script {
  std::size_t ios = 1;
  unsigned batch = 1;  // sessions that an I/O thread takes in a turn
  std::vector<Step> steps;
};

// What must come of a script, step by step, in one thread and without queues.
struct Reference {
  struct Io {
    unsigned depth = 0;
    bool confirmed = false;
    std::uint64_t pauses = 0;
    int touches = 0;
    unsigned used = 0;  // sessions
    int killed = 0;
    int home = 0;  // sessions that come home
  };
  std::size_t ios = 1;
  std::array<Io, kScriptedIosMax> io{};

  [[nodiscard]] bool allows(const Step& step) const {
    const Io& it = io[step.io];
    switch (step.what) {
      case Step::Do::kSend:
      case Step::Do::kKill:
        return step.io < ios && it.used < kScriptedSessions;
      case Step::Do::kPlant:
        return step.io < ios && it.used < kScriptedSessions && it.confirmed;
      case Step::Do::kWaitPaused:
        return step.io < ios && it.depth != 0;
      case Step::Do::kTouch:
      case Step::Do::kResume:
        return step.io < ios && it.confirmed;
      case Step::Do::kResumeAll: {
        bool all = true;
        for (std::size_t i = 0; i < ios; ++i) all = all && io[i].confirmed;
        return all;
      }
      case Step::Do::kCount:
        return false;
      default:
        return step.io < ios;
    }
  }

  void apply(const Step& step) {
    Io& it = io[step.io];
    switch (step.what) {
      case Step::Do::kSend:
        ++it.used, ++it.home;
        break;
      case Step::Do::kKill:
        ++it.used, ++it.killed;
        break;
      case Step::Do::kPlant:
        ++it.used, ++it.home;
        break;
      case Step::Do::kRequest:
        ++it.depth;
        break;
      case Step::Do::kWaitPaused:
        confirm(it);
        break;
      case Step::Do::kTouch:
        ++it.touches;
        break;
      case Step::Do::kResume:
        resume(it);
        break;
      case Step::Do::kRequestAll:
        for (std::size_t i = 0; i < ios; ++i) ++io[i].depth, confirm(io[i]);
        break;
      case Step::Do::kResumeAll:
        for (std::size_t i = 0; i < ios; ++i) resume(io[i]);
        break;
      default:
        break;
    }
  }

  // What the executor does at the end of every script: confirms and ends open pauses, then pauses all to
  // stop.
  void finish() {
    for (std::size_t i = 0; i < ios; ++i) {
      if (io[i].depth != 0) confirm(io[i]);
      io[i] = {.pauses = io[i].pauses + 1,
               .touches = io[i].touches,
               .used = io[i].used,
               .killed = io[i].killed,
               .home = io[i].home};
    }
  }

 private:
  static void confirm(Io& it) {
    if (!it.confirmed) ++it.pauses;
    it.confirmed = true;
  }
  static void resume(Io& it) {
    if (--it.depth == 0) it.confirmed = false;
  }
};

enum ScriptedDefect : int {
  kScriptTouchesEarly = kSleepDefects,
  kScriptGateNotAsked,
  kScriptNotFlushed,
  kScriptSleepsOnOutbox,
};
inline constexpr const char* kScriptedDefects[] = {
    BATON_SLEEP_DEFECTS,         "touched before the confirmation",     "slept without asking the gate",
    "no flush after the resume", "slept on an outbox that did not fit",
};

template <class Sync, class Queue>
class ScriptedHandoff {
 public:
  explicit ScriptedHandoff(const Script& script) : script_(script) {}

  void thread(unsigned index) {
    if (index == 0) {
      execute();
    } else {
      serve(io_[index - 1]);
    }
  }

  // Against what the script alone says.
  void after() {
    Reference expected;
    expected.ios = script_.ios;
    for (const Step& step : script_.steps) expected.apply(step);
    expected.finish();
    for (std::size_t i = 0; i < script_.ios; ++i) {
      Io& io = io_[i];
      const Reference::Io& it = expected.io[i];
      require(io.gate.pauses() == it.pauses, "a pause is missing, or was counted twice");
      require(io.touched.get() == it.touches + io.turns, "a touch was lost");
      require(io.killed.get() == it.killed, "a session to be closed was not");
      require(io.home == it.home, "a session did not come home");
      for (auto* mail : {&io.side.to_executor, &io.side.home}) {
        require(mail->reclaim([](Held<S> session) { (void)session.release(); }) == 0,
                "a session was left over");
      }
    }
  }

 private:
  struct S : ChainLink<S, Sync> {
    typename Sync::template Cell<int> stamp{0};
    typename Sync::template Cell<bool> kill{false};
  };

  struct Io {
    explicit Io(Doorbell<Sync>& executor_bell) : side(executor_bell) {}

    IoSide<Sync, Queue, S> side;
    PauseGate<Sync> gate;
    S sessions[kScriptedSessions];
    // The I/O thread's, and the executor's while that rests.
    typename Sync::template Cell<int> touched{0};
    typename Sync::template Cell<int> stamped{0};  // sessions posted to the executor
    typename Sync::template Cell<int> killed{0};
    typename Sync::template Cell<bool> stop{false};
    int turns = 0;  // the I/O thread's, read when all have ended
    int met = 0;
    // The executor's.
    unsigned used = 0;
    unsigned depth = 0;
    int sent = 0;
    int expected = 0;  // sessions on their way home
    int home = 0;
  };

  // ---- the executor

  void execute() {
    for (const Step& step : script_.steps) {
      if (step.what == Step::Do::kSleep) {
        if (may_sleep()) sleep_unless(bell_, [&] { return has_mail(); });
      } else {
        execute(step, io_[step.io]);
      }
    }
    finish();
  }

  void execute(const Step& step, Io& io) {
    switch (step.what) {
      case Step::Do::kSend:
      case Step::Do::kKill: {
        S& session = io.sessions[io.used++];
        session.stamp.set(++io.sent);
        session.kill.set(step.what == Step::Do::kKill);
        if (step.what == Step::Do::kSend) ++io.expected;
        io.side.home.post(hold(session));
        break;
      }
      case Step::Do::kFlush:
        (void)io.side.home.flush();
        break;
      case Step::Do::kCollect:
        for (std::size_t i = 0; i < script_.ios; ++i) collect(io_[i]);
        break;
      case Step::Do::kRequest:
        request(io);
        if (defect(kScriptTouchesEarly)) io.touched.set(io.touched.get());
        break;
      case Step::Do::kWaitPaused:
        io.gate.wait_paused();
        break;
      case Step::Do::kTouch:
        io.touched.set(io.touched.get() + 1);
        break;
      case Step::Do::kPlant: {
        S& session = io.sessions[io.used++];
        stamp(io, session);
        ++io.expected;
        io.side.to_executor.post(hold(session));
        break;
      }
      case Step::Do::kResume:
        resume(io);
        break;
      case Step::Do::kRequestAll:
        for (std::size_t i = 0; i < script_.ios; ++i) request(io_[i]);
        for (std::size_t i = 0; i < script_.ios; ++i) io_[i].gate.wait_paused();
        break;
      case Step::Do::kResumeAll:
        for (std::size_t i = 0; i < script_.ios; ++i) resume(io_[i]);
        break;
      default:
        break;
    }
  }

  void finish() {
    for (std::size_t i = 0; i < script_.ios; ++i) {
      if (io_[i].depth != 0) io_[i].gate.wait_paused();
      while (io_[i].depth != 0) resume(io_[i]);
    }
    for (;;) {
      bool flushed = true;
      bool complete = true;
      for (std::size_t i = 0; i < script_.ios; ++i) {
        flushed = io_[i].side.home.flush() && flushed;
        collect(io_[i]);
        complete = complete && io_[i].home == io_[i].expected;
      }
      if (flushed && complete) break;
      if (flushed || defect(kScriptSleepsOnOutbox)) {
        sleep_unless(bell_, [&] { return has_mail(); });
      } else {
        typename Sync::Backoff().pause();
      }
    }
    for (std::size_t i = 0; i < script_.ios; ++i) request(io_[i]);
    for (std::size_t i = 0; i < script_.ios; ++i) {
      io_[i].gate.wait_paused();
      io_[i].stop.set(true);
    }
    for (std::size_t i = 0; i < script_.ios; ++i) resume(io_[i]);
  }

  void request(Io& io) {
    io.gate.request(io.side.bell);
    ++io.depth;
  }
  void resume(Io& io) {
    io.gate.resume();
    --io.depth;
  }

  void collect(Io& io) {
    io.side.to_executor.drain(2, [&](Held<S> session) {
      require(session->stamp.get() == ++io.home, "sessions came home out of order");
      (void)session.release();
    });
  }

  bool has_mail() {
    bool mail = false;
    for (std::size_t i = 0; i < script_.ios; ++i) mail = mail || io_[i].side.to_executor.has_mail();
    return mail;
  }

  // Somebody who is not asked to rest has a session that will come home.
  bool may_sleep() {
    bool may = false;
    for (std::size_t i = 0; i < script_.ios; ++i) {
      Io& io = io_[i];
      may = may || (io.depth == 0 && io.side.home.flush() && io.home != io.expected);
    }
    return may;
  }

  // ---- an I/O thread

  void stamp(Io& io, S& session) {
    io.stamped.set(io.stamped.get() + 1);
    session.stamp.set(io.stamped.get());
  }

  void serve(Io& io) {
    for (;;) {
      io.touched.set(io.touched.get() + 1);
      ++io.turns;
      io.gate.checkpoint();
      const std::size_t drained = io.side.home.drain(script_.batch, [&](Held<S> session) {
        require(session->stamp.get() == ++io.met, "sessions came out of order");
        if (session->kill.get()) {
          io.killed.set(io.killed.get() + 1);
          (void)session.release();
          return;
        }
        stamp(io, *session);
        io.side.to_executor.post(std::move(session));
      });
      const bool flushed = defect(kScriptNotFlushed) && drained == 0 ? true : io.side.to_executor.flush();
      if (io.stop.get() && flushed && !io.side.home.has_mail()) return;
      if (flushed || defect(kScriptSleepsOnOutbox)) {
        sleep_unless(io.side.bell, [&] {
          return (!defect(kScriptGateNotAsked) && io.gate.requested()) || io.side.home.has_mail();
        });
      } else {
        typename Sync::Backoff().pause();
      }
    }
  }

  const Script& script_;
  Doorbell<Sync> bell_;  // the executor's
  std::array<Io, kScriptedIosMax> io_{Io(bell_), Io(bell_)};
};

}  // namespace baton::model
