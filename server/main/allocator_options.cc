// The allocator's options. jemalloc reads this name before main(); MALLOC_CONF in the environment adds to it.
//
// Huge pages where the system leaves the choice to programs: a table of millions of keys is read at random,
// and with small pages each key costs two walks of a page table that does not fit the caches either. Since
// Linux 5.8 a write after fork() splits such a page and copies 4 KiB of it, so snapshots do not pay for them.
#if defined(BATON_JEMALLOC)
#include <jemalloc/jemalloc.h>

const char* malloc_conf = "thp:always";
#endif
