// Swarm: the processes of a campaign, one or one for each core, and who watches them.
//
// A process tells of each run that it starts. One that starts none for as long as `patience` is hung in real
// time, which no seed's own bounds on steps can see: it is killed, and its seed is reported as a failure. One
// that dies otherwise than by its end is a failure too.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "model/sim/totals.h"

namespace baton::sim {

// Of one process, in memory that it shares with its parent.
struct SwarmPlace {
  Totals totals{};
  std::atomic<std::uint64_t> started{0};  // runs, with those that make a failure small
  std::atomic<std::uint64_t> seed{0};     // of the last one
};

struct SwarmOptions {
  double patience_seconds = 60;
  std::string program;    // for the line that replays
  std::string arguments;  // of each run, with a space before each
};

// Runs `part` in a process for each place, and calls `progress` now and then until all have ended.
void run_swarm(const SwarmOptions& options, std::span<SwarmPlace> places,
               const std::function<void(unsigned process, SwarmPlace&)>& part,
               const std::function<void()>& progress);

}  // namespace baton::sim
