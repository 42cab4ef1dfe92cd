// Who was let in, and who turned away: never more clients at once than maxclients, and none from another
// machine in protected mode; and nobody was turned away without one of these reasons.
//
// That a connection was served is known from its requests in the witness; that it was served until a step,
// only when it has another one behind that step. So of the clients that the server had at once those are
// counted that certainly were there, and of those that it may have had, all that had ever connected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "model/sim/oracle/history.h"
#include "model/sim/oracle/verdict.h"
#include "model/sim/oracle/witness.h"

namespace baton::sim {

struct Admitted {
  std::size_t clients_max = 0;             // 0: as many as come; until CONFIG SET says otherwise
  std::set<std::uint64_t> strangers = {};  // connections that are not to be served
};

[[nodiscard]] Verdict check_admission(const History& history, const std::vector<Executed>& witness,
                                      const Admitted& admitted);

}  // namespace baton::sim
