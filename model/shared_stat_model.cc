// The scenarios of shared_stat_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/shared_stat_model.h"

namespace baton::model {

template std::vector<Scenario> shared_stat_scenarios<RelacyEngine>();

}  // namespace baton::model
