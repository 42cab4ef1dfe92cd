// ExpiryIndex: the entries of a shard that expire, soonest first: a heap of four children a node.
//
// Each entry knows its slot, so that a changed or removed expiry costs O(log n) and finding what is due costs
// nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "server/store/entry_block.h"

namespace baton {

class ExpiryIndex {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  // Sum of all expiry times, for the average.
  [[nodiscard]] __int128 sum_ms() const noexcept { return sum_ms_; }
  [[nodiscard]] EntryBlock* soonest() const noexcept { return heap_.empty() ? nullptr : heap_.front().entry; }
  [[nodiscard]] std::int64_t soonest_ms() const noexcept { return heap_.front().at_ms; }

  void add(MemoryAccount& account, EntryBlock* entry);
  void remove(MemoryAccount& account, EntryBlock* entry);
  void change(EntryBlock* entry, std::int64_t at_ms) noexcept;
  // The block of an entry moved.
  void moved(EntryBlock* entry) noexcept { heap_[entry->expiry_slot()].entry = entry; }
  void clear(MemoryAccount& account);

 private:
  struct Node {
    std::int64_t at_ms;
    EntryBlock* entry;
  };
  void put(std::size_t slot, Node node) noexcept {
    heap_[slot] = node;
    node.entry->set_expiry_slot(static_cast<std::uint32_t>(slot));
  }
  void sift_up(std::size_t slot, Node node) noexcept;
  void sift_down(std::size_t slot, Node node) noexcept;
  void fit(MemoryAccount& account, std::size_t capacity);

  std::vector<Node> heap_;
  __int128 sum_ms_ = 0;
};

}  // namespace baton
