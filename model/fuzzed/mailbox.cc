#include "model/fuzzed/mailbox.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "model/explorer/explorer_engine.h"
#include "model/traffic.h"
#include "queues/mailbox.h"

namespace baton::explorer {

namespace {

using model::defect;
using model::require;

constexpr std::size_t kIosMax = 2;
constexpr std::size_t kSessionsMax = 3;

enum Defect : int {
  kHandedBackLast = model::kSleepDefects,
  kTouchedAfterFlush,
  kSleptOnOutbox,
  kNoGoodbyeFlush
};
constexpr const char* kDefects[] = {BATON_SLEEP_DEFECTS, "handed back last in first out",
                                    "touched after the flush", "slept on an outbox that did not fit"};

// What each session does.
struct Plan {
  unsigned begins = 0;       // in which turn of its I/O thread
  int rounds = 1;            // to the executor and back
  int killed_by_client = 0;  // the I/O thread sends no more after so many rounds; 0: never
  int killed_by_server = 0;  // the executor answers this round with an end; 0: never
  unsigned late = 0;         // rounds, a bit each, that are answered in the executor's next turn
};

struct Protocol {
  std::size_t ios = 1;
  std::size_t sessions = 1;
  std::size_t batch = 1;
  bool flush_each = false;  // flush after each post, not once a turn
  unsigned stop_after = 0;  // answers, after which the executor tells all to stop; 0: never
  std::array<std::array<Plan, kSessionsMax>, kIosMax> plans{};
};

template <class Queue>
class Served {
 public:
  explicit Served(const Protocol& protocol) : protocol_(protocol) {}

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
      require(side.begun == side.released, "a session was lost");
      require(side.mail.to_executor.reclaim([](Held<S> session) { (void)session.release(); }) == 0,
              "a session was left over on its way to the executor");
      const std::size_t left = side.mail.home.reclaim([](Held<S> session) {
        require(session->kind == Kind::kStop, "a session was left over on its way home");
        (void)session.release();
      });
      require(left <= (stopping_ ? 1U : 0U), "more was left over than one word to stop");
    }
  }

 private:
  using Sync = ExplorerSync;
  enum class Kind { kSession, kStop, kGoodbye };

  struct S : ChainLink<S, Sync> {
    Sync::Cell<int> stamp{0};  // its place among what was posted this way
    Sync::Cell<int> rounds{0};
    Sync::Cell<bool> ended{false};  // by the executor
    const Plan* plan = nullptr;
    Kind kind = Kind::kSession;
  };

