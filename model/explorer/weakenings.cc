#include "model/explorer/weakenings.h"

#include "model/explorer/explorer_engine.h"
#include "model/explorer/search.h"

namespace baton::explorer {

model::OperationTable operations_of(const model::Scenario& scenario) {
  model::Run& run = model::Run::current();
  ScenarioProgram program(scenario.program);
  run.recording = true;
  for (const char* how : {"portfolio", "bound1"}) {
    Plan plan{.machine = {.stale = 1}, .executions = 1'000};
    parse_how(how, plan);
    (void)search(program, plan);
  }
  run.recording = false;
  return program.tally().operations;
}

model::OperationTable all_operations(const std::vector<model::Scenario>& scenarios) {
  model::OperationTable all;
  for (const model::Scenario& scenario : scenarios) {
    for (const model::Operation& operation : operations_of(scenario)) all.add(operation);
  }
  return all;
}

bool weaken(const std::vector<model::Scenario>& scenarios, const char* primitives, const std::string& name,
            model::Weakening& weakening) {
  for (const model::NamedWeakening& known : model::weakenings_of(all_operations(scenarios), primitives)) {
    if (known.name != name) continue;
    weakening = known.weakening;
    return true;
  }
  return false;
}

}  // namespace baton::explorer
