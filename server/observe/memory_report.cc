#include "server/observe/memory_report.h"

#include "server/exec/client_registry.h"
#include "server/exec/server_stats.h"
#include "server/observe/allocator.h"
#include "server/platform/platform.h"
#include "server/store/keyspace.h"

namespace baton {

MemoryReport memory_report(const Services& services) {
  MemoryReport report;
  const AllocatorFigures allocator = allocator_figures();
  report.used = report.allocator_allocated = allocator.allocated;
  report.allocator = allocator.name;
  report.allocator_active = allocator.active;
  report.allocator_resident = allocator.resident;
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
