// SyncPolicy: all that a hand-off primitive may ask of the world it runs in.
//
// Every primitive of queues/ is a template whose last parameter is a policy. Production gives it StdSync,
// where each name is the thing itself; a checker gives it a policy whose atomics branch over every value
// they may return and whose cells report a race. The primitive's source is the same in both.
//
//   Atomic<T>     load, store, exchange, compare_exchange_strong, with the order always written. A checker's
//                 versions take a defaulted source location after the order, so call sites look alike.
//   Cell<T>       plain data that is shared by hand-over: get() and set(). Free in production, race-checked
//                 in a model. Whatever a hand-off publishes lies in one.
//   Mutex, Lock   Lock is scoped: built on a Mutex, released by its destructor.
//   Bell          what a sleeper waits on. post() is never lost: a wait that begins after it returns at once.
//                 post() and wait() are not asked to order memory; the primitives supply that themselves.
//   Backoff       one per wait; pause() between two looks: spins briefly, then yields, then sleeps.
//   this_thread() a number that is not 0 and differs between living threads; for traps only.
//   kCacheLine    what one writer's members are aligned to.
//
// No fences: ThreadSanitizer does not support them, and each order here belongs to one access.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace baton {

template <class Sync>
concept SyncPolicy = std::constructible_from<typename Sync::Lock, typename Sync::Mutex&> &&
    requires(typename Sync::template Atomic<std::uint32_t>& word, std::uint32_t& expected,
             typename Sync::template Cell<std::uint32_t>& cell, typename Sync::Bell& bell,
             typename Sync::Backoff& backoff) {
  { word.load(std::memory_order_acquire) } -> std::convertible_to<std::uint32_t>;
  word.store(1U, std::memory_order_release);
  {
    word.compare_exchange_strong(expected, 1U, std::memory_order_relaxed, std::memory_order_relaxed)
    } -> std::convertible_to<bool>;
  { cell.get() } -> std::convertible_to<std::uint32_t>;
  cell.set(1U);
  bell.post();
  bell.wait();
  backoff.pause();
  { Sync::this_thread() } -> std::convertible_to<std::uintptr_t>;
  { Sync::kCacheLine } -> std::convertible_to<std::size_t>;
};

}  // namespace baton