  struct Side {
    explicit Side(Doorbell<Sync>& executor_bell) : mail(executor_bell) {}
    model::IoSide<Sync, Queue, S> mail;
    std::array<S, kSessionsMax> sessions;
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
        if (defect(kTouchedAfterFlush) && side.mail.to_executor.flush()) session.rounds.set(0);
      }
      side.mail.home.drain(protocol_.batch, [&](Held<S> session) {
        require(session->stamp.get() == ++side.met_home, "sessions came home out of order");
        came_home(side, std::move(session));
      });
      const bool ends = !waits && side.begun == side.released;
      if (ends) send(side, model::hold(side.goodbye));
      const bool flushed = side.mail.to_executor.flush();
      if (ends) {
        require(flushed, "all came home, but there is no room for the last word");
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
    const Plan& plan = *session->plan;
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
        std::array<Held<S>, kSessionsMax> now, later;
        std::size_t now_count = 0, later_count = 0;
        std::swap(late_[io], now);
        std::swap(late_count_[io], now_count);
        for (std::size_t i = 0; i < now_count; ++i) answer(side, std::move(now[i]));
        Held<S> last;  // of the defect that turns the order around
        side.mail.to_executor.drain(protocol_.batch, [&](Held<S> session) {
          require(session->stamp.get() == ++side.met, "sessions came to the executor out of order");
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
          } else if (defect(kHandedBackLast) && !last) {
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
    if (flushed || defect(kSleptOnOutbox)) {
      model::sleep_unless(bell, has_mail);
    } else {
      typename Sync::Backoff().pause();
    }
  }

  const Protocol& protocol_;
  Doorbell<Sync> bell_;  // the executor's
  std::array<Side, kIosMax> sides_{Side(bell_), Side(bell_)};
  // The executor's.
  std::array<std::array<Held<S>, kSessionsMax>, kIosMax> late_;
  std::array<std::size_t, kIosMax> late_count_{};
  unsigned answers_ = 0;
  bool stopping_ = false;
};

class FuzzedMailbox final : public FuzzedProgram {
 public:
  [[nodiscard]] std::span<const char* const> defects() const override { return kDefects; }
  [[nodiscard]] MachineOptions decode(FuzzedBytes& bytes) override;
  [[nodiscard]] Bytes encoded() const override { return encoded(machine_, protocol_); }
  [[nodiscard]] std::vector<Bytes> simpler() const override;
  [[nodiscard]] std::string text() const override;

  [[nodiscard]] unsigned threads() const override { return static_cast<unsigned>(protocol_.ios) + 1; }
  [[nodiscard]] std::string thread_name(unsigned index) const override {
    return index == 0 ? "executor" : fmt::format("I/O thread {}", index);
  }
  void construct() override {
    model::Run::current().deferred.forget();
    if (by_list()) {
      new (room_) List(protocol_);
    } else {
      new (room_) Ring(protocol_);
    }
  }
  void thread(unsigned index) override { by_list() ? at<List>().thread(index) : at<Ring>().thread(index); }
  void after() override { by_list() ? at<List>().after() : at<Ring>().after(); }
  void destroy() override { by_list() ? at<List>().~List() : at<Ring>().~Ring(); }

 private:
  using List = Served<ListQueue>;
  using Ring = Served<RingQueue<2>>;

  static Bytes encoded(const FuzzedMachine& machine, const Protocol& protocol);
  [[nodiscard]] bool by_list() const { return machine_.choice(); }
  template <class T>
  T& at() {
    return *std::launder(reinterpret_cast<T*>(room_));
  }

  FuzzedMachine machine_;
  Protocol protocol_;
  alignas(List) alignas(Ring) std::byte room_[std::max(sizeof(List), sizeof(Ring))];
};

MachineOptions FuzzedMailbox::decode(FuzzedBytes& bytes) {
  machine_ = FuzzedMachine(bytes.below(FuzzedMachine::kBound));
  protocol_ = {};
  const unsigned shape = bytes.below(36);
  protocol_.ios = 1 + shape % 2;
  protocol_.sessions = 1 + shape / 2 % 3;
  protocol_.batch = 1 + shape / 6 % 3;
  protocol_.flush_each = shape / 18 != 0;
  protocol_.stop_after = bytes.below(8);
  for (std::size_t io = 0; io < protocol_.ios; ++io) {
    for (std::size_t i = 0; i < protocol_.sessions; ++i) {
      const unsigned life = bytes.below(256);
      const unsigned end = bytes.below(256);
      protocol_.plans[io][i] = {.begins = life % 4,
                                .rounds = 1 + static_cast<int>(life / 4 % 3),
                                .killed_by_client = static_cast<int>(end % 4),
                                .killed_by_server = static_cast<int>(end / 4 % 4),
                                .late = end / 16 % 16};
    }
  }
  return machine_.options();
}

FuzzedProgram::Bytes FuzzedMailbox::encoded(const FuzzedMachine& machine, const Protocol& protocol) {
  const std::size_t shape = protocol.ios - 1 + (protocol.sessions - 1) * 2 + (protocol.batch - 1) * 6 +
                            (protocol.flush_each ? 18 : 0);
  Bytes bytes = {static_cast<std::uint8_t>(machine.byte()), static_cast<std::uint8_t>(shape),
                 static_cast<std::uint8_t>(protocol.stop_after)};
  for (std::size_t io = 0; io < protocol.ios; ++io) {
    for (std::size_t i = 0; i < protocol.sessions; ++i) {
      const Plan& plan = protocol.plans[io][i];
      bytes.push_back(static_cast<std::uint8_t>(plan.begins + (static_cast<unsigned>(plan.rounds) - 1) * 4));
      bytes.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(plan.killed_by_client) +
                                                static_cast<unsigned>(plan.killed_by_server) * 4 +
                                                plan.late * 16));
    }
  }
  return bytes;
}

