// The scenarios of doorbell_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/doorbell_model.h"

namespace baton::model {

template std::vector<Scenario> doorbell_scenarios<RelacyEngine>();

}  // namespace baton::model
