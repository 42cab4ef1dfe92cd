// SpscRing: hand small values from one producer thread to one consumer thread.
//
//   SpscRing<Request*, 1024> ring;
//   if (!ring.try_push(request)) shed(request);           // producer thread
//   while (auto request = ring.try_pop()) run(*request);  // consumer thread
//
// Ownership
//   producer writes   tail_, head_seen_
//   consumer writes   head_, tail_seen_
//   slots_[i]         the consumer's while head <= i < tail, else the producer's
//
// Memory order
//   [A] tail_ release -> tail_ acquire   The slot is filled before it is counted.
//   [B] head_ release -> head_ acquire   The slot is read before it is reused.
//   A thread reads its own index relaxed: nobody else writes it. size_guess() reads both relaxed: it guards
//   nothing.
//
// Invariant   0 <= tail - head <= Capacity, in wrapping arithmetic.
// Full        try_push refuses. The ring neither waits, grows nor drops.
// Progress    Wait-free on both sides.
// Checked by  queues/spsc_ring_test.cc, model/spsc_ring_model.h
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "queues/std_sync.h"
#include "queues/sync_policy.h"

namespace baton {

template <class T, std::uint32_t Capacity = 2048, SyncPolicy Sync = StdSync>
class SpscRing {
  static_assert(Capacity >= 2 && (Capacity & (Capacity - 1)) == 0,
                "a power of two, so that indexes may wrap");
  static_assert(Capacity <= (1U << 31), "tail - head must fit the index type");
  static_assert(std::is_trivially_copyable_v<T>, "a slot is read after its value may have been copied out");

 public:
  // `start` is the first index: tests put it next to the end of the range, so that it wraps at once.
  explicit SpscRing(std::uint32_t start = 0) noexcept
      : tail_(start), head_seen_(start), head_(start), tail_seen_(start) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  // ---- producer thread

  // False if the ring is full.
  [[nodiscard]] bool try_push(T value) noexcept {
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ == Capacity) {
      head_seen_ = head_.load(std::memory_order_acquire);  // [B]
      if (tail - head_seen_ == Capacity) return false;
    }
    slots_[tail & kMask].set(value);
    tail_.store(tail + 1, std::memory_order_release);  // [A]
    return true;
  }

  // Pushes the first values that fit, counted at once; returns how many.
  [[nodiscard]] std::size_t try_push_batch(std::span<const T> values) noexcept {
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t count = std::min<std::size_t>(values.size(), room(values.size()));
    if (count == 0) return 0;
    for (std::size_t i = 0; i < count; ++i) {
      slots_[(tail + static_cast<std::uint32_t>(i)) & kMask].set(values[i]);
    }
    tail_.store(tail + static_cast<std::uint32_t>(count), std::memory_order_release);  // [A]
    return count;
  }

  // At least this many pushes will be accepted. Looks at the consumer's index only if fewer than `wanted` are
  // known to be free.
  [[nodiscard]] std::uint32_t room(std::size_t wanted = Capacity) noexcept {
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (Capacity - (tail - head_seen_) < wanted) head_seen_ = head_.load(std::memory_order_acquire);  // [B]
    return Capacity - (tail - head_seen_);
  }

  // ---- consumer thread

  // The oldest value, or nothing if none is there.
  [[nodiscard]] std::optional<T> try_pop() noexcept {
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);  // [A]
      if (head == tail_seen_) return std::nullopt;
    }
    const T value = slots_[head & kMask].get();
    head_.store(head + 1, std::memory_order_release);  // [B]
    return value;
  }

  // Moves up to out.size() of the oldest values to the front of `out`; returns how many.
  [[nodiscard]] std::size_t try_pop_batch(std::span<T> out) noexcept {
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    if (tail_seen_ - head < out.size()) tail_seen_ = tail_.load(std::memory_order_acquire);  // [A]
    const std::size_t count = std::min<std::size_t>(out.size(), tail_seen_ - head);
    if (count == 0) return 0;
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = slots_[(head + static_cast<std::uint32_t>(i)) & kMask].get();
    }
    head_.store(head + static_cast<std::uint32_t>(count), std::memory_order_release);  // [B]
    return count;
  }

  // ---- any thread

  // The number of values inside at some moment past. The producer reads at least the truth, the consumer at
  // most; a third thread may be off either way, between 0 and Capacity.
  [[nodiscard]] std::uint32_t size_guess() const noexcept {
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    return std::min(tail - head, Capacity);
  }

 private:
  static constexpr std::uint32_t kMask = Capacity - 1;

  alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uint32_t> tail_;
  std::uint32_t head_seen_;
  alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uint32_t> head_;
  std::uint32_t tail_seen_;
  alignas(Sync::kCacheLine) std::array<typename Sync::template Cell<T>, Capacity> slots_;
};

}  // namespace baton
