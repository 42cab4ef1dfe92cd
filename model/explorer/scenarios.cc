// Every scenario under the explorer.
#include "model/explorer/scenarios.h"

#include <span>

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
  using Sync = ExplorerEngine::Sync<3>;
  namespace mailbox = model::mailbox_model;
  namespace pause = model::pause_gate_model;
  const std::span<const char* const> no_full(mailbox::kStates, mailbox::kOutboxFull);
  return {
      // Executor and two I/O threads, a session each, two round trips.
      model::scenario_of<ExplorerEngine, mailbox::BothWays<Sync, ListQueue, 2, 1, 2>>(
          "mailbox_list_two_io_twice", model::Size::kRounds, no_full, {}),
      model::scenario_of<ExplorerEngine, pause::Range<Sync, 2, 2>>("pause_range_twice", model::Size::kRounds,
                                                                   pause::kRangeStates, {}),
  };
}

}  // namespace baton::explorer
