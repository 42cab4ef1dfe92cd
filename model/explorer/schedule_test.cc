// Schedules as text: they come back as they were, and what is not one is refused with its reason.
#include "model/explorer/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "model/explorer/sampling.h"
#include "model/explorer/search.h"
#include "model/explorer/test_programs.h"

namespace baton::explorer {
namespace {

using ::testing::HasSubstr;

Schedule parsed(const std::string& text) {
  Schedule schedule;
  EXPECT_EQ(parse(text, schedule), "") << text;
  return schedule;
}

TEST(ScheduleText, ComesBackAsItWas) {
  Random random(1);
  for (int i = 0; i < 1'000; ++i) {
    Schedule schedule;
    schedule.machine.stale = random.below(8);
    schedule.machine.spurious = random.below(10);
    schedule.machine.bell_orders = random.below(2) == 0;
    schedule.machine.cpp11_release_sequences = random.below(2) == 0;
    schedule.trace = static_cast<std::uint32_t>(random.next());
    for (std::uint32_t left = random.below(40); left > 0; --left) {
      schedule.decisions.push_back(static_cast<std::uint8_t>(random.below(36)));
    }
    const std::string text = text_of(schedule);
    const Schedule back = parsed(text);
    ASSERT_EQ(text_of(back), text);
    ASSERT_EQ(back.decisions, schedule.decisions);
    ASSERT_EQ(back.trace, schedule.trace);
    ASSERT_EQ(back.machine.stale, schedule.machine.stale);
    ASSERT_EQ(back.machine.spurious, schedule.machine.spurious);
    ASSERT_EQ(back.machine.bell_orders, schedule.machine.bell_orders);
    ASSERT_EQ(back.machine.cpp11_release_sequences, schedule.machine.cpp11_release_sequences);
  }
}

TEST(ScheduleText, LeavesOutZerosAtTheEnd) {
  Engine engine;
  ProgramOf<Interleaved<3>> program;
  const std::vector<std::uint8_t> decisions = {1, 0, 1};
  Replay replay(decisions);
  engine.run(program, replay);
  EXPECT_GT(engine.decisions().size(), 3U);
  EXPECT_EQ(schedule_of(engine).decisions, decisions);
}

TEST(ScheduleText, ThatIsMalformedIsRefusedWithItsReason) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"", "three parts"},
      {"0110", "three parts"},
      {"s2.0110", "three parts"},
      {"x2.7f3a9c01.0", "'x2' is no machine"},
      {"s.7f3a9c01.0", "'s' is no machine"},
      {"s2c.7f3a9c01.0", "is no machine"},
      {"s8.7f3a9c01.0", "7 stores at most"},
      {".7f3a9c0.0", "'7f3a9c0' is no trace hash"},
      {".7f3a9c012.0", "is no trace hash"},
      {".7f3a9cxy.0", "is no trace hash"},
      {"..0", "is no trace hash"},
      {".7f3a9c01.01!0", "'!' is no decision"},
      {".7f3a9c01.01 ", "' ' is no decision"},
      {".7f3a9c01.0A", "'A' is no decision"},
      {".7f3a9c01.0.1", "'.' is no decision"},
  };
  for (const auto& it : cases) {
    Schedule schedule;
    EXPECT_THAT(parse(it.text, schedule), HasSubstr(it.error)) << it.text;
  }
}

// ---- a schedule that does not fit

template <class World>
Schedule failing_schedule() {
  ProgramOf<World> program;
  const Report report = search(program, {});
  EXPECT_TRUE(report.failed);
  return report.schedule;
}

template <class World>
std::string error_of(const Schedule& schedule) {
  ProgramOf<World> program;
  return replay(program, schedule).error;
}

TEST(ScheduleReplay, OfItsOwnProgramFits) {
  ProgramOf<LostWakeup> program;
  const Replayed again = replay(program, failing_schedule<LostWakeup>());
  EXPECT_EQ(again.error, "");
  EXPECT_TRUE(again.failed);
  EXPECT_THAT(again.trace.failure, HasSubstr("deadlock"));
}

TEST(ScheduleReplay, OfAnotherProgramIsRefused) {
  EXPECT_THAT(error_of<CrossedLocks>(failing_schedule<LostWakeup>()), HasSubstr("another build"));
  EXPECT_THAT(error_of<LostWakeup>(failing_schedule<CrossedLocks>()), HasSubstr("another build"));
}

TEST(ScheduleReplay, WithAnOptionThatDoesNotExistIsRefused) {
  Schedule schedule = failing_schedule<LostWakeup>();
  schedule.decisions.front() = 5;
  EXPECT_THAT(error_of<LostWakeup>(schedule), HasSubstr("decision 1 of the schedule has no option 5"));
}

TEST(ScheduleReplay, WithDecisionsLeftOverIsRefused) {
  Schedule schedule = failing_schedule<LostWakeup>();
  schedule.decisions.resize(40, 0);
  EXPECT_THAT(error_of<LostWakeup>(schedule), HasSubstr("decisions more than this program"));
}

TEST(ScheduleReplay, WithAnotherTraceHashIsRefused) {
  Schedule schedule = failing_schedule<LostWakeup>();
  schedule.trace ^= 1;
  EXPECT_THAT(error_of<LostWakeup>(schedule), HasSubstr("its steps are others"));
}

}  // namespace
}  // namespace baton::explorer
