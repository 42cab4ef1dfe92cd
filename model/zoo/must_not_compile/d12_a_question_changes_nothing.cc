// D12: a function that asks, called from every thread, changed what it asked about.
// expect: discards qualifiers|not marked const
#include "server/exec/client.h"

bool may_run(const baton::Client& client) {
#ifdef BATON_ZOO_DEFECT
  client.settle();
#endif
  return client.plain();
}
