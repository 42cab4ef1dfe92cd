// Workload: a plan from a seed, by swarm testing.
//
// Each plan leaves most of what is possible out: which groups of commands are used, how many clients and
// keys, how deep they pipeline, which faults they bring. A bug that needs much of one thing is met sooner so
// than by an even mixture of all (Groce et al., "Swarm testing", 2012). Keys are few, so that clients meet on
// them.
//
// A client has a role, which keeps apart what cannot be judged together: a client that subscribes or is
// silent has no transactions, so that the number of frames of a request follows from what the client itself
// has asked.
#pragma once

#include <cstdint>

#include "model/sim/oracle/catalogue.h"
#include "model/sim/oracle/plan.h"

namespace baton::sim {

struct WorkloadOptions {
  std::int64_t start_ms = 0;  // the wall clock when the run begins
  unsigned clients_max = 8;
  unsigned operations_max = 40;  // of one client
  std::uint32_t value_bytes_max = 100'000;
  bool actions = true;          // half-closes, resets, stalls, slow readers, reconnects
  bool short_times = true;      // keys that expire within the run
  bool recent_commands = true;  // those that Redis 7.0 does not have
  bool shutdowns = false;       // one plan in ten ends the server before all is said
  std::uint32_t without = 0;    // groups that are never used: bit(Group::others) | ...
};

[[nodiscard]] Plan make_plan(std::uint64_t seed, const WorkloadOptions& options);

}  // namespace baton::sim
