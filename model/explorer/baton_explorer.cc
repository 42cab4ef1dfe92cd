// baton_explorer: the scenarios of Baton under the explorer; see docs/models.md.
#include "model/explorer/explorer_main.h"
#include "model/explorer/scenarios.h"
#include "model/fuzzed/targets.h"

int main(int count, char** arguments) {
  using namespace baton::explorer;
  return explorer_main(count, arguments,
                       {.program = "baton_explorer",
                        .scenarios = explorer_scenarios,
                        .proofs = explorer_proofs,
                        .fuzzed = fuzzed_targets()});
}
