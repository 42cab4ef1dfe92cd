// SimRun: one run of the production server on a simulated platform, from a seed.
//
//   SimRun run;                                  // one a process; it keeps the engine and its stacks
//   const Outcome outcome = run.run({.seed = 317});
//   if (!outcome.failure.empty()) ...
//
// The seed decides everything: the strategy that picks threads, the server's directives, latencies, the rates
// of faults and when they strike, clients and what they say. The same seed gives the same trace hash.
//
// A run    start -> faults on, clients at work -> faults off -> every open request must be answered -> TERM
// ->
//          the server ends -> every descriptor, thread and poller is freed, every client was judged
// Failure  A broken check, data race, deadlock or livelock (the explorer's); a descriptor misused or leaked;
// a
//          wrong or missing reply; when faults are off, a request that only a periodic tick would serve.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/explorer/engine.h"
#include "model/sim/faults.h"

namespace baton::sim {

struct RunOptions {
  std::uint64_t seed = 0;
  std::vector<Fault> without = {};          // kinds of faults left out
  std::string cuts = {};                    // of the plan: clients and operations left out
  std::optional<unsigned> io_threads = {};  // instead of the seed's
  bool verbose = false;                     // the server's log on standard output
  bool recording = false;                   // keep the trace
};

struct Outcome {
  std::string failure;  // empty: the run is good
  std::uint64_t hash = 0;
  std::uint64_t steps = 0;
  std::uint64_t calls = 0;  // of the simulated system
  std::uint64_t virtual_ns = 0;
  std::uint64_t requests = 0, replies = 0;
  unsigned io_threads = 0;
  std::string config;  // the server's directives
  FaultCounts faults{};
};

// What the clients of this run do, for people; empty when its seed plays no plan.
[[nodiscard]] std::string plan_text(const RunOptions& options);

class SimRun {
 public:
  SimRun();
  ~SimRun();

  Outcome run(const RunOptions& options);
  // The cuts of the smallest plan found that still fails, in at most `runs_max` runs; empty: nothing to cut.
  std::string smallest_cuts(const RunOptions& failing, std::size_t runs_max);

  // Of the last run, when it was recorded.
  [[nodiscard]] const std::vector<explorer::TraceStep>& trace() const { return engine_->recorded(); }

 private:
  std::optional<explorer::Engine> engine_;
};

}  // namespace baton::sim
