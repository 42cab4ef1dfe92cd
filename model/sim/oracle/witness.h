// The executor's order of execution as a witness: it names the order in which the requests took effect, so
// the reference need only follow it.
//
// A request is in the witness when the executor takes it, refused or not, and once: the commands of a
// transaction are part of their EXEC. The order is that of the vector; steps are those of the history.
#pragma once

#include <cstdint>
#include <vector>

#include "model/sim/oracle/history.h"
#include "model/sim/oracle/verdict.h"

namespace baton::sim {

struct Executed {
  std::uint64_t connection;
  Arguments args;
  std::int64_t now_ms;  // what the server took the time to be
  std::uint64_t step;
  bool refused =
      false;  // for a reason that the reference does not know (out of memory): answered by an error
};

// Each request that was answered was executed, once, in the order of its connection, between its first byte
// and its first answer; and each answer is what the reference says at that place of the order. Not at rest:
// the history was cut, and connections that look open may have ended.
[[nodiscard]] Verdict check_witness(const History& history, const std::vector<Executed>& witness,
                                    bool at_rest = true);

}  // namespace baton::sim
