// The scenarios of model/ with production's policy.
#include "model/scenarios.h"
#include "stress/scenario_run.h"

namespace baton {

std::vector<model::Scenario> scenarios_on_threads() { return model::all_scenarios<StdEngine>(); }

}  // namespace baton
