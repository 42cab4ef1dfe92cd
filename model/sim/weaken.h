// Weaken: takes one memory order, store, post or lock away from the hand-off, in every run of this process.
//
//   if (!weaken("doorbell.h:prepare_to_sleep:store:seq_cst->release")) ...   // no operation of that name
//
// The names are those of the mutants (model/site.h). Which operations there are, a few recorded runs of the
// server say: a name is known here when the server meets its operation.
#pragma once

#include <string>
#include <vector>

#include "model/site.h"

namespace baton::sim {

[[nodiscard]] std::vector<model::NamedWeakening> weakenings();
bool weaken(const std::string& name);

}  // namespace baton::sim
