// Scenario: a small program over the primitives, and how to search its schedules.
//
// A scenario is a class template on the sync policy, with
//   kThreads            how many threads it has
//   thread(index)       what each does; ends by itself
//   after()             what must hold when all have ended
//   thread_name(index)  optional: what the thread is, for whoever reads a schedule
// Members are built anew for each schedule. It allocates nothing (see relacy_prelude.h).
//
// It is written once, in a header that names no engine (<stem>_model.h). An engine is a struct with
//   Sync<Threads>, SyncOrderingBell<Threads>   its policies; the second one's bell orders memory
//   run<S>(search, from, history)              one search, over Run::current()
//   program<S>()                               the scenario without its type, or an empty Program
// and each engine has translation units that instantiate the lists of scenarios for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace baton::model {

struct Search {
  enum class Kind : std::uint8_t { kFull, kBound, kRandom };
  Kind kind = Kind::kRandom;
  unsigned bound = 0;     // preemptions, of kBound
  std::uint64_t cap = 0;  // schedules; 0 for none, which kRandom must not have
};

inline Search full(std::uint64_t cap = 0) { return {Search::Kind::kFull, 0, cap}; }
inline Search bound(unsigned preemptions, std::uint64_t cap = 0) {
  return {Search::Kind::kBound, preemptions, cap};
}
inline Search random(std::uint64_t schedules) { return {Search::Kind::kRandom, 0, schedules}; }

// "full", "bound2", "random"; the reverse returns false for anything else.
std::string name_of(const Search& search);
bool parse(const std::string& name, Search& search);

// A scenario class without its type, for engines that drive all of them by one loop. `threads` is 0 if the
// engine does not.
struct Program {
  unsigned threads = 0;
  std::size_t size = 0;
  std::size_t align = 0;
  void (*construct)(void* at) = nullptr;
  void (*thread)(void* object, unsigned index) = nullptr;
  void (*after)(void* object) = nullptr;
  void (*destroy)(void* object) = nullptr;
  const char* (*thread_name)(unsigned index) = nullptr;  // null: they have none
};

template <class S>
constexpr auto thread_names_of() -> const char* (*)(unsigned) {
  if constexpr (requires { S::thread_name(0U); }) {
    return [](unsigned index) -> const char* { return S::thread_name(index); };
  } else {
    return nullptr;
  }
}

template <class S>
constexpr Program program_of() {
  return {.threads = S::kThreads,
          .size = sizeof(S),
          .align = alignof(S),
          .construct = [](void* at) { ::new (at) S; },
          .thread = [](void* object, unsigned index) { static_cast<S*>(object)->thread(index); },
          .after = [](void* object) { static_cast<S*>(object)->after(); },
          .destroy = [](void* object) { static_cast<S*>(object)->~S(); },
          .thread_name = thread_names_of<S>()};
}

// Whether an exhaustive search with partial-order reduction is expected to end, stale reads included.
enum class Size : std::uint8_t {
  kOneRound,  // yes: not ending is a failure
  kRounds,    // no: sampled
};

struct Scenario {
  const char* name;
  unsigned threads;
  Size size;
  std::span<const char* const> states;   // Sometimes: each must be reached
  std::span<const char* const> defects;  // Must fail: each must be caught
  // Relacy's searches. Run in order; a full search that ends makes the rest needless.
  std::vector<Search> searches;
  std::vector<Search> quick;
  // What a weakened variant is hunted with, until it is caught.
  std::vector<Search> hunt;

  // Runs one search in this process, over Run::current(); writes its failure to the tally. `from` is the
  // iteration to start with (kRandom alone); `history` prints the failed schedule's steps.
  void (*run)(const Search& search, std::uint64_t from, bool history);
  Program program{};
};

// The scenario whose class is S, for this engine.
template <class Engine, class S>
Scenario scenario_of(const char* name, Size size, std::span<const char* const> states,
                     std::span<const char* const> defects, const std::vector<Search>& searches = {},
                     const std::vector<Search>& quick = {}, const std::vector<Search>& hunt = {}) {
  return {.name = name,
          .threads = S::kThreads,
          .size = size,
          .states = states,
          .defects = defects,
          .searches = searches,
          .quick = quick,
          .hunt = hunt,
          .run = &Engine::template run<S>,
          .program = Engine::template program<S>()};
}

// Defined in <stem>_model.h, one function a file.
template <class Engine>
std::vector<Scenario> spsc_ring_scenarios();
template <class Engine>
std::vector<Scenario> swap_queue_scenarios();
template <class Engine>
std::vector<Scenario> doorbell_scenarios();
template <class Engine>
std::vector<Scenario> mailbox_scenarios();
template <class Engine>
std::vector<Scenario> pause_gate_scenarios();
template <class Engine>
std::vector<Scenario> close_scenarios();
template <class Engine>
std::vector<Scenario> shutdown_scenarios();
template <class Engine>
std::vector<Scenario> shared_stat_scenarios();
template <class Engine>
std::vector<Scenario> zoo_scenarios();

// Every scenario, for this engine.
template <class Engine>
std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> all;
  for (auto* part : {spsc_ring_scenarios<Engine>, swap_queue_scenarios<Engine>, doorbell_scenarios<Engine>,
                     mailbox_scenarios<Engine>, pause_gate_scenarios<Engine>, close_scenarios<Engine>,
                     shutdown_scenarios<Engine>, shared_stat_scenarios<Engine>, zoo_scenarios<Engine>}) {
    for (Scenario& scenario : part()) all.push_back(std::move(scenario));
  }
  return all;
}

}  // namespace baton::model
