// Platform: the seam between the server and the world.
//
// Sockets, files, time, randomness, threads and processes are reached through these interfaces and through
// nothing else, so that the same server sources run on the real system (real_platform.h) and on a simulated
// one that a seed drives. Calls return -errno; no source above this room reads errno or keeps thread-local
// state, because on a simulated platform all threads are fibers of one.
//
// The parts are references: whoever builds a platform owns them and outlives its users. A room takes the
// parts that it needs (a Clock&, a Files&), not the whole.
#pragma once

#include "server/platform/clock.h"
#include "server/platform/files.h"
#include "server/platform/poller.h"
#include "server/platform/process.h"
#include "server/platform/random.h"
#include "server/platform/sockets.h"
#include "server/platform/threads.h"

namespace baton {

struct Platform {
  Clock& clock;
  Random& random;
  Sockets& sockets;
  Pollers& pollers;
  Files& files;
  Threads& threads;
  Process& process;
};

}  // namespace baton
