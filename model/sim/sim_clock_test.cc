// Virtual time: it passes with what is done, leaps when nothing can be, and never runs ahead of a deadline.
#include "model/sim/sim_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "model/sim/test_machine.h"

namespace baton::sim {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr std::uint64_t kMs = 1'000'000;

TEST(SimClock, ASleepLeapsToItsEndWhenNobodyCanRun) {
  TestMachine machine;
  EXPECT_EQ(machine.run([](SimPlatform& sim) {
    const std::uint64_t before = sim.clock.monotonic_ns();
    sim.clock.sleep_us(3'600'000'000);
    const std::uint64_t slept = sim.clock.monotonic_ns() - before;
    EXPECT_GE(slept, 3'600'000 * kMs);
    EXPECT_LT(slept, 3'600'000 * kMs + kMs);
  }),
            "");
}

TEST(SimClock, SleepersWakeInTheOrderOfTheirDeadlines) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::vector<int> woken;
    const auto sleeper = [&woken](int ms) {
      return [&woken, ms](SimPlatform& sim) {
        const std::uint64_t before = sim.clock.monotonic_ns();
        wait_ms(sim, static_cast<std::uint64_t>(ms));
        EXPECT_GE(sim.clock.monotonic_ns() - before, static_cast<std::uint64_t>(ms) * kMs);
        woken.push_back(ms);
      };
    };
    TestMachine machine(seed);
    EXPECT_EQ(machine.run({sleeper(30), sleeper(10), sleeper(20)}), "");
    EXPECT_THAT(woken, ElementsAre(10, 20, 30));
  }
}

TEST(SimClock, WhileSomebodyRunsTimePassesByTheStepAlone) {
  TestMachine machine;
  machine.kernel.step_ns = 100;
  EXPECT_EQ(machine.run([](SimPlatform& sim) {
    sim.kernel.at(sim.kernel.now_ns() + 1000 * kMs, [] {});  // far ahead, and nobody is idle
    const std::uint64_t before = sim.clock.monotonic_ns();
    for (int i = 0; i < 10; ++i) sim.kernel.call("call");
    EXPECT_EQ(sim.clock.monotonic_ns() - before, 1000u);
    EXPECT_EQ(sim.clock.monotonic_ns(), sim.clock.monotonic_ns()) << "looking takes no time";
  }),
            "");
}

TEST(SimClock, TheWallClockStepsWhileTheMonotonicOneDoesNot) {
  TestMachine machine;
  EXPECT_EQ(machine.run([](SimPlatform& sim) {
    EXPECT_LT(std::abs(sim.clock.wall_us() - SimClock::kStartMs * 1000), 1000);
    const std::uint64_t monotonic = sim.clock.monotonic_ns();
    const std::int64_t wall = sim.clock.wall_us();
    sim.clock.step_wall(-60'000'000);
    EXPECT_EQ(sim.clock.wall_us(), wall - 60'000'000);
    EXPECT_EQ(sim.clock.monotonic_ns(), monotonic);
    sim.clock.step_wall(+60'000'000);
    wait_ms(sim, 5);
    EXPECT_EQ(sim.clock.wall_us() - wall,
              static_cast<std::int64_t>(sim.clock.monotonic_ns() / 1000 - monotonic / 1000));
  }),
            "");
}

TEST(SimClock, AStandstillLetsSleepersWakeLateNotEarly) {
  TestMachine machine;
  machine.strike(Fault::clock_jump);
  EXPECT_EQ(machine.run([](SimPlatform& sim) {
    const std::uint64_t before = sim.clock.monotonic_ns();
    sim.kernel.call("call");
    const std::uint64_t stood = sim.clock.monotonic_ns() - before;
    EXPECT_GE(stood, kMs);
    EXPECT_LT(stood, 402 * kMs);
    const std::uint64_t deadline = sim.clock.monotonic_ns() + 500 * kMs;
    wait_ms(sim, 500);
    EXPECT_GE(sim.clock.monotonic_ns(), deadline);
  }),
            "");
}

TEST(Kernel, EventsRunInTheOrderOfTimeAndThenOfAsking) {
  TestMachine machine;
  std::vector<int> ran;
  EXPECT_EQ(machine.run([&ran](SimPlatform& sim) {
    const std::uint64_t now = sim.kernel.now_ns();
    sim.kernel.at(now + 2 * kMs, [&ran] { ran.push_back(3); });
    sim.kernel.at(now + kMs, [&ran] { ran.push_back(1); });
    sim.kernel.at(now + kMs, [&ran] { ran.push_back(2); });
    EXPECT_THAT(ran, ElementsAre());
    wait_ms(sim, 5);
    EXPECT_THAT(ran, ElementsAre(1, 2, 3));
  }),
            "");
}

TEST(Kernel, WhoSleepsForEverWithNothingToComeIsADeadlock) {
  struct Never final : Waiting {
    [[nodiscard]] bool woken() const override { return false; }
  };
  TestMachine machine;
  const auto forever = [](SimPlatform& sim) {
    Never never;
    sim.kernel.block(never, Kernel::kForever);
  };
  EXPECT_THAT(machine.run(forever), StartsWith("deadlock"));
}

TEST(Kernel, ALeapOfMoreThanItsPatienceIsQuestioned) {
  TestMachine machine;
  int asked = 0;
  const auto body = [&asked](SimPlatform& sim) {
    sim.kernel.set_patience(20 * kMs, [&asked] { return std::string(++asked > 1 ? "somebody waits" : ""); });
    wait_ms(sim, 19);
    EXPECT_EQ(asked, 0);
    wait_ms(sim, 30);
    EXPECT_EQ(asked, 1);
    wait_ms(sim, 30);
    ADD_FAILURE() << "the run went on";
  };
  EXPECT_EQ(machine.run(body), "somebody waits");
}

}  // namespace
}  // namespace baton::sim
