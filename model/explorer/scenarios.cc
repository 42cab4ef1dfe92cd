// Every scenario under the explorer.
#include "model/explorer/scenarios.h"

#include "model/close_model.h"
#include "model/doorbell_model.h"
#include "model/mailbox_model.h"
#include "model/pause_gate_model.h"
#include "model/shared_stat_model.h"
#include "model/shutdown_model.h"
#include "model/spsc_ring_model.h"
#include "model/swap_queue_model.h"
#include "model/zoo_model.h"

namespace baton::explorer {

std::vector<model::Scenario> explorer_scenarios() { return model::all_scenarios<ExplorerEngine>(); }

}  // namespace baton::explorer
