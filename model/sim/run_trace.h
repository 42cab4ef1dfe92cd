// RunTrace: a recorded run as others see it: a trace to draw, or the place where two runs of one seed part.
#pragma once

#include <optional>
#include <string>

#include "model/explorer/trace.h"
#include "model/sim/sim_run.h"

namespace baton::sim {

// The last `steps_max` steps, what the world did between them in a lane of its own. `replay` is the line that
// runs it again. A value that was written before the first step shown is said to be so.
[[nodiscard]] explorer::Trace trace_of(const Recording& recording, const std::string& replay,
                                       std::size_t steps_max);

// The first step in which they differ, in words; empty: none that was recorded.
[[nodiscard]] std::string first_difference(const Recording& one, const Recording& other);

}  // namespace baton::sim
