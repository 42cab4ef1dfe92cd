// MemoryReport: where the server's memory is, for INFO memory and MEMORY STATS. All figures in bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/exec/services.h"

namespace baton {

struct MemoryReport {
  std::uint64_t used = 0;     // allocated by the server
  std::uint64_t dataset = 0;  // keys, values and their tables: the exact account of the store
  std::uint64_t startup = 0;  // allocated before the first client came
  std::uint64_t clients = 0;  // their state, input and output
  std::uint64_t resident = 0;
  std::uint64_t allocator_allocated = 0;
  std::uint64_t allocator_active = 0;
  std::uint64_t allocator_resident = 0;
  std::string_view allocator;
};

[[nodiscard]] MemoryReport memory_report(const Services& services);

}  // namespace baton
