// A schedule as a page: one HTML file that needs nothing else, neither network nor server.
//
// A lane for each thread, arrows from what was written to who read it, stale reads and the failure marked,
// stepped with keys or touch; docs/pictures.md says how to read it. The page is picture.html with picture.css
// and picture.js put in, embedded when the program is built; the trace goes in as JSON.
#pragma once

#include <string>

#include "model/explorer/trace.h"

namespace baton::explorer {

[[nodiscard]] std::string picture(const Trace& trace);

// The JSON that the page draws: {scenario, variant, schedule, threads, ended, objects, places, failure,
// failedAt, failedThread, steps}; a step is [thread, event, order, object, value, read from or -1, flags,
// place or -1, note] with flags 1 writes, 2 stale, 4 failed, 8 preemption. It holds no <, > or &.
[[nodiscard]] std::string picture_data(const Trace& trace);

}  // namespace baton::explorer
