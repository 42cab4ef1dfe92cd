#include "server/exec/release_gate.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace baton {
namespace {

class ReleaseGateTest : public testing::Test {
 protected:
  void hold(std::uint64_t id, ReleaseGate::Position position) {
    sessions.push_back(std::make_unique<Session>(id, nullptr));
    gate.hold(Held<Session>(sessions.back().get()), position);
  }
  void open(ReleaseGate::Position durable) {
    gate.open(durable, [this](Held<Session> session) { left.push_back(session.release()->id); });
  }

  ReleaseGate gate;
  std::vector<std::unique_ptr<Session>> sessions;
  std::vector<std::uint64_t> left;
};

TEST_F(ReleaseGateTest, LetsASessionGoAtOnceWhenNothingWasPromised) {
  hold(1, ReleaseGate::kNothingPromised);
  open(ReleaseGate::kNothingPromised);
  EXPECT_EQ(left, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(gate.held(), 0u);
}

TEST_F(ReleaseGateTest, HoldsAReplyUntilItsPositionIsDurable) {
  hold(1, 10);
  open(9);
  EXPECT_TRUE(left.empty());
  open(10);
  EXPECT_EQ(left, (std::vector<std::uint64_t>{1}));
}

TEST_F(ReleaseGateTest, KeepsTheOrderOfArrival) {
  for (std::uint64_t id = 1; id <= 5; ++id) hold(id, id);
  open(3);
  EXPECT_EQ(left, (std::vector<std::uint64_t>{1, 2, 3}));
  open(9);
  EXPECT_EQ(left, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

using ReleaseGateDeathTest = ReleaseGateTest;

TEST_F(ReleaseGateDeathTest, TrapsWhenAPositionGoesBack) {
  hold(1, 10);
  EXPECT_DEATH(hold(2, 9), "positions go forward");
  open(10);
}

}  // namespace
}  // namespace baton
