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
//          -> the server ends -> every descriptor, thread and poller is freed, every client was judged
//          A client's SHUTDOWN may end the server before that.
// Power    One run in eight ends in the middle: at any step, or at one of replacing a file. What clients
//          heard until then is judged. A second server is started on what the disk holds then
//          (SimFiles::crash), must serve, and must have found its configuration whole: the old one or the
//          new, the new if CONFIG REWRITE had said so.
// Refusal  In one run in eight faults strike before the server is up: it may refuse to start, and must then
//          have given back all that it took.
// Failure  A broken check, data race, deadlock or livelock (the explorer's); a descriptor misused or
//          leaked; a wrong or missing reply; when faults are off, a request that only a periodic tick would
//          serve, or an end that takes longer than a second.
// Memory   A run that ended in an orderly way must have freed what it took (heap.h): clients, sessions,
//          messages, whatever. One that did not is run again, for what it left may have been a cache's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/explorer/engine.h"
#include "model/sim/faults.h"
#include "model/sim/kernel.h"

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
  // For linearizability; in part: of those judged, not to their end.
  std::uint64_t keys_judged = 0, keys_in_part = 0, keys_not_decided = 0;
  std::uint64_t turned_away = 0;  // connections: too many, or from another machine
  unsigned io_threads = 0;
  bool crashed = false;       // the power failed, and a second server was started
  bool refused = false;       // the server did not start, for a fault
  bool judged_alive = false;  // faults ended before the clients did: all had to be answered then
  bool shut_down = false;     // by a client
  std::string config;         // the server's directives
  FaultCounts faults{};
};

// What was done, step by step, and by the world between them.
struct Recording {
  std::vector<explorer::TraceStep> steps;
  std::vector<Kernel::Told> told;
  std::vector<std::string> threads;
  std::string failure, failed_at;
  int failed_thread = -1;
};

// What the clients of this run do, for people; empty when its seed plays no plan.
[[nodiscard]] std::string plan_text(const RunOptions& options);
// Its plan has the parts that its cuts leave out.
[[nodiscard]] bool cuts_fit(const RunOptions& options);
// The kind of a failure, without what differs from run to run: what is made small must stay of one kind.
[[nodiscard]] std::string kind_of_failure(const std::string& failure);

struct RunDraw;

class SimRun {
 public:
  SimRun();
  ~SimRun();

  Outcome run(const RunOptions& options);
  // The cuts of the smallest plan found that still fails so, in at most `runs_max` runs, none of which
  // begins after `until`; empty: nothing to cut.
  std::string smallest_cuts(const RunOptions& failing, const std::string& kind, std::size_t runs_max,
                            std::chrono::steady_clock::time_point until);
  // Told of each run before it starts, also of those that make a failure small.
  void set_on_run(std::function<void(const RunOptions&)> on_run) { on_run_ = std::move(on_run); }

  // Of the last run, when it was recorded (of the second server, if there was one).
  [[nodiscard]] const Recording& recording() const { return recording_; }

 private:
  Outcome run_once(const RunOptions& options);
  bool serve(const RunOptions& options, const RunDraw& draw, std::map<std::string, std::string>& disk,
             Outcome& outcome);
  void record(const std::vector<Kernel::Told>& told, const std::vector<std::string>& threads,
              const std::string& failure);

  std::optional<explorer::Engine> engine_;
  Recording recording_;
  std::function<void(const RunOptions&)> on_run_;
  std::int64_t blocks_left_ = 0;  // of the heap, by the last server
  std::string left_text_;         // which they were, if they were noted
  bool noting_ = false;
};

}  // namespace baton::sim
