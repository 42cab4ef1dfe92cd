// Properties of the hand-off under the explorer, each case under a random schedule of its own:
//
//   the pause gate   commands of the executor, and a sequential reference that says what must come of them
//                    (model/scripted_model.h)
//   the mailboxes    commands that make up a protocol of sessions: begun late, answered late, killed by
//   either
//                    side, stopped (model/fuzzed/mailbox_protocol.h, which says what must hold)
//   every scenario   which one, and on which machine
//
// What rapidcheck shrinks is the commands and the seed of the schedule; a failure prints both, the engine's
// failure and the schedule. queue_properties_test.cc has the same primitives in one thread.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <ostream>
#include <string>
#include <vector>

#include "model/explorer/explorer_engine.h"
#include "model/explorer/sampling.h"
#include "model/explorer/scenarios.h"
#include "model/explorer/schedule.h"
#include "model/explorer/scripted_program.h"
#include "model/fuzzed/mailbox_protocol.h"

namespace baton::model {
namespace {

using explorer::Engine;
using explorer::MachineOptions;
using explorer::MailboxProtocol;
using explorer::SessionPlan;

// ---- the pause gate

constexpr const char* kNames[] = {"send",        "kill",  "flush", "collect", "sleep",       "request",
                                  "wait paused", "touch", "plant", "resume",  "request all", "resume all"};
static_assert(std::size(kNames) == static_cast<std::size_t>(Step::Do::kCount));

// A command of the executor. It is carried out later, by the engine: the system under test is the script.
class Command final : public rc::state::Command<Reference, Script> {
 public:
  explicit Command(const Reference& reference)
      : step_{static_cast<Step::Do>(*rc::gen::inRange(0, static_cast<int>(Step::Do::kCount))),
              *rc::gen::inRange<std::size_t>(0, reference.ios)} {}

  void checkPreconditions(const Reference& reference) const override { RC_PRE(reference.allows(step_)); }
  void apply(Reference& reference) const override { reference.apply(step_); }
  void run(const Reference&, Script& script) const override { script.steps.push_back(step_); }
  void show(std::ostream& out) const override {
    out << kNames[static_cast<std::size_t>(step_.what)] << ' ' << step_.io;
  }

 private:
  Step step_;
};

class Harness {
 public:
  Harness() {
    Run& run = Run::current();
    run.tally = &tally_;
    run.fail = [](const char* what, const CallSite& site) { Engine::current().fail(what, site); };
  }
  ~Harness() { Run::current() = Run{}; }
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

 private:
  Tally tally_;
};

// What fails under the schedule of that seed, or nothing.
std::string failure_of(explorer::Program& program, const MachineOptions& machine, std::uint64_t seed) {
  Engine engine(machine);
  explorer::RandomWalk walk(seed, 1);
  engine.run(program, walk);
  if (!engine.failed()) return {};
  return engine.failure().what + ", schedule " + explorer::text_of(explorer::schedule_of(engine));
}

MachineOptions generated_machine() {
  MachineOptions machine;
  machine.stale = *rc::gen::inRange(0U, 4U);
  machine.spurious = *rc::gen::inRange(0U, 2U);
  machine.bell_orders = *rc::gen::arbitrary<bool>();
  return machine;
}

std::string generated_failure() {
  Reference start;
  start.ios = *rc::gen::inRange<std::size_t>(1, kScriptedIosMax + 1);
  Script script;
  script.ios = start.ios;
  script.batch = *rc::gen::inRange(1U, 4U);
  const bool list = *rc::gen::arbitrary<bool>();
  const MachineOptions machine = generated_machine();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  rc::state::check(start, script, rc::state::gen::execOneOfWithArgs<Command>());
  const Harness harness;
  explorer::ScriptedProgram program(script);
  program.set_list(list);
  return failure_of(program, machine, seed);
}

RC_GTEST_PROP(HandoffProperty, does_what_its_commands_say_under_any_schedule, ()) {
  const std::string failure = generated_failure();
  if (!failure.empty()) RC_FAIL(failure);
}

// Each defect is met by some script of random commands: the property would go red.
TEST(HandoffPropertyOf, ScriptsWithASeededDefectFails) {
  for (std::size_t seeded = 0; seeded < std::size(kScriptedDefects); ++seeded) {
    explorer::Random random(1);
    bool found = false;
    for (int attempt = 0; attempt < 20'000 && !found; ++attempt) {
      Reference reference;
      Script script;
      reference.ios = script.ios = 1 + random.below(2);
      for (int i = 0; i < 16; ++i) {
        const Step step{static_cast<Step::Do>(random.below(static_cast<std::uint32_t>(Step::Do::kCount))),
                        random.below(static_cast<std::uint32_t>(script.ios))};
        if (!reference.allows(step)) continue;
        reference.apply(step);
        script.steps.push_back(step);
      }
      const Harness harness;
      Run::current().defect = static_cast<int>(seeded);
      explorer::ScriptedProgram program(script);
      found = !failure_of(program, {}, random.next()).empty();
    }
    EXPECT_TRUE(found) << kScriptedDefects[seeded];
  }
}

// ---- the mailboxes

// A protocol while it is made up: each I/O thread has sessions of its own number.
struct Protocol {
  MailboxProtocol mailboxes;
  std::size_t begun[explorer::kMailboxIosMax] = {};
};

// One thing more that happens in a protocol.
struct Event {
  enum class What { kSession, kRound, kBeginsLater, kKilledByClient, kKilledByServer, kAnsweredLate, kStop };
  static constexpr int kCount = static_cast<int>(What::kStop) + 1;
  static constexpr unsigned kNumbers = 3;

