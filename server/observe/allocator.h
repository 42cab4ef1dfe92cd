// Allocator: what the process's allocator says of itself, and can be asked for. All figures in bytes.
//
// A file of its own, because a simulation has another: what the allocator says depends on all that the
// process has done before, and would make two runs of one seed differ.
#pragma once

#include <cstdint>
#include <string_view>

namespace baton {

struct AllocatorFigures {
  std::string_view name;
  std::uint64_t allocated = 0;  // handed out
  std::uint64_t active = 0;     // in pages that hold something of it
  std::uint64_t resident = 0;
};

[[nodiscard]] AllocatorFigures allocator_figures();
// Bytes that the allocator has handed out now.
[[nodiscard]] std::uint64_t allocated_bytes();
// Gives unused pages back to the system (MEMORY PURGE).
void purge_allocator();

}  // namespace baton
