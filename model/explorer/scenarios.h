// Every scenario under the explorer, in one translation unit.
#pragma once

#include <vector>

#include "model/explorer/explorer_engine.h"
#include "model/scenario.h"

namespace baton::explorer {

[[nodiscard]] std::vector<model::Scenario> explorer_scenarios();
// Larger ones that are searched to their end, in minutes each (proofs.h).
[[nodiscard]] std::vector<model::Scenario> explorer_proofs();

}  // namespace baton::explorer
