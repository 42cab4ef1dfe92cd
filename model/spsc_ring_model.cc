// The scenarios of spsc_ring_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/spsc_ring_model.h"

namespace baton::model {

template std::vector<Scenario> spsc_ring_scenarios<RelacyEngine>();

}  // namespace baton::model
