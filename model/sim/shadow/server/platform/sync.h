// ServerSync of the simulation: this header stands before server/platform/sync.h on the include path of
// baton_sim_server, so the production sources are built on the explorer's policy: each of their atomics,
// locks and bells is a scheduling point, and each cell is checked for races.
//
// The ring is small, so that it is full at times and the paths behind that are taken.
#pragma once

#include <cstdint>

#include "model/explorer/explorer_sync.h"

namespace baton {

using ServerSync = explorer::ExplorerSync;

inline constexpr std::uint32_t kHandOffRing = 8;

}  // namespace baton
