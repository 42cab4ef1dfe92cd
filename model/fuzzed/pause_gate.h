// A pause gate, its mailboxes and their threads: which operations in which order, and under which schedule.
//
// Bytes     machine and queue kind; threads and batch; number of operations; an operation each (the lower
//           half what, the upper half for whom); the rest is the schedule. An operation that the reference
//           does not allow there is left out.
// Holds     what model/scripted_model.h lists under Always.
// Defects   model::kScriptedDefects.
#pragma once

#include <memory>

#include "model/explorer/fuzzed_program.h"

namespace baton::explorer {

[[nodiscard]] std::unique_ptr<FuzzedProgram> make_fuzzed_pause_gate();

}  // namespace baton::explorer
