// baton_explorer: the scenarios of Baton under the explorer; see docs/models.md.
#include "model/explorer/explorer_main.h"
#include "model/explorer/scenarios.h"

int main(int count, char** arguments) {
  using namespace baton::explorer;
  return explorer_main(count, arguments, {"baton_explorer", explorer_scenarios});
}