  What what = What::kSession;
  std::size_t io = 0;
  std::size_t session = 0;
  unsigned number = 1;  // of a round, of answers: 1 .. kNumbers

  [[nodiscard]] bool fits(const Protocol& protocol) const {
    if (what == What::kStop) return true;
    if (io >= protocol.mailboxes.ios) return false;
    if (what == What::kSession) return protocol.begun[io] < explorer::kMailboxSessionsMax;
    return session < protocol.begun[io];
  }

  void add_to(Protocol& protocol) const {
    MailboxProtocol& mailboxes = protocol.mailboxes;
    SessionPlan& plan = mailboxes.plans[io][session];
    switch (what) {
      case What::kSession:
        mailboxes.sessions = std::max(mailboxes.sessions, ++protocol.begun[io]);
        break;
      case What::kRound:
        plan.rounds = std::min(plan.rounds + 1, static_cast<int>(kNumbers));
        break;
      case What::kBeginsLater:
        plan.begins = std::min(plan.begins + 1, kNumbers);
        break;
      case What::kKilledByClient:
        plan.killed_by_client = static_cast<int>(number);
        break;
      case What::kKilledByServer:
        plan.killed_by_server = static_cast<int>(number);
        break;
      case What::kAnsweredLate:
        plan.late |= 1U << number;
        break;
      case What::kStop:
        mailboxes.stop_after = number;
        break;
    }
  }
};

constexpr const char* kEventNames[] = {
    "a session of",        "a round more of",       "begins a turn later:", "killed at home:",
    "killed by executor:", "answered a turn late:", "the executor stops"};
static_assert(std::size(kEventNames) == Event::kCount);

class EventCommand final : public rc::state::Command<Protocol, Protocol> {
 public:
  explicit EventCommand(const Protocol& protocol)
      : event_{.what = static_cast<Event::What>(*rc::gen::inRange(0, Event::kCount)),
               .io = *rc::gen::inRange<std::size_t>(0, protocol.mailboxes.ios),
               .session = *rc::gen::inRange<std::size_t>(0, explorer::kMailboxSessionsMax),
               .number = *rc::gen::inRange(1U, Event::kNumbers + 1)} {}

  void checkPreconditions(const Protocol& protocol) const override { RC_PRE(event_.fits(protocol)); }
  void apply(Protocol& protocol) const override { event_.add_to(protocol); }
  void run(const Protocol&, Protocol& protocol) const override { event_.add_to(protocol); }
  void show(std::ostream& out) const override {
    out << kEventNames[static_cast<std::size_t>(event_.what)] << " I/O thread " << event_.io << ", session "
        << event_.session << ", number " << event_.number;
  }

 private:
  Event event_;
};

// Protocols as programs of the explorer.
template <class Queue>
class ServedProgram final : public explorer::Program {
 public:
  explicit ServedProgram(const MailboxProtocol& protocol) : protocol_(protocol) {}

