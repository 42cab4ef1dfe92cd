// The explorer's memory model against C++20: every program of model/litmus.h, exact outcomes both ways.
#include <gtest/gtest.h>

#include <new>
#include <string>

#include "model/explorer/exhaustive.h"
#include "model/explorer/explorer_sync.h"
#include "model/litmus.h"

namespace baton::explorer {
namespace {

using State = model::LitmusState<ExplorerSync>;
using Litmus = model::LitmusProgram<ExplorerSync>;

class Running final : public Program {
 public:
  explicit Running(const Litmus& litmus) : litmus_(litmus) {}
  unsigned threads() const override { return litmus_.threads; }
  void construct() override { state_ = new (room_) State; }
  void thread(unsigned index) override { litmus_.thread(*state_, index); }
  void after() override {
    if (litmus_.after != nullptr) litmus_.after(*state_);
    outcomes.set(model::outcome_of(*state_, litmus_.results));
  }
  void destroy() override { state_->~State(); }

  model::Outcomes outcomes;

 private:
  const Litmus& litmus_;
  alignas(State) std::byte room_[sizeof(State)];
  State* state_ = nullptr;
};

model::Outcomes outcomes_of(const Litmus& litmus, const MachineOptions& machine, Exhaustive::Kind kind) {
  Engine engine(machine);
  Exhaustive exhaustive(kind);
  Running running(litmus);
  do {
    engine.run(running, exhaustive);
    EXPECT_FALSE(engine.failed()) << litmus.name << ": " << engine.failure().what;
  } while (exhaustive.next());
  return running.outcomes;
}

const model::LitmusExpectation& expected_of(const char* name) {
  for (const model::LitmusExpectation& row : model::litmus_table()) {
    if (std::string(row.name) == name) return row;
  }
  ADD_FAILURE() << "no row for " << name;
  static const model::LitmusExpectation kNone{};
  return kNone;
}

TEST(Litmus, EveryRowIsAProgram) {
  const auto programs = model::litmus_programs<ExplorerSync>();
  EXPECT_EQ(programs.size(), model::litmus_table().size());
  EXPECT_GE(programs.size(), 21U);
}

TEST(Litmus, WithStaleReadsShowsWhatTheStandardAllowsButForWhatItIsKnownToMiss) {
  for (const Litmus& litmus : model::litmus_programs<ExplorerSync>()) {
    const model::LitmusExpectation& row = expected_of(litmus.name);
    const model::Outcomes allowed = model::parse_outcomes(row.allowed);
    const model::Outcomes misses = model::parse_outcomes(row.explorer_misses);
    EXPECT_EQ((misses & ~allowed).count(), 0U) << litmus.name << " cannot miss what is not allowed";
    EXPECT_EQ(model::words_of(outcomes_of(litmus, {.stale = 7, .mixed = true}, Exhaustive::Kind::kDpor),
                              litmus.results),
              model::words_of((allowed & ~misses) | model::parse_outcomes(row.explorer_adds), litmus.results))
        << litmus.name;
  }
}

TEST(Litmus, WithoutMixedAccessesZ6ULosesAnOutcomeAndNothingElseDoes) {
  for (const Litmus& litmus : model::litmus_programs<ExplorerSync>()) {
    model::Outcomes with = outcomes_of(litmus, {.stale = 7, .mixed = true}, Exhaustive::Kind::kDpor);
    if (std::string(litmus.name) == "Z6.U") with &= ~model::parse_outcomes("130");
    EXPECT_EQ(model::words_of(outcomes_of(litmus, {.stale = 7}, Exhaustive::Kind::kDpor), litmus.results),
              model::words_of(with, litmus.results))
        << litmus.name;
  }
}

TEST(Litmus, ReductionAndPlainSearchAgree) {
  for (const Litmus& litmus : model::litmus_programs<ExplorerSync>()) {
    if (litmus.threads > 3) continue;  // the plain search of IRIW takes minutes
    for (const unsigned stale : {0U, 1U, 7U}) {
      EXPECT_EQ(
          model::words_of(outcomes_of(litmus, {.stale = stale}, Exhaustive::Kind::kDpor), litmus.results),
          model::words_of(outcomes_of(litmus, {.stale = stale}, Exhaustive::Kind::kSleep), litmus.results))
          << litmus.name << " with " << stale << " stale reads";
    }
  }
}

TEST(Litmus, WithoutStaleReadsShowsSequentialConsistency) {
  for (const Litmus& litmus : model::litmus_programs<ExplorerSync>()) {
    const model::LitmusExpectation& row = expected_of(litmus.name);
    EXPECT_EQ(model::words_of(outcomes_of(litmus, {}, Exhaustive::Kind::kDpor), litmus.results),
              model::words_of(model::parse_outcomes(row.sequential), litmus.results))
        << litmus.name;
  }
}

TEST(Litmus, ReleaseSequencesOfCpp11IncludeLaterStoresOfTheThread) {
  for (const Litmus& litmus : model::litmus_programs<ExplorerSync>()) {
    if (std::string(litmus.name) != "release sequence and a later store") continue;
    const MachineOptions cpp11{.stale = 7, .cpp11_release_sequences = true};
    EXPECT_EQ(model::words_of(outcomes_of(litmus, cpp11, Exhaustive::Kind::kDpor), 2), "00 01 11 21");
    return;
  }
  FAIL() << "the program is gone";
}

TEST(Litmus, ABellOrdersMemoryWhenTheMachineSaysSo) {
  for (const Litmus& litmus : model::litmus_programs<ExplorerSync>()) {
    if (std::string(litmus.name) != "MP bell that orders nothing") continue;
    const MachineOptions ordering{.stale = 7, .bell_orders = true};
    EXPECT_EQ(model::words_of(outcomes_of(litmus, ordering, Exhaustive::Kind::kDpor), 1), "1");
    return;
  }
  FAIL() << "the program is gone";
}

}  // namespace
}  // namespace baton::explorer
