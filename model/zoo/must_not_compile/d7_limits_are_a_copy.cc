// D7: a configuration value that one thread reads while another sets it.
// expect: read-only|const-qualified
#include "server/io/io_loop.h"

unsigned shorten(const baton::IoLoop& loop) {
#ifdef BATON_ZOO_DEFECT
  loop.limits().timeout_seconds = 1;
  return 1;
#else
  baton::IoLimits copy = loop.limits();
  copy.timeout_seconds = 1;
  return copy.timeout_seconds;
#endif
}
