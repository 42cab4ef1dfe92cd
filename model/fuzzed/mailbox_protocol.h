// Served: an executor and I/O threads that carry sessions to and fro over mailboxes, as a protocol says: what
// each session does, and when outboxes are flushed. It says nothing of where the protocol comes from.
//
// Ownership   The protocol is the caller's, and stands while it is served. Each thread touches its own Side,
//             or the half of it that is the executor's, and sessions that it holds.
// Always      mailbox.h, under Holds.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "model/explorer/explorer_engine.h"
#include "model/traffic.h"
#include "queues/mailbox.h"

namespace baton::explorer {

inline constexpr std::size_t kMailboxIosMax = 2;
inline constexpr std::size_t kMailboxSessionsMax = 3;

enum MailboxDefect : int {
  kHandedBackLast = model::kSleepDefects,
  kTouchedAfterFlush,
  kSleptOnOutbox,
};
inline constexpr const char* kMailboxDefects[] = {BATON_SLEEP_DEFECTS, "handed back last in first out",
                                                  "touched after the flush",
                                                  "slept on an outbox that did not fit"};

// What each session does.
struct SessionPlan {
  unsigned begins = 0;       // in which turn of its I/O thread
  int rounds = 1;            // to the executor and back
  int killed_by_client = 0;  // the I/O thread sends no more after so many rounds; 0: never
  int killed_by_server = 0;  // the executor answers this round with an end; 0: never
  unsigned late = 0;         // rounds, a bit each, that are answered in the executor's next turn
};

struct MailboxProtocol {
  std::size_t ios = 1;
  std::size_t sessions = 1;
  std::size_t batch = 1;
  bool flush_each = false;  // flush after each post, not once a turn
  unsigned stop_after = 0;  // answers, after which the executor tells all to stop; 0: never
  std::array<std::array<SessionPlan, kMailboxSessionsMax>, kMailboxIosMax> plans{};
};

template <class Queue>
class Served {
 public:
  explicit Served(const MailboxProtocol& protocol) : protocol_(protocol) {}

  void thread(unsigned index) {
    if (index == 0) {
      execute();
    } else {
      serve(index - 1);
    }
  }

  void after() {
    for (std::size_t io = 0; io < protocol_.ios; ++io) {
      Side& side = sides_[io];
      model::require(side.begun == side.released, "a session was lost");
      model::require(side.mail.to_executor.reclaim([](Held<S> session) { (void)session.release(); }) == 0,
                     "a session was left over on its way to the executor");
      const std::size_t left = side.mail.home.reclaim([](Held<S> session) {
        model::require(session->kind == Kind::kStop, "a session was left over on its way home");
        (void)session.release();
      });
      model::require(left <= (stopping_ ? 1U : 0U), "more was left over than one word to stop");
    }
  }

 private:
  using Sync = ExplorerSync;
  enum class Kind { kSession, kStop, kGoodbye };

  struct S : ChainLink<S, Sync> {
    Sync::Cell<int> stamp{0};  // its place among what was posted this way
    Sync::Cell<int> rounds{0};
    Sync::Cell<bool> ended{false};  // by the executor
    const SessionPlan* plan = nullptr;
    Kind kind = Kind::kSession;
  };

  struct Side {
    explicit Side(Doorbell<Sync>& executor_bell) : mail(executor_bell) {}
    model::IoSide<Sync, Queue, S> mail;
    std::array<S, kMailboxSessionsMax> sessions;
    S stop, goodbye;
    // The I/O thread's.
    int posted = 0, met_home = 0;
    std::size_t begun = 0, released = 0;
    bool stopped = false;
    // The executor's.
    int answered = 0, met = 0;
  };

  // ---- an I/O thread

  void serve(std::size_t index) {
    Side& side = sides_[index];
    side.goodbye.kind = Kind::kGoodbye;
    for (unsigned turn = 0;; ++turn) {
      bool waits = false;  // a session is still to begin
      for (std::size_t i = side.begun; i < protocol_.sessions && !side.stopped; ++i) {
        S& session = side.sessions[i];
        session.plan = &protocol_.plans[index][i];
        if (session.plan->begins > turn) {
          waits = true;
          break;
        }
        ++side.begun;
        send(side, model::hold(session));
        if (model::defect(kTouchedAfterFlush) && side.mail.to_executor.flush()) session.rounds.set(0);
      }
      side.mail.home.drain(protocol_.batch, [&](Held<S> session) {
        model::require(session->stamp.get() == ++side.met_home, "sessions came home out of order");
        came_home(side, std::move(session));
      });
      const bool ends = !waits && side.begun == side.released;
      if (ends) send(side, model::hold(side.goodbye));
      const bool flushed = side.mail.to_executor.flush();
      if (ends) {
        model::require(flushed, "all came home, but there is no room for the last word");
        return;
      }
      if (waits) continue;
      rest(side.mail.bell, flushed, [&] { return side.mail.home.has_mail(); });
    }
  }

