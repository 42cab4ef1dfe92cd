// LazyFree: memory that nobody reaches any more and that is freed later, a slice at a time.
//
//   queue.take(std::move(shard));             // FLUSHALL ASYNC: all of its keys
//   queue.take_value(account, raw);           // UNLINK of a large value
//   while (queue.free_some({})) ...           // between other work
//
// Why         Freeing a few million keys takes seconds. A slice frees a bounded number of blocks and, from
//             the first block on, a bounded number of bytes, so that clients wait for a slice at most.
// Account     What is here still counts: bytes() falls as memory is freed, not when it is handed over.
// Ownership   The executor's, as the keyspace is: no thread of its own, which would have to take memory from
//             one allocator's cache to another's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "server/store/entry_block.h"
#include "server/store/shard.h"

namespace baton {

enum class Freeing : std::uint8_t { now, lazily };
[[nodiscard]] constexpr Freeing freeing(bool lazily) noexcept {
  return lazily ? Freeing::lazily : Freeing::now;
}

class LazyFree {
 public:
  // Smaller values are freed faster than they are queued.
  static constexpr std::size_t kValueMin = 16u << 10;

  explicit LazyFree(std::size_t* total = nullptr) : values_account_(total) {}
  LazyFree(const LazyFree&) = delete;
  LazyFree& operator=(const LazyFree&) = delete;
  ~LazyFree();

  void take(std::unique_ptr<Shard> shard);
  // The value leaves `from`; a small one is freed at once.
  void take_value(MemoryAccount& from, const RawValue& raw) noexcept;

  struct Slice {
    std::size_t blocks_max = 512;
    std::size_t bytes_max = 4u << 20;
  };
  // Frees at most a slice; false when nothing is left.
  bool free_some(const Slice& slice) noexcept;

  // Nothing is left to do; a shard without keys still has a table.
  [[nodiscard]] bool idle() const noexcept { return !values_ && shards_.empty(); }
  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }  // keys and values
  [[nodiscard]] std::uint64_t freed() const noexcept { return freed_; }    // since reset_freed()
  void reset_freed() noexcept { freed_ = 0; }
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  void free_value(FreeBudget& budget) noexcept;
  void free_shard(FreeBudget& budget) noexcept;

  std::vector<std::unique_ptr<Shard>> shards_;
  char* values_ = nullptr;  // a list through the first bytes of the values themselves
  MemoryAccount values_account_;
  std::size_t pending_ = 0;
  std::uint64_t freed_ = 0;
};

}  // namespace baton
