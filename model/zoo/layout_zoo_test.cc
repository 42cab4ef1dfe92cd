// The zoo in memory: what lies on which cache line, and what may be copied (D14, H21, H28; D2, H31).
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "queues/doorbell.h"
#include "queues/mailbox.h"
#include "queues/pause_gate.h"
#include "queues/shared_stat.h"
#include "queues/spsc_ring.h"
#include "server/io/io_loop.h"
#include "server/io/session.h"
#include "server/resp/blob.h"

namespace baton {
namespace {

constexpr std::size_t kLine = StdSync::kCacheLine;

// D14, H28: counters of several threads on one cache line.
static_assert(alignof(IoStats) == kLine && sizeof(IoStats) % kLine == 0);
static_assert(alignof(SocketStats) == kLine && sizeof(SocketStats) % kLine == 0);
static_assert(alignof(std::array<IoStats, 128>) == kLine);

// D2, D3, H31: a reply and a value have one owner; there is no count of references to get wrong.
static_assert(!std::is_copy_constructible_v<Blob> && !std::is_copy_assignable_v<Blob>);
static_assert(!std::is_copy_constructible_v<ReplyBuffer> && !std::is_copy_assignable_v<ReplyBuffer>);
static_assert(!std::is_copy_constructible_v<Session> && !std::is_move_constructible_v<Session>);
static_assert(!std::is_copy_constructible_v<Held<Session>>);

std::uintptr_t line_of(const void* address) { return reinterpret_cast<std::uintptr_t>(address) / kLine; }

TEST(LayoutZoo, D14_H28_TheCountersOfTwoThreadsShareNoCacheLine) {
  const auto all = std::make_unique<std::array<IoStats, 128>>();
  for (std::size_t i = 0; i + 1 < all->size(); ++i) {
    const auto* const last_byte = reinterpret_cast<const char*>(&(*all)[i]) + sizeof(IoStats) - 1;
    EXPECT_NE(line_of(last_byte), line_of(&(*all)[i + 1]));
  }
}

// Cells declared aligned lived in memory that was not.
template <class T>
void expect_aligned_on_the_heap() {
  for (std::size_t bytes = 1; bytes <= 64; ++bytes) {
    const auto shift = std::make_unique<char[]>(bytes);
    const auto object = std::make_unique<T>();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(object.get()) % alignof(T), 0u);
  }
  const std::vector<std::unique_ptr<T>> none;
  EXPECT_GE(alignof(T), kLine);
}

struct Pair {
  Doorbell<> bell;
  Mailbox<Parcel, RingQueue<2>> ring{bell};
  Mailbox<Parcel, ListQueue> list{bell};
};

TEST(LayoutZoo, H21_WhatIsDeclaredAlignedIsAlignedOnTheHeap) {
  expect_aligned_on_the_heap<IoStats>();
  expect_aligned_on_the_heap<SocketStats>();
  expect_aligned_on_the_heap<SpscRing<int, 2>>();
  expect_aligned_on_the_heap<Doorbell<>>();
  expect_aligned_on_the_heap<PauseGate<>>();
  expect_aligned_on_the_heap<Pair>();
}

}  // namespace
}  // namespace baton
