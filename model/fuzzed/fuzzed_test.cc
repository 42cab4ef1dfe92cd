// Programs made of bytes: what they decode, and how a failure of theirs is made small and replays.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "model/explorer/fuzzed_replay.h"
#include "model/explorer/sampling.h"
#include "model/fuzzed/handoff.h"
#include "model/fuzzed/mailbox.h"
#include "model/fuzzed/pause_gate.h"
#include "model/fuzzed/targets.h"
#include "model/scripted_model.h"

namespace baton::explorer {
namespace {

using Input = std::array<std::uint8_t, 160>;

Input random_input(Random& random) {
  Input bytes;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
  return bytes;
}

FuzzedProgram::Bytes recoded(FuzzedProgram& program, std::span<const std::uint8_t> bytes) {
  FuzzedBytes taken(bytes);
  (void)program.decode(taken);
  return program.encoded();
}

// Who waits in a deadlock is another matter in a smaller program.
std::string kind_of(const Failure& failure) {
  return failure.what.starts_with("deadlock") ? "deadlock" : failure.what;
}

std::string name_of_target(const testing::TestParamInfo<FuzzedTarget>& target) { return target.param.name; }

class FuzzedTargetTest : public testing::TestWithParam<FuzzedTarget> {
 protected:
  std::unique_ptr<FuzzedProgram> program_ = GetParam().make();
  Random random_{1};

