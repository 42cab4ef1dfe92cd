// Is a history of one key linearizable? Decided without the server's help: is there any order of the
// requests, each between its first byte and its answer, that explains all answers?
//
// The search is that of Wing and Gong (1993) with Lowe's memory of what was tried (2017): a place of the
// search is the set of requests already ordered with the value they led to, and none is entered twice. A
// request whose answer was never heard may have taken effect at any time after it was sent, or never.
//
// Keys are independent of each other (linearizability is local), so each is judged alone, from its own
// history (key_histories.h), which may end before the run does: from there on the key is left to the witness.
// The number of places is bounded: beyond it a key is "not decided", which is counted and said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "model/sim/oracle/history.h"
#include "model/sim/oracle/verdict.h"

namespace baton::sim {

struct KeyOperation {
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  Arguments args;  // the name in lower case
  std::uint64_t invoked;
  std::uint64_t returned = kNever;
  std::optional<Reply> reply;  // none: it was not heard, or is not known though something was
};

enum class Linearizable : std::uint8_t { yes, no, not_decided };

// The requests on one key that was absent at first.
[[nodiscard]] Linearizable is_linearizable(const std::vector<KeyOperation>& operations,
                                           std::size_t places_max);

// Is this a request of the kind that is_linearizable knows? Its key is args[1].
[[nodiscard]] bool is_single_key(const Arguments& args);

// All keys of a run. `checked` counts those that were judged, of which `in_part` not to their end,
// `not_decided` those that could not be.
[[nodiscard]] Verdict check_linearizable(const History& history, std::size_t places_max = 200'000);

}  // namespace baton::sim
