// Memory of the store: blocks whose true size, as the allocator rounds it, is entered in an account.
//
// The account is exact: what was entered for a block is taken off when the block is freed, from the same
// computation.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(BATON_JEMALLOC)
#include <jemalloc/jemalloc.h>
#else
#include <malloc.h>
#endif

namespace baton {

// Of one part of the store; what is entered here is entered in the whole's total as well, if there is one.
struct MemoryAccount {
  explicit MemoryAccount(std::size_t* whole_ = nullptr) noexcept : whole(whole_) {}

  void add(std::size_t n) noexcept {
    bytes += n;
    if (whole) *whole += n;
  }
  void remove(std::size_t n) noexcept {
    bytes -= n;
    if (whole) *whole -= n;
  }

  std::size_t bytes = 0;
  std::size_t* whole;
};

// What the allocator takes for `block`, for which `size` bytes were asked.
[[nodiscard]] inline std::size_t allocated_size([[maybe_unused]] void* block,
                                                [[maybe_unused]] std::size_t size) noexcept {
#if defined(BATON_JEMALLOC)
  return nallocx(size, 0);
#else
  return malloc_usable_size(block);
#endif
}

// The same for a block whose asked size is not known.
[[nodiscard]] inline std::size_t usable_size(void* block) noexcept { return malloc_usable_size(block); }

[[nodiscard]] inline void* allocate(MemoryAccount& account, std::size_t size) {
  void* const block = std::malloc(size);
  if (!block) throw std::bad_alloc();
  account.add(allocated_size(block, size));
  return block;
}

inline void deallocate(MemoryAccount& account, void* block, std::size_t size) noexcept {
  account.remove(allocated_size(block, size));
#if defined(BATON_JEMALLOC)
  sdallocx(block, size, 0);
#else
  std::free(block);
#endif
}

}  // namespace baton
