// Stacks of our own: switching, abandoning, exceptions, the guard page.
#include "model/explorer/fiber.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "model/explorer/engine.h"
#include "model/explorer/fault_guard.h"
#include "model/explorer/sampling.h"
#include "model/explorer/test_programs.h"

namespace baton::explorer {
namespace {

constexpr std::size_t kStack = 256 * 1024;

// Where entries, which take no arguments, find their test.
struct Stage {
  Fiber outside;
  Fiber first{kStack}, second{kStack};
  std::string said;
};
Stage* stage = nullptr;

class FiberTest : public ::testing::Test {
 protected:
  FiberTest() { stage = &stage_; }
  ~FiberTest() override { stage = nullptr; }
  void enter(Fiber& fiber) { Fiber::switch_to(stage_.outside, fiber); }

  Stage stage_;
};

TEST_F(FiberTest, GoesOnWhereItSwitchedAway) {
  stage_.first.start([] {
    for (char letter = 'a';; ++letter) {
      stage->said += letter;
      Fiber::switch_to(stage->first, stage->outside);
    }
  });
  for (int i = 0; i < 3; ++i) {
    enter(stage_.first);
    stage_.said += '|';
  }
  EXPECT_EQ(stage_.said, "a|b|c|");
}

TEST_F(FiberTest, SwitchesToAnotherFiberDirectly) {
  stage_.first.start([] {
    stage->said += '1';
    Fiber::switch_to(stage->first, stage->second);
    stage->said += '3';
    Fiber::leave_to(stage->outside);
  });
  stage_.second.start([] {
    stage->said += '2';
    Fiber::leave_to(stage->first);
  });
  enter(stage_.first);
  EXPECT_EQ(stage_.said, "123");
}

// Nothing on an abandoned stack is unwound, and the stack serves again, however deep it was: ten thousand
// times, so that whatever a sanitizer keeps for each stack would show.
TEST_F(FiberTest, IsAbandonedAndStartedAnewAtAnyDepth) {
  static int unwound = 0;
  struct Guard {
    ~Guard() { ++unwound; }
  };
  static auto descend = [](auto&& self, int depth) -> int {
    std::array<volatile char, 200> room{};
    room[static_cast<std::size_t>(depth) % room.size()] = 1;
    Guard guard;
    if (depth == 0) Fiber::switch_to(stage->first, stage->outside);
    return depth == 0 ? 0 : self(self, depth - 1) + room[0];
  };
  static int depth = 0;
  for (int i = 0; i < 10'000; ++i) {
    depth = i % 50;
    stage_.first.start([] {
      descend(descend, depth);
      Fiber::leave_to(stage->outside);
    });
    enter(stage_.first);
  }
  EXPECT_EQ(unwound, 0);
}

TEST_F(FiberTest, CatchesWhatIsThrownInside) {
  stage_.first.start([] {
    try {
      auto thrower = [](const std::string& what) { throw std::runtime_error(what); };
      Fiber::switch_to(stage->first, stage->outside);
      thrower("inside");
    } catch (const std::exception& error) {
      stage->said = error.what();
    }
    Fiber::leave_to(stage->outside);
  });
  enter(stage_.first);
  EXPECT_EQ(stage_.said, "");
  try {
    throw 1;  // one outside, while the fiber is in its own block
  } catch (int) {
  }
  enter(stage_.first);
  EXPECT_EQ(stage_.said, "inside");
}

TEST_F(FiberTest, KeepsTheRegistersAndTheFloatingPointOfEach) {
  stage_.first.start([] {
    double sum = 0.5;
    long product = 1;
    for (int i = 1; i <= 5; ++i) {
      sum += i;
      product *= i;
      Fiber::switch_to(stage->first, stage->outside);
    }
    stage->said = std::to_string(sum) + " " + std::to_string(product);
    Fiber::leave_to(stage->outside);
  });
  double mine = 1;
  for (int i = 0; i < 6; ++i) {
    enter(stage_.first);
    mine *= 1.5;
  }
  EXPECT_EQ(stage_.said, "15.500000 120");
  EXPECT_DOUBLE_EQ(mine, 11.390625);
}

// ---- the guard page, as the engine meets it

int recurse(int left) {
  std::array<volatile char, 400> room{};
  room[static_cast<std::size_t>(left) % room.size()] = static_cast<char>(left);
  return left == 0 ? 0 : recurse(left - 1) + room[1];
}

template <int Depth>
struct Recursive {
  static constexpr unsigned kThreads = 1;
  void thread(unsigned) { recurse(Depth); }
  void after() {}
};

TEST(FiberStack, HoldsADeepRecursion) {
  Engine engine;
  ProgramOf<Recursive<200>> program;
  RandomWalk walk(1, 1);
  engine.run(program, walk);
  EXPECT_FALSE(engine.failed()) << engine.failure().what;
}

TEST(FiberStack, OverflowIsAFailureOfTheExecution) {
  Engine engine;
  install_fault_guard();
  ProgramOf<Recursive<1'000'000>> program;
  RandomWalk walk(1, 1);
  if (!kFaultsAreFailures) {
    EXPECT_DEATH(engine.run(program, walk), "AddressSanitizer");
    return;
  }
  for (int i = 0; i < 3; ++i) {
    engine.run(program, walk);
    ASSERT_TRUE(engine.failed());
    EXPECT_EQ(engine.failure().what, "a fault of the machine: a wild pointer");
    EXPECT_EQ(engine.failure().thread, 0);
  }
}

}  // namespace
}  // namespace baton::explorer
