// Properties of the hand-off under the explorer: generated commands of the executor, a random schedule for
// each case, and a sequential reference that says what must come of them (model/scripted_model.h).
//
// What rapidcheck shrinks is the commands and the seed of the schedule; a failure prints both, the engine's
// failure and the schedule. queue_properties_test.cc has the same primitives in one thread.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include <memory>
#include <ostream>
#include <string>

#include "model/explorer/sampling.h"
#include "model/explorer/schedule.h"
#include "model/explorer/scripted_program.h"

namespace baton::model {
namespace {

using explorer::Engine;

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

  // What fails under the schedule of that seed, or nothing.
  std::string failure_of(const Script& script, bool list, const explorer::MachineOptions& machine,
                         std::uint64_t seed) {
    explorer::ScriptedProgram program(script);
    program.set_list(list);
    Engine engine(machine);
    explorer::RandomWalk walk(seed, 1);
    engine.run(program, walk);
    if (!engine.failed()) return {};
    return engine.failure().what + ", schedule " + explorer::text_of(explorer::schedule_of(engine));
  }

 private:
  Tally tally_;
};

std::string generated_failure() {
  Reference start;
  start.ios = *rc::gen::inRange<std::size_t>(1, kScriptedIosMax + 1);
  Script script;
  script.ios = start.ios;
  script.batch = *rc::gen::inRange(1U, 4U);
  const bool list = *rc::gen::arbitrary<bool>();
  explorer::MachineOptions machine;
  machine.stale = *rc::gen::inRange(0U, 4U);
  machine.spurious = *rc::gen::inRange(0U, 2U);
  machine.bell_orders = *rc::gen::arbitrary<bool>();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  rc::state::check(start, script, rc::state::gen::execOneOfWithArgs<Command>());
  Harness harness;
  return harness.failure_of(script, list, machine, seed);
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
      Harness harness;
      Run::current().defect = static_cast<int>(seeded);
      found = !harness.failure_of(script, false, {}, random.next()).empty();
    }
    EXPECT_TRUE(found) << kScriptedDefects[seeded];
  }
}

}  // namespace
}  // namespace baton::model
