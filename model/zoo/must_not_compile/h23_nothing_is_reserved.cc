// H23: a producer that reserved a slot and was then stopped kept everybody behind it waiting.
// expect: has no member named .reserve.|no member named .reserve.
#include "queues/spsc_ring.h"

bool send(baton::SpscRing<int, 4>& ring) {
#ifdef BATON_ZOO_DEFECT
  ring.reserve();
#endif
  return ring.try_push(1);
}
