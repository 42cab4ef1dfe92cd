/* Concurrency Kit's ring behind functions: its header is C and does not compile as C++. */
#include "stress/ck_ring_shim.h"

#include <ck_ring.h>
#include <stdlib.h>

struct CkShimRing {
  ck_ring_t ring;
  ck_ring_buffer_t* slots;
};

struct CkShimRing* ck_shim_new(unsigned capacity) {
  struct CkShimRing* shim = aligned_alloc(64, (sizeof *shim + 63) / 64 * 64);
  if (shim == NULL) abort();
  shim->slots = calloc(capacity, sizeof *shim->slots);
  if (shim->slots == NULL) abort();
  ck_ring_init(&shim->ring, capacity);
  return shim;
}

void ck_shim_free(struct CkShimRing* shim) {
  free(shim->slots);
  free(shim);
}

size_t ck_shim_push(struct CkShimRing* shim, void* const* values, size_t count) {
  size_t done = 0;
  while (done < count && ck_ring_enqueue_spsc(&shim->ring, shim->slots, values[done])) ++done;
  return done;
}

size_t ck_shim_pop(struct CkShimRing* shim, void** out, size_t count) {
  size_t done = 0;
  while (done < count && ck_ring_dequeue_spsc(&shim->ring, shim->slots, &out[done])) ++done;
  return done;
}
