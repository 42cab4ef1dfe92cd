#include <gtest/gtest.h>

#include <ctime>
#include <set>

#include "server/platform/real_platform.h"

namespace baton {
namespace {

TEST(Clock, MonotonicTimePassesDuringASleep) {
  RealClock clock;
  const std::uint64_t before = clock.monotonic_ns();
  clock.sleep_us(2000);
  EXPECT_GE(clock.monotonic_ns() - before, 2'000'000u);
}

TEST(Clock, WallTimeIsTheSystemsAndInMicroseconds) {
  RealClock clock;
  const std::int64_t before = std::time(nullptr);
  const std::int64_t us = clock.wall_us();
  EXPECT_GE(us / 1'000'000, before);
  EXPECT_LE(us / 1'000'000, std::time(nullptr));
  EXPECT_GE(clock.wall_ms(), us / 1000);
}

TEST(Random, FillsTheWholeSpanWithDifferentBytesEachTime) {
  RealRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random.next_u64());
  EXPECT_EQ(seen.size(), 100u);

  std::array<std::byte, 4096> bytes{};
  random.fill(bytes);
  std::set<int> tail;
  for (std::size_t i = bytes.size() - 256; i < bytes.size(); ++i) tail.insert(static_cast<int>(bytes[i]));
  EXPECT_GT(tail.size(), 64u);
}

TEST(Threads, RunTheBodyUnderTheirNameUntilJoined) {
  RealThreads threads;
  std::string name(16, '\0');
  const auto thread =
      threads.spawn("io_thd_7", [&] { pthread_getname_np(pthread_self(), name.data(), name.size()); });
  thread->join();
  thread->join();
  EXPECT_STREQ(name.c_str(), "io_thd_7");
}

TEST(Threads, AHandleThatGoesAwayJoins) {
  RealThreads threads;
  bool ran = false;
  {
    const auto thread = threads.spawn("short", [&] { ran = true; });
  }
  EXPECT_TRUE(ran);
}

TEST(Threads, TheCurrentThreadCanBeNamed) {
  RealThreads threads;
  std::string name(16, '\0');
  const auto thread = threads.spawn("before", [&] {
    threads.name_current("after");
    pthread_getname_np(pthread_self(), name.data(), name.size());
  });
  thread->join();
  EXPECT_STREQ(name.c_str(), "after");
}

}  // namespace
}  // namespace baton
