// Scenario: a small program over the primitives, and how to search its schedules.
//
// A scenario is a class template on the sync policy, with
//   kThreads            how many threads it has
//   thread(index)       what each does; ends by itself
//   after()             what must hold when all have ended
// Members are built anew for each schedule. It allocates nothing (see relacy_prelude.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
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

struct Scenario {
  const char* name;
  unsigned threads;
  std::span<const char* const> states;   // Sometimes: each must be reached
  std::span<const char* const> defects;  // Must fail: each must be caught
  // Run in order; a full search that ends makes the rest needless.
  std::vector<Search> searches;
  std::vector<Search> quick;
  // What a weakened variant is hunted with, until it is caught.
  std::vector<Search> hunt;

  // Runs one search in this process, over Run::current(); writes its failure to the tally. `from` is the
  // iteration to start with (kRandom alone); `history` prints the failed schedule's steps.
  void (*run)(const Search& search, std::uint64_t from, bool history);
};

// One function a model file.
std::vector<Scenario> spsc_ring_scenarios();
std::vector<Scenario> swap_queue_scenarios();
std::vector<Scenario> doorbell_scenarios();
std::vector<Scenario> mailbox_scenarios();
std::vector<Scenario> pause_gate_scenarios();
std::vector<Scenario> close_scenarios();
std::vector<Scenario> shutdown_scenarios();
std::vector<Scenario> shared_stat_scenarios();

}  // namespace baton::model
