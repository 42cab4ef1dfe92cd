#include "server/observe/allocator.h"

#if defined(BATON_JEMALLOC)
#include <jemalloc/jemalloc.h>
#else
#include <malloc.h>
#endif

#include <cstddef>

namespace baton {

#if defined(BATON_JEMALLOC)

namespace {

std::uint64_t statistic(const char* name) {
  std::size_t value = 0;
  std::size_t size = sizeof value;
  return mallctl(name, &value, &size, nullptr, 0) == 0 ? value : 0;
}

void refresh() {
  std::uint64_t epoch = 1;
  mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
}

}  // namespace

AllocatorFigures allocator_figures() {
  refresh();
  return {.name = "jemalloc-" JEMALLOC_VERSION,
          .allocated = statistic("stats.allocated"),
          .active = statistic("stats.active"),
          .resident = statistic("stats.resident")};
}

std::uint64_t allocated_bytes() {
  refresh();
  return statistic("stats.allocated");
}

void purge_allocator() { mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0); }

#else

AllocatorFigures allocator_figures() {
  const std::uint64_t bytes = allocated_bytes();
  return {.name = "libc", .allocated = bytes, .active = bytes, .resident = bytes};
}

std::uint64_t allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void purge_allocator() { malloc_trim(0); }

#endif

}  // namespace baton
