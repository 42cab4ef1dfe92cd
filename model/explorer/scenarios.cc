// Every scenario under the explorer.
#include "model/explorer/scenarios.h"

#include <algorithm>
#include <iterator>
#include <string_view>

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

std::vector<model::Scenario> explorer_proofs() {
  static constexpr std::string_view kNames[] = {
      "pause_range_twice",  "pause_traffic_list", "shutdown_ring",     "shutdown_list",
      "close_by_kill_ring", "close_by_kill_list", "ring_batches_wrap", "ring_wrap"};
  std::vector<model::Scenario> proofs = explorer_scenarios();
  std::erase_if(proofs, [](const model::Scenario& scenario) {
    return std::ranges::find(kNames, std::string_view(scenario.name)) == std::end(kNames);
  });
  return proofs;
}

}  // namespace baton::explorer
