// Scenario runs: a scenario of model/ on the threads of this machine, many times, under a watchdog.
//
//   const ThreadOutcome outcome = run_on_threads(scenario, kNoDefect, {.seconds = 1, .seed = 7});
//   if (outcome.end != ThreadEnd::kHeld) std::puts(outcome.failure.c_str());
//
// The runs are in a child process, because what goes wrong may spring a trap, hang for ever, or be reported
// by a sanitizer that ends the process. Its threads live through all runs and meet at a barrier between two
// of them, where the object is judged and built anew; each then waits a little, by the seed, so that they do
// not start in step. What the machine makes of it is luck: a run that holds is a sample.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "model/run.h"
#include "model/scenario.h"
#include "queues/std_sync.h"

namespace baton {

// The policy of production with a bell that counts, for the scenarios that compare posts with rings.
struct CountingSync : StdSync {
  class Bell : public EventBell {
   public:
    void post() noexcept {
      posts_.fetch_add(1, std::memory_order_relaxed);  // orders nothing that a post does not
      EventBell::post();
    }
    [[nodiscard]] std::uint64_t posts() const noexcept { return posts_.load(std::memory_order_relaxed); }

   private:
    std::atomic<std::uint64_t> posts_{0};
  };
};
static_assert(SyncPolicy<CountingSync>);

// Fits scenario_of().
struct StdEngine {
  template <unsigned Threads>
  using Sync = CountingSync;
  template <unsigned Threads>
  using SyncOrderingBell = CountingSync;

  // Driven by its Program.
  template <class S>
  static void run(const model::Search&, std::uint64_t, bool) {
    std::abort();
  }
  template <class S>
  static model::Program program() {
    return model::program_of<S>();
  }
};

// Every scenario of model/, for StdEngine.
std::vector<model::Scenario> scenarios_on_threads();

struct ThreadLimits {
  std::uint64_t runs = 0;   // 0: no limit; one of the two must be set
  double seconds = 0;       // 0: no limit
  double hang_seconds = 5;  // without a finished run: a hang
  std::uint64_t seed = 1;
};

enum class ThreadEnd : std::uint8_t {
  kHeld,       // all runs ended, nothing was wrong
  kAssertion,  // of the scenario
  kTrap,       // of a primitive, or a fault of the machine
  kHang,
  kReport,  // of a sanitizer
};
const char* name_of(ThreadEnd end);

struct ThreadOutcome {
  ThreadEnd end = ThreadEnd::kHeld;
  std::string failure;     // what was said, or which threads had not ended
  std::string report;      // all that the child wrote to its standard error
  std::uint64_t runs = 0;  // finished
  double seconds = 0;      // until the end, or until the last finished run before a hang
  std::array<std::uint64_t, model::kStatesMax> reached{};
};

ThreadOutcome run_on_threads(const model::Scenario& scenario, int defect, const ThreadLimits& limits);

}  // namespace baton
