// Proofs: scenarios that the survey only samples, searched to their end.
//
// By source sets, without stale reads and faults: the interleavings alone. Those of Baton (scenarios.cc) take
// minutes together, and belong into a night.
#pragma once

#include <string>
#include <vector>

#include "model/scenario.h"

namespace baton::explorer {

// Prints a row for each; 0, or 1 when one fails, or does not reach a state that it names. `program`: named in
// the line that replays a failure.
int prove(const std::vector<model::Scenario>& scenarios, const std::string& program);

}  // namespace baton::explorer
