// SpscRing under the schedules of one producer and one consumer, its indexes wrapping at once.
//
// Always      Every value arrives once, in order; no race on a slot; nothing is left over.
// Sometimes   The ring is met full, and empty; a batch is accepted in part; several values are popped at
//             once.
// Must fail   Each order weakened, each store dropped. A slot read after it is counted as free, or filled
//             after it is counted as full, are the release stores made relaxed.
#pragma once

#include "queues/spsc_ring.h"

#include <array>
#include <optional>
#include <span>

#include "model/run.h"
#include "model/scenario.h"

namespace baton::model {
namespace spsc_ring_model {

inline constexpr std::uint32_t kLastIndex = 0xFFFFFFFFU;

enum SinglesState : std::size_t { kEmptyMet, kFullMet };
inline constexpr const char* kSinglesStates[] = {"empty", "full"};

// Single pushes and pops: the third push finds a ring of two full unless the consumer was there.
template <class Sync, int Values>
struct Singles {
  static constexpr unsigned kThreads = 2;
  static const char* thread_name(unsigned index) { return index == 0 ? "producer" : "consumer"; }
  SpscRing<int, 2, Sync> ring{kLastIndex};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 0) {
      for (int value = 1; value <= Values; ++value) {
        while (!ring.try_push(value)) {
          reached(kFullMet);
          backoff.pause();
        }
      }
    } else {
      for (int value = 1; value <= Values; ++value) {
        std::optional<int> popped;
        while (!(popped = ring.try_pop())) {
          reached(kEmptyMet);
          backoff.pause();
        }
        require(*popped == value, "a value was lost, doubled or reordered");
      }
    }
  }
  void after() { require(ring.size_guess() == 0, "a value was left over"); }
};

enum BatchesState : std::size_t { kPartial, kSome, kNone };
inline constexpr const char* kBatchesStates[] = {"pushed in part", "popped several", "empty"};

// Batches of up to three into a ring of two.
template <class Sync, int Values>
struct Batches {
  static constexpr unsigned kThreads = 2;
  static const char* thread_name(unsigned index) { return index == 0 ? "producer" : "consumer"; }
  SpscRing<int, 2, Sync> ring{kLastIndex - 1};

  void thread(unsigned index) {
    typename Sync::Backoff backoff;
    if (index == 0) {
      std::array<int, Values> values;
      for (int i = 0; i < Values; ++i) values[static_cast<std::size_t>(i)] = i + 1;
      std::span<const int> rest = values;
      while (!rest.empty()) {
        const std::size_t pushed = ring.try_push_batch(rest);
        require(pushed <= rest.size(), "pushed more than given");
        if (pushed < rest.size()) {
          if (pushed != 0) reached(kPartial);
          backoff.pause();
        }
        rest = rest.subspan(pushed);
      }
    } else {
      int next = 1;
      while (next <= Values) {
        std::array<int, 3> out{};
        const std::size_t popped = ring.try_pop_batch(out);
        if (popped == 0) {
          reached(kNone);
          backoff.pause();
        }
        if (popped > 1) reached(kSome);
        for (std::size_t i = 0; i < popped; ++i) {
          require(out[i] == next++, "a value was lost, doubled or reordered");
        }
      }
    }
  }
  void after() { require(ring.size_guess() == 0, "a value was left over"); }
};

}  // namespace spsc_ring_model

template <class Engine>
std::vector<Scenario> spsc_ring_scenarios() {
  using namespace spsc_ring_model;
  using Sync = typename Engine::template Sync<2>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  return {
      scenario_of<Engine, Singles<Sync, 2>>("ring_two_values", Size::kOneRound,
                                            std::span(kSinglesStates).first(1), {}, {full()}, {full()},
                                            {full()}),
      scenario_of<Engine, Singles<Sync, 5>>("ring_wrap", Size::kRounds, kSinglesStates, {},
                                            {bound(3), bound(4, 1'000'000), random(500'000)},
                                            {bound(2), random(20'000)}, hunt),
      scenario_of<Engine, Batches<Sync, 3>>("ring_batches", Size::kOneRound, kBatchesStates, {},
                                            {full(3'000'000), bound(4, 1'000'000), random(500'000)},
                                            {bound(2), random(20'000)}, hunt),
      scenario_of<Engine, Batches<Sync, 6>>("ring_batches_wrap", Size::kRounds, kBatchesStates, {},
                                            {bound(3), random(500'000)}, {bound(2), random(20'000)}, hunt),
  };
}

}  // namespace baton::model
