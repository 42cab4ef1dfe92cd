// Which operations the scenarios run under the explorer, and what can be taken away from each, by name.
#pragma once

#include <string>
#include <vector>

#include "model/scenario.h"
#include "model/site.h"

namespace baton::explorer {

// The operations that a scenario meets: short searches, to see each line of the primitives run.
[[nodiscard]] model::OperationTable operations_of(const model::Scenario& scenario);
// Of all scenarios together; the names do not depend on which scenario is asked.
[[nodiscard]] model::OperationTable all_operations(const std::vector<model::Scenario>& scenarios);
// The weakening of that name of an operation in `primitives` (Suite). False: none has it.
bool weaken(const std::vector<model::Scenario>& scenarios, const char* primitives, const std::string& name,
            model::Weakening& weakening);

}  // namespace baton::explorer
