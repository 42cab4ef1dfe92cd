#include "model/run.h"

#include <unistd.h>

namespace baton::model {

void Run::begin_schedule() {
  if (*replaying) return;
  if (cap != 0 && tally->iteration == cap) {
    tally->capped = true;
    ::_exit(kExitCapped);
  }
  ++tally->schedules;
  ++tally->iteration;
}

}  // namespace baton::model
