// The scenarios of swap_queue_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/swap_queue_model.h"

namespace baton::model {

template std::vector<Scenario> swap_queue_scenarios<RelacyEngine>();

}  // namespace baton::model
