#include "server/main/expire_cycle.h"

#include <gtest/gtest.h>

#include <string>

namespace baton {
namespace {

// Each look at it takes a tenth of a millisecond.
class SteppingClock final : public Clock {
 public:
  std::uint64_t monotonic_ns() override { return now_ += 100'000; }
  std::int64_t wall_us() override { return 0; }
  void sleep_us(std::uint64_t) override {}

 private:
  std::uint64_t now_ = 0;
};

class ExpireCycleTest : public testing::Test {
 protected:
  void fill(unsigned db, int keys) {
    keyspace_.set_now_ms(0);
    for (int i = 0; i < keys; ++i) {
      const std::string name = "key:" + std::to_string(i);
      const Key key = keyspace_.hasher().key(name);
      Database& in = shards_.database(db);
      in.set_expiry(in.assign_string(key, "v"), 10);
    }
    keyspace_.set_now_ms(11);
  }
  SteppingClock clock_;
  Keyspace keyspace_{{.databases = 4}};
  AllShards shards_ = keyspace_.lease_all();
  ExpireCycle cycle_{clock_, shards_};
};

TEST(ExpireShare, GrowsWithTheEffort) {
  EXPECT_EQ(expire_share_ns(1, 10), 5'000'000);
  EXPECT_EQ(expire_share_ns(10, 10), 50'000'000);
  EXPECT_EQ(expire_share_ns(1, 100), 500'000);
}

TEST_F(ExpireCycleTest, EndsWhenNothingIsDue) {
  EXPECT_FALSE(cycle_.runs());
  fill(0, 100);
  fill(3, 100);
  cycle_.begin(5'000'000);
  EXPECT_TRUE(cycle_.runs());
  cycle_.run_slice();
  EXPECT_FALSE(cycle_.runs());
  EXPECT_EQ(shards_.database(0).size() + shards_.database(3).size(), 0u);
}

TEST_F(ExpireCycleTest, ASliceAndACycleAreBounded) {
  fill(0, 20'000);
  cycle_.begin(3'500'000);
  std::int64_t total = 0;
  int slices = 0;
  for (; cycle_.runs(); ++slices) {
    const std::int64_t took = cycle_.run_slice();
    EXPECT_LE(took, ExpireCycle::kSliceNs + 200'000);
    total += took;
  }
  EXPECT_GE(slices, 3);
  EXPECT_LE(total, 3'700'000);
  const std::size_t left = shards_.database(0).size();
  EXPECT_GT(left, 0u);
  EXPECT_LT(left, 20'000u);
}

TEST_F(ExpireCycleTest, MoreEffortRemovesMore) {
  const auto removed = [&](std::int64_t effort) {
    fill(1, 20'000);
    cycle_.begin(expire_share_ns(effort, 10));
    while (cycle_.runs()) cycle_.run_slice();
    return 20'000 - shards_.database(1).size();
  };
  const std::size_t little = removed(1);
  EXPECT_GT(removed(5), little * 3);
}

TEST_F(ExpireCycleTest, ADatabaseThatIsAlwaysDueStarvesNoOther) {
  fill(0, 20'000);
  fill(2, 100);
  cycle_.begin(1'000'000);
  while (cycle_.runs()) cycle_.run_slice();
  EXPECT_EQ(shards_.database(2).size(), 0u);
  EXPECT_NE(shards_.database(0).size(), 0u);
}

}  // namespace
}  // namespace baton