  // The first of the random inputs that fails, or what the last did.
  FuzzedFailure find(unsigned inputs, Input& bytes) {
    FuzzedFailure found;
    for (unsigned i = 0; i < inputs && !found.report.failed; ++i)
      found = run(*program_, bytes = random_input(random_));
    return found;
  }
};

TEST_P(FuzzedTargetTest, WhatIsDecodedHasBytesThatDecodeToTheSame) {
  for (int i = 0; i < 2'000; ++i) {
    const FuzzedProgram::Bytes bytes = recoded(*program_, random_input(random_));
    const std::string text = program_->text();
    FuzzedBytes taken(bytes);
    (void)program_->decode(taken);
    EXPECT_TRUE(taken.rest().empty());
    EXPECT_EQ(program_->encoded(), bytes);
    EXPECT_EQ(program_->text(), text);
  }
}

TEST_P(FuzzedTargetTest, WhatIsSimplerIsSomethingElseUntilNothingIsLeft) {
  std::size_t longest = 0;
  for (int i = 0; i < 100; ++i) {
    FuzzedProgram::Bytes bytes = recoded(*program_, random_input(random_));
    std::size_t steps = 0;
    for (std::vector<FuzzedProgram::Bytes> all = program_->simpler(); !all.empty();
         all = program_->simpler()) {
      ASSERT_LT(++steps, 100u);
      const FuzzedProgram::Bytes less =
          recoded(*program_, all[random_.below(static_cast<unsigned>(all.size()))]);
      ASSERT_NE(less, bytes);
      ASSERT_LE(less.size(), bytes.size());
      bytes = less;
    }
    longest = std::max(longest, steps);
  }
  EXPECT_GT(longest, 2u);
}

TEST_P(FuzzedTargetTest, HoldsWithoutADefect) {
  Input bytes;
  const FuzzedFailure found = find(500, bytes);
  EXPECT_FALSE(found.report.failed) << found.report.failure.what << "\n" << program_->text();
}

INSTANTIATE_TEST_SUITE_P(Each, FuzzedTargetTest,
                         testing::ValuesIn(fuzzed_targets().begin(), fuzzed_targets().end()), name_of_target);

// Those whose operations are generated.
class FuzzedOperationsTest : public FuzzedTargetTest {};

TEST_P(FuzzedOperationsTest, AFailureIsMadeSmallAndReplaysFromItsTexts) {
  std::size_t before = 0, after = 0;
  const std::span<const char* const> defects = program_->defects();
  for (std::size_t defect = 0; defect < defects.size(); ++defect) {
    SCOPED_TRACE(defects[defect]);
    program_->seed(static_cast<int>(defect));
    Input bytes;
    const FuzzedFailure found = find(20'000, bytes);
    ASSERT_TRUE(found.report.failed);
    EXPECT_EQ(text_of(run(*program_, bytes).report.schedule), text_of(found.report.schedule));

    const FuzzedFailure small = shrink(*program_, found, 20'000);
    EXPECT_EQ(kind_of(small.report.failure), kind_of(found.report.failure));
    EXPECT_LE(small.program.size(), found.program.size());
    EXPECT_LE(small.report.preemptions, found.report.preemptions);
    EXPECT_EQ(program_->encoded(), small.program);
    before += found.program.size();
    after += small.program.size();

    const std::unique_ptr<FuzzedProgram> again = GetParam().make();
    again->seed(static_cast<int>(defect));
    EXPECT_EQ(recoded(*again, small.program), small.program);
    Schedule schedule;
    ASSERT_EQ(parse(text_of(small.report.schedule), schedule), "");
    const Replayed replayed = replay(*again, schedule);
    EXPECT_EQ(replayed.error, "");
    EXPECT_EQ(replayed.trace.failure, small.report.failure.what);
  }
  EXPECT_LT(after, before * 2 / 3);
}

INSTANTIATE_TEST_SUITE_P(Each, FuzzedOperationsTest,
                         testing::Values(FuzzedTarget{"mailbox", make_fuzzed_mailbox},
                                         FuzzedTarget{"pause_gate", make_fuzzed_pause_gate}),
                         name_of_target);

// What a lost flush needs is known: one pause, mail planted in it, and its end.
TEST(FuzzedPauseGateTest, OfManyOperationsThoseThatTheFailureNeedsAreLeft) {
  const std::unique_ptr<FuzzedProgram> program = make_fuzzed_pause_gate();
  const std::span<const char* const> defects = program->defects();
  for (std::size_t i = 0; i < defects.size(); ++i)
    if (std::string(defects[i]) == "no flush after the resume") program->seed(static_cast<int>(i));
  using Do = model::Step::Do;
  FuzzedProgram::Bytes bytes = {0, 3, 12};
  for (const Do what : {Do::kSend, Do::kFlush, Do::kCollect, Do::kSend, Do::kKill, Do::kRequest,
                        Do::kWaitPaused, Do::kTouch, Do::kPlant, Do::kResume, Do::kFlush, Do::kCollect})
    bytes.push_back(static_cast<std::uint8_t>(what));
  const std::size_t operations = bytes.size();
  Random random(1);
  FuzzedFailure found;
  for (int i = 0; i < 1'000 && !found.report.failed; ++i) {
    bytes.resize(operations);
    for (const std::uint8_t byte : random_input(random)) bytes.push_back(byte);
    found = run(*program, bytes);
  }
  ASSERT_TRUE(found.report.failed);
  const FuzzedFailure small = shrink(*program, found);
  const FuzzedProgram::Bytes least = {0,
                                      0,
                                      3,
                                      static_cast<std::uint8_t>(Do::kRequest),
                                      static_cast<std::uint8_t>(Do::kWaitPaused),
                                      static_cast<std::uint8_t>(Do::kPlant)};
  EXPECT_EQ(small.program, least) << program->text();
  EXPECT_EQ(small.report.preemptions, 0u);
}

TEST(FuzzedHandoffTest, ASeededDefectPinsItsScenarioAndReplaysByName) {
  const std::unique_ptr<FuzzedProgram> program = make_fuzzed_handoff();
  const std::span<const char* const> defects = program->defects();
  const int last = static_cast<int>(defects.size()) - 1;
  program->seed(last);
  const FuzzedProgram::Bytes any = {3, 1};
  EXPECT_NE(recoded(*program, any)[0], 3);
  const std::string named = program->named();
  const std::string scenario = named.substr(named.find("--scenario ") + 11, named.find(" --defect") - 12);
  EXPECT_EQ(scenario + ": " + named.substr(named.find('\'') + 1, named.size() - named.find('\'') - 2),
            defects.back());
}

}  // namespace
}  // namespace baton::explorer
