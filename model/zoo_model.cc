// The scenarios of zoo_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/zoo_model.h"

namespace baton::model {

template std::vector<Scenario> zoo_scenarios<RelacyEngine>();

}  // namespace baton::model
