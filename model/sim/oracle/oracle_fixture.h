// For the oracles' tests: replies as bytes, and a server that cannot be wrong because it is the reference
// itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/sim/oracle/history.h"
#include "model/sim/oracle/plan.h"
#include "model/sim/oracle/random.h"
#include "model/sim/oracle/witness.h"

namespace baton::sim {

// Of what is expected loosely, one frame that fits.
[[nodiscard]] std::string encode(const Reply& reply);

struct Played {
  History history;
  std::vector<Executed> witness;
};

// The plan's clients in turn, one request of one client a step; actions are left out.
struct PerfectServer {
  // For a test that plants a bug: sees each request's frames before they are sent.
  using Spoil = void (*)(std::size_t place, std::vector<Reply>& frames);
  Played play(const Plan& plan, std::uint64_t seed, Spoil spoil = nullptr);
};

}  // namespace baton::sim
