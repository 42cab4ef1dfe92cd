#include "queues/spsc_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

namespace baton {
namespace {

// The indexes wrap after two values.
constexpr std::uint32_t kNearTheEnd = ~0U - 1;

static_assert(sizeof(SpscRing<long, 1024>) == 2 * 64 + 1024 * sizeof(long),
              "a cache line a writer, and the slots");

TEST(SpscRing, is_empty_at_first) {
  SpscRing<int, 2> ring;
  EXPECT_EQ(ring.try_pop(), std::nullopt);
  EXPECT_EQ(ring.size_guess(), 0U);
  EXPECT_EQ(ring.room(), 2U);
}

TEST(SpscRing, refuses_exactly_when_full) {
  SpscRing<int, 2> ring;
  EXPECT_TRUE(ring.try_push(1));
  EXPECT_TRUE(ring.try_push(2));
  EXPECT_FALSE(ring.try_push(3));
  EXPECT_EQ(ring.size_guess(), 2U);
  EXPECT_EQ(ring.try_pop(), 1);
  EXPECT_TRUE(ring.try_push(3));
  EXPECT_FALSE(ring.try_push(4));
  EXPECT_EQ(ring.try_pop(), 2);
  EXPECT_EQ(ring.try_pop(), 3);
  EXPECT_EQ(ring.try_pop(), std::nullopt);
}

TEST(SpscRing, keeps_order_while_its_slots_and_its_indexes_wrap) {
  SpscRing<int, 2> ring(kNearTheEnd);
  int pushed = 0;
  int popped = 0;
  for (int round = 0; round < 6; ++round) {
    while (ring.try_push(pushed)) ++pushed;
    EXPECT_EQ(ring.size_guess(), 2U);
    while (auto value = ring.try_pop()) EXPECT_EQ(*value, popped++);
    EXPECT_EQ(ring.size_guess(), 0U);
  }
  EXPECT_EQ(pushed, 12);
  EXPECT_EQ(popped, 12);
}

TEST(SpscRing, pushes_of_a_batch_what_fits) {
  SpscRing<int, 4> ring(kNearTheEnd);
  const std::array<int, 3> values{1, 2, 3};
  EXPECT_EQ(ring.try_push_batch(values), 3U);
  EXPECT_EQ(ring.room(), 1U);
  EXPECT_EQ(ring.try_push_batch(values), 1U);
  EXPECT_EQ(ring.try_push_batch(values), 0U);
  EXPECT_EQ(ring.try_push_batch({}), 0U);
  std::array<int, 8> out{};
  EXPECT_EQ(ring.try_pop_batch(out), 4U);
  EXPECT_EQ((std::vector<int>(out.begin(), out.begin() + 4)), (std::vector{1, 2, 3, 1}));
}

TEST(SpscRing, pops_of_a_batch_what_is_there) {
  SpscRing<int, 4> ring(kNearTheEnd);
  std::array<int, 2> out{};
  EXPECT_EQ(ring.try_pop_batch(out), 0U);
  for (int value : {1, 2, 3}) EXPECT_TRUE(ring.try_push(value));
  EXPECT_EQ(ring.try_pop_batch({}), 0U);
  EXPECT_EQ(ring.try_pop_batch(out), 2U);
  EXPECT_EQ(out, (std::array{1, 2}));
  EXPECT_EQ(ring.try_pop_batch(out), 1U);
  EXPECT_EQ(out[0], 3);
}

TEST(SpscRing, room_is_a_promise_that_pushes_keep) {
  SpscRing<int, 4> ring;
  EXPECT_EQ(ring.room(), 4U);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.try_push(i));
  EXPECT_EQ(ring.room(), 0U);
  EXPECT_EQ(ring.try_pop(), 0);
  EXPECT_EQ(ring.try_pop(), 1);
  EXPECT_EQ(ring.room(), 2U);
  EXPECT_TRUE(ring.try_push(4));
  EXPECT_TRUE(ring.try_push(5));
}

// One thread pushes, the other pops; singly and in batches by turns.
template <std::uint32_t Capacity>
void hand_over(std::uint64_t count) {
  SpscRing<std::uint64_t, Capacity> ring(kNearTheEnd);
  Thread producer("producer", [&] {
    std::array<std::uint64_t, 5> batch;
    StdSync::Backoff backoff;
    for (std::uint64_t next = 0; next < count;) {
      const std::size_t length = std::min<std::uint64_t>(next % 2 == 0 ? 1 : batch.size(), count - next);
      std::iota(batch.begin(), batch.end(), next);
      const std::size_t pushed =
          length == 1 ? ring.try_push(next) : ring.try_push_batch({batch.data(), length});
      next += pushed;
      pushed == 0 ? backoff.pause() : void(backoff = {});
    }
  });
  std::array<std::uint64_t, 3> out;
  StdSync::Backoff backoff;
  std::uint64_t expected = 0;
  while (expected < count) {
    const std::size_t popped = ring.try_pop_batch(out);
    for (std::size_t i = 0; i < popped; ++i) ASSERT_EQ(out[i], expected++);
    if (auto value = ring.try_pop()) {
      ASSERT_EQ(*value, expected++);
      backoff = {};
    } else if (popped == 0) {
      backoff.pause();
    }
  }
  producer.join();
  EXPECT_EQ(ring.try_pop(), std::nullopt);
}

TEST(SpscRing, hands_every_value_over_once_and_in_order_at_capacity_two) { hand_over<2>(20'000); }
TEST(SpscRing, hands_every_value_over_once_and_in_order_at_capacity_64) { hand_over<64>(200'000); }

}  // namespace
}  // namespace baton
