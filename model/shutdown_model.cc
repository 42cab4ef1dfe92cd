// The scenarios of shutdown_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/shutdown_model.h"

namespace baton::model {

template std::vector<Scenario> shutdown_scenarios<RelacyEngine>();

}  // namespace baton::model
