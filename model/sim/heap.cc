#include "model/sim/heap.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <string_view>
#include <utility>

#include "model/explorer/engine.h"
#include "model/explorer/fiber.h"

#if defined(BATON_ADDRESS_SANITIZER)

namespace baton::sim::heap {
bool watched() { return false; }
std::int64_t blocks() { return 0; }
void note_blocks() {}
std::string noted_blocks() { return {}; }
}  // namespace baton::sim::heap

#else

// What the linker calls the allocator's own when it puts ours before it.
// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier)
extern "C" {
void* __real_malloc(std::size_t bytes);
void* __real_calloc(std::size_t count, std::size_t bytes);
void* __real_realloc(void* block, std::size_t bytes);
void* __real_aligned_alloc(std::size_t alignment, std::size_t bytes);
void __real_free(void* block);
#if defined(BATON_JEMALLOC)
void __real_sdallocx(void* block, std::size_t bytes, int flags);
#endif
}
// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)

namespace baton::sim::heap {

namespace {

constexpr std::size_t kShown = 3;  // blocks, of those that are left
constexpr unsigned char kFreed = 0xDF;

// Stands before each block of operator new.
struct Header {
  enum class State : std::uint32_t { taken = 0x7A4E11AD, freed = 0xDEADB10C };
  State state;
  std::uint32_t offset;  // of the block, in what the allocator gave
  std::size_t bytes;
};
static_assert(sizeof(Header) == __STDCPP_DEFAULT_NEW_ALIGNMENT__);

struct Taken {
  std::size_t number, bytes;
  std::uint32_t step;
  const void* by;
};

struct Ledger {
  std::int64_t blocks = 0;
  bool noting = false;
  bool inside = false;  // the table of notes takes blocks of its own
  std::size_t taken = 0;
  std::map<const void*, Taken>* notes = nullptr;

  // Deleted blocks, the oldest is the next to go.
  struct Kept {
    char* block = nullptr;
    std::size_t filled = 0;
  };
  static constexpr std::size_t kKept = 256;
  static constexpr std::size_t kBytesKept = 1024;  // larger blocks go at once
  std::array<Kept, kKept> kept;
  std::size_t next = 0;
};
constinit Ledger ledger;

[[noreturn]] void misused(const char* what) {
  using explorer::Engine;
  if (Engine::exists() && Engine::current().executing()) Engine::current().fail(what, {"", "", 0, 0});
  std::fprintf(stderr, "baton_sim: %s\n", what);
  std::abort();
}

void note(const void* block, std::size_t bytes, const void* by) {
  if (ledger.inside) return;
  ledger.inside = true;
  const std::uint32_t step = explorer::Engine::exists() ? explorer::Engine::current().steps() : 0;
  (*ledger.notes)[block] = {ledger.taken++, bytes, step, by};
  ledger.inside = false;
}

void took(const void* block, std::size_t bytes, const void* by) {
  if (!block) return;
  ++ledger.blocks;
  if (ledger.noting) [[unlikely]]
    note(block, bytes, by);
}

void gave(const void* block) {
  if (!block) return;
  --ledger.blocks;
  if (!ledger.noting || ledger.inside) [[likely]]
    return;
  ledger.inside = true;
  ledger.notes->erase(block);
  ledger.inside = false;
}

void* take_new(std::size_t bytes, std::size_t alignment, const void* by) {
  const std::size_t offset = std::max(alignment, sizeof(Header));
  char* const memory = static_cast<char*>(
      alignment <= sizeof(Header)
          ? __real_malloc(bytes + offset)
          : __real_aligned_alloc(alignment, (bytes + offset + alignment - 1) / alignment * alignment));
  if (!memory) return nullptr;
  char* const block = memory + offset;
  new (block - sizeof(Header)) Header{Header::State::taken, static_cast<std::uint32_t>(offset), bytes};
  took(block, bytes, by);
  return block;
}

void* or_throw(void* block) {
  if (!block) throw std::bad_alloc();
  return block;
}

Header& header_of(char* block) { return *reinterpret_cast<Header*>(block - sizeof(Header)); }

void let_go(const Ledger::Kept& kept) {
  if (!kept.block) return;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(kept.block);
  char* const block = kept.block;
  // All are the same as the first, if each is the same as its neighbour.
  const bool untouched =
      kept.filled == 0 || (bytes[0] == kFreed && std::memcmp(bytes, bytes + 1, kept.filled - 1) == 0);
  __real_free(block - header_of(block).offset);
  if (!untouched) misused("memory was written to after it had been freed");
}

void give_new(void* address) {
  if (!address) return;
  char* const block = static_cast<char*>(address);
  Header& header = header_of(block);
  if (header.state == Header::State::freed) misused("memory is freed twice");
  if (header.state != Header::State::taken) misused("memory is freed that was never taken");
  header.state = Header::State::freed;
  gave(block);
  if (header.bytes > Ledger::kBytesKept) return __real_free(block - header.offset);
  std::memset(block, kFreed, header.bytes);
  const Ledger::Kept oldest =
      std::exchange(ledger.kept[ledger.next++ % Ledger::kKept], {block, header.bytes});
  let_go(oldest);
}

// As "file+0x12ab", which addr2line knows.
std::string place_of(const void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return fmt::format("{}", address);
  const std::string_view file = info.dli_fname;
  return fmt::format("{}+{:#x}", file.substr(file.rfind('/') + 1),
                     static_cast<const char*>(address) - static_cast<const char*>(info.dli_fbase));
}

}  // namespace

bool watched() { return true; }
std::int64_t blocks() { return ledger.blocks; }

void note_blocks() {
  static std::map<const void*, Taken> notes;
  ledger.notes = &notes;
  ledger.taken = 0;
  ledger.noting = true;
}

std::string noted_blocks() {
  ledger.noting = false;
  std::string text;
  std::size_t bytes = 0, shown = 0;
  std::map<std::size_t, Taken> in_order;
  for (const auto& [block, taken] : *ledger.notes) in_order.emplace(taken.number, taken);
  for (const auto& [number, taken] : in_order) {
    bytes += taken.bytes;
    if (shown++ < kShown)
      text += fmt::format("{}{} bytes taken at step {} by {}", shown == 1 ? "" : ", ", taken.bytes,
                          taken.step, place_of(taken.by));
  }
  text =
      fmt::format("{} blocks of {} bytes: {}{}", in_order.size(), bytes, text, shown > kShown ? " ..." : "");
  ledger.inside = true;
  ledger.notes->clear();
  ledger.inside = false;
  return text;
}

}  // namespace baton::sim::heap

