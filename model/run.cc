#include "model/run.h"

#include <unistd.h>

#include <cstdio>

namespace baton::model {

void Run::begin_schedule() {
  deferred.forget();
  if (*replaying) return;
  if (cap != 0 && tally->iteration == cap) {
    tally->capped = true;
    if (alone) std::puts("does not fail");
    std::fflush(nullptr);
    ::_exit(alone ? 0 : kExitCapped);
  }
  ++tally->schedules;
  ++tally->iteration;
}

void fail_requirement(const char* what, const CallSite& site) { Run::current().fail(what, site); }

}  // namespace baton::model
