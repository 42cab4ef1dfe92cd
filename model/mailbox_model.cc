// The scenarios of mailbox_model.h under Relacy.
#include "model/relacy_engine.h"

#include "model/mailbox_model.h"

namespace baton::model {

template std::vector<Scenario> mailbox_scenarios<RelacyEngine>();

}  // namespace baton::model
