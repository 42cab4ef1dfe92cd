// SimPlatform: the server's whole world, simulated: its parts on one kernel, and what the experimenter does.
#pragma once

#include "model/sim/network.h"
#include "model/sim/sim_clock.h"
#include "model/sim/sim_files.h"
#include "model/sim/sim_poller.h"
#include "model/sim/sim_process.h"
#include "model/sim/sim_random.h"
#include "model/sim/sim_sockets.h"
#include "model/sim/sim_threads.h"
#include "server/platform/platform.h"

namespace baton::sim {

struct SimPlatform {
  SimPlatform(const Kernel::Options& options, const Network::Options& wires, Faults& faults)
      : kernel(options, faults),
        network(kernel, wires),
        clock(kernel),
        random(options.seed),
        sockets(network),
        pollers(kernel),
        files(kernel),
        threads(kernel),
        process(kernel) {}

  Kernel kernel;
  Network network;
  SimClock clock;
  SimRandom random;
  SimSockets sockets;
  SimPollers pollers;
  SimFiles files;
  SimThreads threads;
  SimProcess process;
  Platform platform{clock, random, sockets, pollers, files, threads, process};
};

}  // namespace baton::sim
