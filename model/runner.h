// Runner: searches in child processes, several at a time.
//
// A child for each job, because a seeded defect may do anything: spring one of the primitives' traps (abort),
// follow a wild pointer, or leave Relacy's process-wide state in pieces. Whatever it does, the parent reads
// from the shared Tally how far it came and what it reached.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/run.h"
#include "model/scenario.h"
#include "model/site.h"

namespace baton::model {

struct Job {
  const Scenario* scenario;
  std::vector<Search> searches;
  Weakening weakening{};
  int defect = kNoDefect;
  bool recording = false;
};

struct Outcome {
  bool failed = false;
  bool exhausted = false;  // a full search came to its end
  std::string failure;     // Relacy's verdict, the scenario's assertion, or the trap's text
  std::string searches;    // "bound3 bound4~ random": those that were run; ~ marks one that met its cap
  std::string where;       // of a failure: "random:2766", for --replay
  std::uint64_t schedules = 0;
  std::array<std::uint64_t, kStatesMax> reached{};
  double seconds = 0;
  OperationTable operations;
};

// Runs all jobs, at most `parallel` at a time; the outcomes are in the order of the jobs.
std::vector<Outcome> run_jobs(const std::vector<Job>& jobs, unsigned parallel);

}  // namespace baton::model
