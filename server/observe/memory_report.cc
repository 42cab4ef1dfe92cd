#include "server/observe/memory_report.h"

#if defined(BATON_JEMALLOC)
#include <jemalloc/jemalloc.h>
#else
#include <malloc.h>
#endif

#include "server/exec/client_registry.h"
#include "server/exec/server_stats.h"
#include "server/platform/platform.h"
#include "server/store/keyspace.h"

namespace baton {

namespace {

#if defined(BATON_JEMALLOC)

std::uint64_t statistic(const char* name) {
  std::size_t value = 0;
  std::size_t size = sizeof value;
  return mallctl(name, &value, &size, nullptr, 0) == 0 ? value : 0;
}

void refresh() {
  std::uint64_t epoch = 1;
  mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
}

#endif

}  // namespace

#if defined(BATON_JEMALLOC)

std::uint64_t allocated_bytes() {
  refresh();
  return statistic("stats.allocated");
}

void purge_allocator() { mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0); }

#else

std::uint64_t allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void purge_allocator() { malloc_trim(0); }

#endif

MemoryReport memory_report(const Services& services) {
  MemoryReport report;
  report.used = report.allocator_allocated = allocated_bytes();
#if defined(BATON_JEMALLOC)
  report.allocator = "jemalloc-" JEMALLOC_VERSION;
  report.allocator_active = statistic("stats.active");
  report.allocator_resident = statistic("stats.resident");
#else
  report.allocator = "libc";
  report.allocator_active = report.allocator_resident = report.allocator_allocated;
#endif
  report.dataset = services.keyspace.bytes();
  report.startup = services.stats.memory_startup;
  report.resident = services.platform.process.resident_bytes();
  services.clients.for_each([&](const Client& client) {
    report.clients +=
        sizeof(Client) + sizeof(Session) + sizeof(SocketStats) + client.stats->get(SocketStat::query_bytes) +
        client.stats->get(SocketStat::query_capacity) + client.stats->get(SocketStat::output_memory);
  });
  return report;
}

}  // namespace baton