  [[nodiscard]] unsigned threads() const override { return static_cast<unsigned>(protocol_.ios) + 1; }
  void construct() override {
    Run::current().deferred.forget();
    new (room_) Served(protocol_);
  }
  void thread(unsigned index) override { served().thread(index); }
  void after() override { served().after(); }
  void destroy() override { served().~Served(); }

 private:
  using Served = explorer::Served<Queue>;
  Served& served() { return *std::launder(reinterpret_cast<Served*>(room_)); }

  const MailboxProtocol& protocol_;
  alignas(Served) std::byte room_[sizeof(Served)];
};

std::string failure_of(const MailboxProtocol& protocol, bool list, const MachineOptions& machine,
                       std::uint64_t seed, int defect = kNoDefect) {
  const Harness harness;
  Run::current().defect = defect;
  if (list) {
    ServedProgram<ListQueue> program(protocol);
    return failure_of(program, machine, seed);
  }
  ServedProgram<RingQueue<2>> program(protocol);
  return failure_of(program, machine, seed);
}

RC_GTEST_PROP(HandoffProperty, mailboxes_keep_every_session_of_any_protocol_under_any_schedule, ()) {
  Protocol start;
  start.mailboxes.ios = *rc::gen::inRange<std::size_t>(1, explorer::kMailboxIosMax + 1);
  start.mailboxes.batch = *rc::gen::inRange<std::size_t>(1, 4);
  start.mailboxes.flush_each = *rc::gen::arbitrary<bool>();
  const bool list = *rc::gen::arbitrary<bool>();
  const MachineOptions machine = generated_machine();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Protocol protocol = start;
  rc::state::check(start, protocol, rc::state::gen::execOneOfWithArgs<EventCommand>());
  const std::string failure = failure_of(protocol.mailboxes, list, machine, seed);
  if (!failure.empty()) RC_FAIL(failure);
}

TEST(HandoffPropertyOf, ProtocolsWithASeededDefectFails) {
  for (std::size_t seeded = 0; seeded < std::size(explorer::kMailboxDefects); ++seeded) {
    explorer::Random random(1);
    bool found = false;
    for (int attempt = 0; attempt < 20'000 && !found; ++attempt) {
      Protocol protocol;
      protocol.mailboxes.ios = 1 + random.below(explorer::kMailboxIosMax);
      protocol.mailboxes.batch = 1 + random.below(3);
      for (int i = 0; i < 16; ++i) {
        const Event event{.what = static_cast<Event::What>(random.below(Event::kCount)),
                          .io = random.below(explorer::kMailboxIosMax),
                          .session = random.below(explorer::kMailboxSessionsMax),
                          .number = 1 + random.below(Event::kNumbers)};
        if (event.fits(protocol)) event.add_to(protocol);
      }
      found =
          !failure_of(protocol.mailboxes, random.below(2) != 0, {}, random.next(), static_cast<int>(seeded))
               .empty();
    }
    EXPECT_TRUE(found) << explorer::kMailboxDefects[seeded];
  }
}

// ---- every scenario

RC_GTEST_PROP(HandoffProperty, every_scenario_holds_on_any_machine_under_any_schedule, ()) {
  const std::vector<Scenario> scenarios = explorer::explorer_scenarios();
  const Scenario& scenario = scenarios[*rc::gen::inRange<std::size_t>(0, scenarios.size())];
  const MachineOptions machine = generated_machine();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  explorer::ScenarioProgram program(scenario.program);
  const std::string failure = failure_of(program, machine, seed);
  if (!failure.empty()) RC_FAIL(std::string(scenario.name) + ": " + failure);
}

TEST(HandoffPropertyOf, ScenariosWithASeededDefectFails) {
  for (const Scenario& scenario : explorer::explorer_scenarios()) {
    bool found = scenario.defects.empty();
    for (std::size_t seeded = 0; seeded < scenario.defects.size() && !found; ++seeded) {
      const Harness harness;
      Run::current().defect = static_cast<int>(seeded);
      explorer::ScenarioProgram program(scenario.program);
      for (std::uint64_t seed = 1; seed <= 2'000 && !found; ++seed)
        found = !failure_of(program, {.stale = 2}, seed).empty();
    }
    EXPECT_TRUE(found) << scenario.name;
  }
}

}  // namespace
}  // namespace baton::model
