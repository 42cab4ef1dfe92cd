// RunDraw: what a seed decides before the machine of its run is built: the server's directives, the network,
// how long trouble lasts, who the clients are, whether and where the power fails.
//
// Each run leaves most of it out: few have a low maxclients, strangers or a power failure, so that what is
// there is met often (swarm testing, as in oracle/workload.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/sim/dice.h"
#include "model/sim/kernel.h"
#include "model/sim/network.h"
#include "model/sim/oracle/plan.h"
#include "model/sim/sim_run.h"

namespace baton::sim {

inline constexpr const char* kPidFile = "/srv/baton.pid";

struct RunDraw {
  explicit RunDraw(const RunOptions& options);

  unsigned io_threads = 1;
  std::string config;
  Kernel::Options kernel;
  Network::Options wires;
  std::uint64_t trouble_ns = 0;  // how long faults strike at most
  unsigned clients = 1, rounds = 1, stale = 0;
  bool pings = false;
  std::size_t clients_max = 0;  // that the server is to serve at once; 0: more than there are
  bool strangers = false;       // some clients come from another machine
  bool protected_mode = true;   // and are turned away
  bool early_faults = false;
  std::uint64_t crash_step = 0;       // the power fails there; 0: it does not
  std::uint64_t crash_replacing = 0;  // or at this step of replacing files
  bool restarted = false;             // this is the server after it

 private:
  void draw_admission(Dice& dice);
};

[[nodiscard]] Plan plan_of(std::uint64_t seed);

}  // namespace baton::sim
