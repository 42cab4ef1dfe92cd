// The samples of an event as a picture of characters, for LATENCY GRAPH.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/observe/latency_monitor.h"

namespace baton {

// A column a sample, oldest first, the least at the bottom and the most at the top; under each column its age
// at `now_s`, from top to bottom. Columns beyond 80 continue in a further block.
[[nodiscard]] std::string latency_picture(std::string_view event, const LatencyHistory& history,
                                          std::int64_t now_s);

}  // namespace baton
