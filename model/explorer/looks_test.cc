// What a pause waits for, of what its thread looked at: with waits inside of waits, merged and forgotten
// looks.
#include "model/explorer/looks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>

namespace baton::explorer {
namespace {

class LooksTest : public ::testing::Test {
 protected:
  // Objects are told apart, and not looked into.
  Object* object(char name) { return reinterpret_cast<Object*>(&objects_[static_cast<unsigned char>(name)]); }
  void look(char name, std::uint32_t version) { looks_.note(object(name), version, false); }
  void make(char name, std::uint32_t version) { looks_.note(object(name), version, true); }

  // "x0 y3": the pause ends with a change of x since version 0, or of y since 3.
  std::string watched(Looks::Wait wait) {
    std::string text;
    const bool any = looks_.watch(wait);
    EXPECT_EQ(any, !looks_.watched().empty());
    for (const Looks::Watched& watched : looks_.watched()) {
      text += text.empty() ? "" : " ";
      for (char name = 'a'; name <= 'z'; ++name) {
        if (object(name) == watched.object) text += name;
      }
      text += std::to_string(watched.version);
    }
    return text;
  }

  Looks looks_;

 private:
  std::array<char, 128> objects_{};
};

TEST_F(LooksTest, APauseWaitsForTheFirstLooksSinceTheLastOfItsWait) {
  look('w', 0);
  const Looks::Wait wait = looks_.begin();
  look('x', 0);
  look('x', 1);
  EXPECT_EQ(watched(wait), "x0");
  looks_.look_again(wait);
  EXPECT_EQ(watched(wait), "");
  look('y', 2);
  EXPECT_EQ(watched(wait), "y2");
}

TEST_F(LooksTest, WhatTheThreadMadeIsNoNews) {
  const Looks::Wait wait = looks_.begin();
  make('w', 1);
  look('x', 0);
  make('x', 4);
  EXPECT_EQ(watched(wait), "x4");
}

TEST_F(LooksTest, AWaitInsideThatPausesLeavesTheOtherItsLooks) {
  const Looks::Wait outer = looks_.begin();
  look('x', 0);
  const Looks::Wait inner = looks_.begin();
  look('y', 0);
  EXPECT_EQ(watched(inner), "y0");
  looks_.look_again(inner);
  look('y', 1);
  EXPECT_EQ(watched(inner), "y1");
  looks_.end(inner);
  EXPECT_EQ(watched(outer), "x0 y0");
  looks_.look_again(outer);
  EXPECT_EQ(watched(outer), "");
}

TEST_F(LooksTest, WaitsInTurnsHaveEachItsOwnLooks) {
  const Looks::Wait one = looks_.begin();
  const Looks::Wait other = looks_.begin();
  look('x', 0);
  looks_.look_again(one);
  look('y', 0);
  EXPECT_EQ(watched(one), "y0");
  EXPECT_EQ(watched(other), "x0 y0");
  looks_.look_again(other);
  look('z', 0);
  EXPECT_EQ(watched(one), "y0 z0");
  EXPECT_EQ(watched(other), "z0");
}

TEST_F(LooksTest, AWaitThatLookedAtNothingHasAllSinceAnyPause) {
  look('w', 0);
  const Looks::Wait outer = looks_.begin();
  look('x', 0);
  looks_.look_again(outer);
  look('y', 0);
  EXPECT_EQ(watched(looks_.begin()), "y0");
  EXPECT_EQ(watched(Looks::kNoWait), "y0");
}

TEST_F(LooksTest, ManyLooksAreMergedWaitByWait) {
  for (int i = 0; i < 3; ++i) look('w', 0);
  const Looks::Wait outer = looks_.begin();
  for (int i = 0; i < 3; ++i) look('x', 0);
  const Looks::Wait inner = looks_.begin();
  for (unsigned i = 1; i <= 1000; ++i) look(i % 2 == 0 ? 'x' : 'y', i);
  EXPECT_EQ(watched(inner), "y1 x2");
  EXPECT_EQ(watched(outer), "x0 y1");
  EXPECT_EQ(watched(Looks::kNoWait), "w0 x0 y1");
}

TEST_F(LooksTest, NobodyWaitsForAnObjectThatIsGone) {
  look('w', 0);
  look('g', 0);
  look('x', 0);
  const Looks::Wait wait = looks_.begin();
  look('g', 1);
  look('y', 0);
  EXPECT_EQ(watched(wait), "g1 y0");
  looks_.forget(object('g'));
  EXPECT_THAT(looks_.watched(), ::testing::SizeIs(1));
  EXPECT_EQ(watched(wait), "y0");
  EXPECT_EQ(watched(Looks::kNoWait), "w0 x0 y0");
}

}  // namespace
}  // namespace baton::explorer
