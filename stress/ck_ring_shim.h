/* See ck_ring_shim.c. A call in and out is about a nanosecond that the other queues do not pay. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct CkShimRing;

struct CkShimRing* ck_shim_new(unsigned capacity);
void ck_shim_free(struct CkShimRing* shim);
/* Up to `count` values, one enqueue or dequeue each; return how many went. */
size_t ck_shim_push(struct CkShimRing* shim, void* const* values, size_t count);
size_t ck_shim_pop(struct CkShimRing* shim, void** out, size_t count);

#ifdef __cplusplus
}
#endif
