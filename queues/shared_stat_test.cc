#include "queues/shared_stat.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

enum class Traffic { kReads, kWrites, kClients, kCount };

static_assert(alignof(SharedStat<Traffic>) == 64 && sizeof(SharedStat<Traffic>) == 64, "a line of its own");

TEST(SharedStat, counts_each_field_apart) {
  SharedStat<Traffic> stat;
  EXPECT_EQ(stat.get(Traffic::kReads), 0U);
  stat.add(Traffic::kReads, 2);
  stat.add(Traffic::kReads, 3);
  stat.set(Traffic::kClients, 9);
  EXPECT_EQ(stat.get(Traffic::kReads), 5U);
  EXPECT_EQ(stat.get(Traffic::kWrites), 0U);
  EXPECT_EQ(stat.get(Traffic::kClients), 9U);
}

TEST(SharedStat, a_counter_never_goes_back_for_a_reader) {
  constexpr std::uint64_t kTotal = 200'000;
  SharedStat<Traffic> stat;
  Thread writer("writer", [&] {
    for (std::uint64_t i = 0; i < kTotal; ++i) stat.add(Traffic::kWrites, 1);
  });
  std::uint64_t last = 0;
  while (last < kTotal) {
    const std::uint64_t now = stat.get(Traffic::kWrites);
    ASSERT_GE(now, last);
    last = now;
  }
  writer.join();
  EXPECT_EQ(stat.get(Traffic::kWrites), kTotal);
}

}  // namespace
}  // namespace baton