std::vector<FuzzedProgram::Bytes> FuzzedMailbox::simpler() const {
  std::vector<Bytes> all;
  const auto with = [&](auto change) {
    Protocol less = protocol_;
    change(less);
    all.push_back(encoded(machine_, less));
  };
  if (protocol_.ios == 2) {
    for (std::size_t kept = 0; kept < 2; ++kept)
      with([&](Protocol& less) { less.ios = 1, less.plans[0] = protocol_.plans[kept]; });
  }
  for (std::size_t gone = 0; gone < protocol_.sessions && protocol_.sessions > 1; ++gone) {
    with([&](Protocol& less) {
      --less.sessions;
      for (auto& plans : less.plans) std::rotate(plans.begin() + gone, plans.begin() + gone + 1, plans.end());
    });
  }
  if (protocol_.stop_after != 0) with([](Protocol& less) { less.stop_after = 0; });
  if (protocol_.flush_each) with([](Protocol& less) { less.flush_each = false; });
  for (std::size_t batch = 1; batch < protocol_.batch; ++batch)
    with([&](Protocol& less) { less.batch = batch; });
  for (std::size_t io = 0; io < protocol_.ios; ++io) {
    for (std::size_t i = 0; i < protocol_.sessions; ++i) {
      const Plan& plan = protocol_.plans[io][i];
      const auto with_plan = [&](auto change) { with([&](Protocol& less) { change(less.plans[io][i]); }); };
      if (plan.killed_by_client != 0) with_plan([](Plan& less) { less.killed_by_client = 0; });
      if (plan.killed_by_server != 0) with_plan([](Plan& less) { less.killed_by_server = 0; });
      if (plan.rounds > 1) with_plan([](Plan& less) { --less.rounds; });
      if (plan.begins > 0) with_plan([](Plan& less) { less.begins = 0; });
      for (unsigned bit = 1; bit < 16; bit *= 2)
        if ((plan.late & bit) != 0) with_plan([&](Plan& less) { less.late &= ~bit; });
    }
  }
  for (const FuzzedMachine& machine : machine_.simpler()) all.push_back(encoded(machine, protocol_));
  return all;
}

std::string FuzzedMailbox::text() const {
  std::string text = fmt::format("{}; {}, batches of {}, a flush after each {}\n", machine_.text(),
                                 by_list() ? "lists" : "rings of two", protocol_.batch,
                                 protocol_.flush_each ? "post" : "turn");
  if (protocol_.stop_after != 0)
    text += fmt::format("the executor stops all after {} answers\n", protocol_.stop_after);
  for (std::size_t io = 0; io < protocol_.ios; ++io) {
    for (std::size_t i = 0; i < protocol_.sessions; ++i) {
      const Plan& plan = protocol_.plans[io][i];
      text += fmt::format("I/O thread {}, session {}: {} round{}", io + 1, i + 1, plan.rounds,
                          plan.rounds == 1 ? "" : "s");
      if (plan.begins != 0) text += fmt::format(", begins in turn {}", plan.begins + 1);
      if (plan.killed_by_client != 0) text += fmt::format(", killed at home after {}", plan.killed_by_client);
      if (plan.killed_by_server != 0)
        text += fmt::format(", killed by the executor in round {}", plan.killed_by_server);
      for (unsigned round = 1; round < 4; ++round)
        if ((plan.late >> round & 1U) != 0) text += fmt::format(", round {} answered a turn late", round);
      text += '\n';
    }
  }
  return text;
}

}  // namespace

std::unique_ptr<FuzzedProgram> make_fuzzed_mailbox() { return std::make_unique<FuzzedMailbox>(); }

}  // namespace baton::explorer