  void came_home(Side& side, Held<S> session) {
    if (session->kind == Kind::kStop) {
      side.stopped = true;
      (void)session.release();
      return;
    }
    const SessionPlan& plan = *session->plan;
    const int rounds = session->rounds.get();
    const bool killed = plan.killed_by_client != 0 && rounds >= plan.killed_by_client;
    if (session->ended.get() || killed || side.stopped || rounds >= plan.rounds) {
      ++side.released;
      (void)session.release();
      return;
    }
    send(side, std::move(session));
  }

  void send(Side& side, Held<S> session) {
    session->stamp.set(++side.posted);
    side.mail.to_executor.post(std::move(session));
    if (protocol_.flush_each) (void)side.mail.to_executor.flush();
  }

  // ---- the executor

  void execute() {
    for (std::size_t io = 0; io < protocol_.ios; ++io) sides_[io].stop.kind = Kind::kStop;
    std::size_t goodbyes = 0;
    for (;;) {
      bool flushed = true;
      bool late = false;  // answers kept for the next turn
      for (std::size_t io = 0; io < protocol_.ios; ++io) {
        Side& side = sides_[io];
        std::array<Held<S>, kMailboxSessionsMax> now, later;
        std::size_t now_count = 0, later_count = 0;
        std::swap(late_[io], now);
        std::swap(late_count_[io], now_count);
        for (std::size_t i = 0; i < now_count; ++i) answer(side, std::move(now[i]));
        Held<S> last;  // of the defect that turns the order around
        side.mail.to_executor.drain(protocol_.batch, [&](Held<S> session) {
          model::require(session->stamp.get() == ++side.met, "sessions came to the executor out of order");
          if (session->kind == Kind::kGoodbye) {
            ++goodbyes;
            (void)session.release();
            return;
          }
          const int round = session->rounds.get() + 1;
          session->rounds.set(round);
          if (round == session->plan->killed_by_server) session->ended.set(true);
          if ((session->plan->late >> round & 1U) != 0) {
            later[later_count++] = std::move(session);
          } else if (model::defect(kHandedBackLast) && !last) {
            session->stamp.set(++side.answered);  // stamped first, posted last
            last = std::move(session);
          } else {
            answer(side, std::move(session));
          }
        });
        if (last) side.mail.home.post(std::move(last));
        for (std::size_t i = 0; i < later_count; ++i) late_[io][i] = std::move(later[i]);
        late_count_[io] = later_count;
        late = late || later_count != 0;
      }
      if (protocol_.stop_after != 0 && answers_ >= protocol_.stop_after && !stopping_) stop();
      for (std::size_t io = 0; io < protocol_.ios; ++io) flushed = sides_[io].mail.home.flush() && flushed;
      if (goodbyes == protocol_.ios && flushed) return;
      if (late) continue;
      rest(bell_, flushed, [&] {
        bool mail = false;
        for (std::size_t io = 0; io < protocol_.ios; ++io)
          mail = mail || sides_[io].mail.to_executor.has_mail();
        return mail;
      });
    }
  }

  void answer(Side& side, Held<S> session) {
    ++answers_;
    session->stamp.set(++side.answered);
    side.mail.home.post(std::move(session));
    if (protocol_.flush_each) (void)side.mail.home.flush();
  }

  void stop() {
    stopping_ = true;
    for (std::size_t io = 0; io < protocol_.ios; ++io) {
      Side& side = sides_[io];
      side.stop.stamp.set(++side.answered);
      side.mail.home.post(model::hold(side.stop));
    }
  }

  template <class HasMail>
  static void rest(Doorbell<Sync>& bell, bool flushed, HasMail has_mail) {
    if (flushed || model::defect(kSleptOnOutbox)) {
      model::sleep_unless(bell, has_mail);
    } else {
      typename Sync::Backoff().pause();
    }
  }

  const MailboxProtocol& protocol_;
  Doorbell<Sync> bell_;  // the executor's
  std::array<Side, kMailboxIosMax> sides_{Side(bell_), Side(bell_)};
  // The executor's.
  std::array<std::array<Held<S>, kMailboxSessionsMax>, kMailboxIosMax> late_;
  std::array<std::size_t, kMailboxIosMax> late_count_{};
  unsigned answers_ = 0;
  bool stopping_ = false;
};

}  // namespace baton::explorer
