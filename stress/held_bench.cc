// Held against std::unique_ptr and a bare pointer: what the traps cost where an object changes hands.
//
//   build/release/stress/queues_bench --benchmark_filter=held
//
//   held/array/H   one object through 1024 hands that stand in an array: ns a move
//   held/ring/H    out of a hand, through an SpscRing of pointers, into the next hand, by one thread: ns a
//                  hand-over. Held and unique_ptr are not trivially copyable, so what a ring carries is the
//                  pointer.
//
// H: held, unique_ptr (deletes), and pointer, whose giver sets it to null as the other two do.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "queues/held.h"
#include "queues/spsc_ring.h"

namespace baton::bench {
namespace {

struct Object {
  std::uint64_t value = 0;
};

// ---- one interface over every hand

struct HeldHand {
  using Hand = Held<Object>;
  static Hand made(Object* object) { return Hand(object); }
  static void move(Hand& to, Hand& from) { to = std::move(from); }
  static Object* released(Hand& hand) { return hand.release(); }
};

struct UniqueHand {
  using Hand = std::unique_ptr<Object>;
  static Hand made(Object* object) { return Hand(object); }
  static void move(Hand& to, Hand& from) { to = std::move(from); }
  static Object* released(Hand& hand) { return hand.release(); }
};

struct PointerHand {
  using Hand = Object*;
  static Hand made(Object* object) { return object; }
  static void move(Hand& to, Hand& from) { to = std::exchange(from, nullptr); }
  static Object* released(Hand& hand) { return std::exchange(hand, nullptr); }
};

// ---- the benchmarks

template <class H>
void through_an_array(benchmark::State& state) {
  constexpr std::size_t kHands = 1024;
  const auto hands = std::make_unique<std::array<typename H::Hand, kHands>>();
  std::array<typename H::Hand, kHands>& row = *hands;
  row[0] = H::made(new Object());
  for (auto _ : state) {
    for (std::size_t i = 1; i < kHands; ++i) {
      H::move(row[i], row[i - 1]);
      benchmark::ClobberMemory();  // each move is made, none is merged with the next
    }
    H::move(row[0], row[kHands - 1]);
    benchmark::ClobberMemory();
  }
  state.counters["move"] =
      benchmark::Counter(static_cast<double>(kHands) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  delete H::released(row[0]);
}

template <class H>
void through_a_ring(benchmark::State& state) {
  const auto ring = std::make_unique<SpscRing<Object*, 1024>>();
  typename H::Hand hand = H::made(new Object());
  for (auto _ : state) {
    benchmark::DoNotOptimize(ring->try_push(H::released(hand)));
    typename H::Hand next = H::made(*ring->try_pop());
    H::move(hand, next);
    benchmark::ClobberMemory();
  }
  delete H::released(hand);
}

template <class H>
void register_hand(const std::string& name) {
  benchmark::RegisterBenchmark(("held/array/" + name).c_str(), through_an_array<H>);
  benchmark::RegisterBenchmark(("held/ring/" + name).c_str(), through_a_ring<H>);
}

}  // namespace

void register_held_benchmarks() {
  register_hand<HeldHand>("held");
  register_hand<UniqueHand>("unique_ptr");
  register_hand<PointerHand>("pointer");
}

}  // namespace baton::bench
