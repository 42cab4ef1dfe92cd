// The scenarios of pause_gate_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/pause_gate_model.h"

namespace baton::model {

template std::vector<Scenario> pause_gate_scenarios<RelacyEngine>();

}  // namespace baton::model
