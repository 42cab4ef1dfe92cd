// history: Relacy's account of a failed schedule, cut to what a person reads.
#pragma once

#include <string>
#include <string_view>

namespace baton::model {

// One line a step, in the order of the schedule: number, thread, place in the source, operation. Words are
// called #1, #2 ... in the order of their first use; STALE marks a load that did not return the newest value.
// The construction of the scenario, and Relacy's second listing by thread, are left out.
std::string readable_history(std::string_view relacy_text);

}  // namespace baton::model
