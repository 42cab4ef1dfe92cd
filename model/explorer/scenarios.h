// Every scenario under the explorer, in one translation unit.
#pragma once

#include <vector>

#include "model/explorer/explorer_engine.h"
#include "model/scenario.h"

namespace baton::explorer {

[[nodiscard]] std::vector<model::Scenario> explorer_scenarios();
// Those too large for every build with stale reads, whose interleavings alone can be searched to their end
// (proofs.h).
[[nodiscard]] std::vector<model::Scenario> explorer_proofs();

}  // namespace baton::explorer
