#include "server/net/timers.h"

#include <gtest/gtest.h>

#include <vector>

namespace baton {
namespace {

TEST(Timers, RunInTheOrderOfTheirTimesAndOnce) {
  Timers timers;
  std::vector<int> ran;
  timers.once(20, [&] { ran.push_back(2); });
  timers.once(10, [&] { ran.push_back(1); });
  EXPECT_EQ(timers.run(9), 0);
  EXPECT_EQ(timers.run(25), 2);
  EXPECT_EQ(timers.run(100), 0);
  EXPECT_EQ(ran, (std::vector<int>{1, 2}));
}

TEST(Timers, ARepeatingOneThatFellBehindRunsOnceAndGoesOnFromNow) {
  Timers timers;
  int ran = 0;
  timers.every(0, 10, [&] { ++ran; });
  EXPECT_EQ(timers.run(1000), 1);
  EXPECT_EQ(timers.run(1009), 0);
  EXPECT_EQ(timers.run(1010), 1);
  EXPECT_EQ(ran, 2);
}

TEST(Timers, ACancelledOneDoesNotRunEvenFromItsOwnCallback) {
  Timers timers;
  int ran = 0;
  Timers::Id id = 0;
  id = timers.every(0, 10, [&] {
    ++ran;
    timers.cancel(id);
  });
  timers.cancel(timers.once(5, [&] { ran += 100; }));
  timers.run(10);
  timers.run(100);
  EXPECT_EQ(ran, 1);
}

TEST(Timers, AChangedIntervalHoldsFromTheNextRun) {
  Timers timers;
  int ran = 0;
  const Timers::Id id = timers.every(0, 10, [&] { ++ran; });
  timers.set_interval(id, 50);
  timers.run(10);
  EXPECT_EQ(timers.run(59), 0);
  EXPECT_EQ(timers.run(60), 1);
  EXPECT_EQ(ran, 2);
}

TEST(Timers, TheTimeoutIsRoundedUpSoThatNobodyWakesTooEarly) {
  Timers timers;
  EXPECT_EQ(timers.timeout_ms(0), -1);
  timers.once(1'500'000, [] {});
  EXPECT_EQ(timers.timeout_ms(0), 2);
  EXPECT_EQ(timers.timeout_ms(1'500'000), 0);
}

}  // namespace
}  // namespace baton
