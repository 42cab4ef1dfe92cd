// H1: a slot had to be cleared by its reader, and the writer could see the index before it.
// expect: a slot is read after its value may have been copied out
#include "queues/held.h"
#include "queues/spsc_ring.h"

struct Job {};

#ifdef BATON_ZOO_DEFECT
baton::SpscRing<baton::Held<Job>, 4> ring;  // a slot that is not empty after its value was copied out
#else
baton::SpscRing<Job*, 4> ring;
#endif
