// SharedStat: counters of one thread, read by another while it counts.
//
// Always      A counter that its writer only adds to never goes back for a reader, and never runs ahead;
//             the writer reads what it wrote; nothing is lost.
// Sometimes   The reader sees a count in between; it sees the second counter ahead of the first, which was
//             added to before it: counters of one moment are luck.
// Must fail   The store dropped.
#pragma once

#include "queues/shared_stat.h"

#include "model/run.h"
#include "model/scenario.h"

namespace baton::model {
namespace shared_stat_model {

enum class Field { kFirst, kSecond, kCount };

enum State : std::size_t { kBetween, kOutOfStep };
inline constexpr const char* kStates[] = {"a count in between", "counters out of step"};

template <class Sync, int Adds>
struct Counting {
  static constexpr unsigned kThreads = 2;
  static const char* thread_name(unsigned index) { return index == 0 ? "writer" : "reader"; }
  SharedStat<Field, Sync> stat;

  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t i = 1; i <= Adds; ++i) {
        stat.add(Field::kFirst, 1);
        stat.add(Field::kSecond, 1);
        require(stat.get(Field::kFirst) == i, "the writer misses what it wrote");
      }
    } else {
      const std::uint64_t second = stat.get(Field::kSecond);
      const std::uint64_t first = stat.get(Field::kFirst);
      const std::uint64_t again = stat.get(Field::kFirst);
      require(again >= first, "a counter went back");
      require(again <= Adds && second <= Adds, "a counter ran ahead");
      if (first > 0 && first < Adds) reached(kBetween);
      if (second > first) reached(kOutOfStep);
    }
  }

  void after() {
    require(stat.get(Field::kFirst) == Adds && stat.get(Field::kSecond) == Adds, "an addition was lost");
  }
};

}  // namespace shared_stat_model

template <class Engine>
std::vector<Scenario> shared_stat_scenarios() {
  using namespace shared_stat_model;
  return {scenario_of<Engine, Counting<typename Engine::template Sync<2>, 2>>(
      "shared_stat", Size::kOneRound, kStates, {}, {full()}, {full()}, {full()})};
}

}  // namespace baton::model
