// Every scenario of model/ under schedules made of bytes.
//
// Bytes     which scenario; the machine; the rest is the schedule.
// Holds     what each scenario lists under Always.
// Defects   those of all scenarios, as "scenario: defect"; one that is seeded pins its scenario.
#pragma once

#include <memory>

#include "model/explorer/fuzzed_program.h"

namespace baton::explorer {

[[nodiscard]] std::unique_ptr<FuzzedProgram> make_fuzzed_handoff();

}  // namespace baton::explorer
