// A schedule as Chrome trace events, for ui.perfetto.dev or chrome://tracing.
//
// A thread is a track, a step a slice of one microsecond that starts at its number, a value read an arrow
// from the step that wrote it; stale reads begin with STALE, preemptions and the failure are instants.
#pragma once

#include <string>

#include "model/explorer/trace.h"

namespace baton::explorer {

// JSON, ends in a newline.
[[nodiscard]] std::string chrome_trace(const Trace& trace);

}  // namespace baton::explorer
