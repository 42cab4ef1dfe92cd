// The scenarios of close_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/close_model.h"

namespace baton::model {

template std::vector<Scenario> close_scenarios<RelacyEngine>();

}  // namespace baton::model