using namespace baton::sim::heap;

#define BATON_CALLER __builtin_return_address(0)

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier)
extern "C" {
void* __wrap_malloc(std::size_t bytes) {
  void* const block = __real_malloc(bytes);
  took(block, bytes, BATON_CALLER);
  return block;
}
void* __wrap_calloc(std::size_t count, std::size_t bytes) {
  void* const block = __real_calloc(count, bytes);
  took(block, count * bytes, BATON_CALLER);
  return block;
}
void* __wrap_realloc(void* block, std::size_t bytes) {
  gave(block);
  void* const moved = __real_realloc(block, bytes);
  took(moved ? moved : block, bytes, BATON_CALLER);
  return moved;
}
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t bytes) {
  void* const block = __real_aligned_alloc(alignment, bytes);
  took(block, bytes, BATON_CALLER);
  return block;
}
void __wrap_free(void* block) {
  gave(block);
  __real_free(block);
}
#if defined(BATON_JEMALLOC)
void __wrap_sdallocx(void* block, std::size_t bytes, int flags) {
  gave(block);
  __real_sdallocx(block, bytes, flags);
}
#endif
}
// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)

void* operator new(std::size_t bytes) { return or_throw(take_new(bytes, 1, BATON_CALLER)); }
void* operator new[](std::size_t bytes) { return or_throw(take_new(bytes, 1, BATON_CALLER)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return or_throw(take_new(bytes, static_cast<std::size_t>(alignment), BATON_CALLER));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return or_throw(take_new(bytes, static_cast<std::size_t>(alignment), BATON_CALLER));
}
// All forms, since an allocator may have some of its own.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return take_new(bytes, 1, BATON_CALLER);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return take_new(bytes, 1, BATON_CALLER);
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take_new(bytes, static_cast<std::size_t>(alignment), BATON_CALLER);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take_new(bytes, static_cast<std::size_t>(alignment), BATON_CALLER);
}
void operator delete(void* block, const std::nothrow_t&) noexcept { give_new(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { give_new(block); }
void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept { give_new(block); }
void operator delete[](void* block, std::align_val_t, const std::nothrow_t&) noexcept { give_new(block); }
void operator delete(void* block) noexcept { give_new(block); }
void operator delete[](void* block) noexcept { give_new(block); }
void operator delete(void* block, std::size_t) noexcept { give_new(block); }
void operator delete[](void* block, std::size_t) noexcept { give_new(block); }
void operator delete(void* block, std::align_val_t) noexcept { give_new(block); }
void operator delete[](void* block, std::align_val_t) noexcept { give_new(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { give_new(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { give_new(block); }

#endif
