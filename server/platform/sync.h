// ServerSync: the sync policy that every hand-off of the server is built on.
//
// The server names it in place of StdSync, in one header of its own, so that the same sources can be compiled
// a second time against another one: the simulation puts an include folder before the project's root whose
// server/platform/sync.h names the explorer's policy (model/sim/shadow/). Neither an #ifdef nor a template
// parameter is needed for it, and production is what it was. The two never meet in one program: they would
// be two definitions of the same classes.
#pragma once

#include <cstdint>

#include "queues/std_sync.h"

namespace baton {

using ServerSync = StdSync;

// Parcels that the ring between the executor and an I/O thread holds; a simulation has fewer, so that it is
// full now and then.
inline constexpr std::uint32_t kHandOffRing = 2048;

}  // namespace baton
