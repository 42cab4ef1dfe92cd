#include "server/store/expiry_index.h"

namespace baton {

namespace {
constexpr std::size_t kChildren = 4;
}

void ExpiryIndex::fit(MemoryAccount& account, std::size_t capacity) {
  const std::size_t before = heap_.capacity();
  std::vector<Node> fitted;
  fitted.reserve(capacity);
  fitted.assign(heap_.begin(), heap_.end());
  heap_.swap(fitted);
  account.add(heap_.capacity() * sizeof(Node));
  account.remove(before * sizeof(Node));
}

void ExpiryIndex::add(MemoryAccount& account, EntryBlock* entry) {
  if (heap_.size() == heap_.capacity()) fit(account, heap_.size() + heap_.size() / 2 + 4);
  const Node node{entry->expiry(), entry};
  sum_ms_ += node.at_ms;
  heap_.push_back(node);
  sift_up(heap_.size() - 1, node);
}

void ExpiryIndex::remove(MemoryAccount& account, EntryBlock* entry) {
  const std::size_t slot = entry->expiry_slot();
  sum_ms_ -= heap_[slot].at_ms;
  const Node last = heap_.back();
  heap_.pop_back();
  if (slot < heap_.size()) {
    if (slot > 0 && last.at_ms < heap_[(slot - 1) / kChildren].at_ms)
      sift_up(slot, last);
    else
      sift_down(slot, last);
  }
  if (heap_.size() < heap_.capacity() / 4 || heap_.empty()) fit(account, heap_.size() + heap_.size() / 2);
}

void ExpiryIndex::change(EntryBlock* entry, std::int64_t at_ms) noexcept {
  const std::size_t slot = entry->expiry_slot();
  sum_ms_ += at_ms - heap_[slot].at_ms;
  entry->set_expiry(at_ms);
  const Node node{at_ms, entry};
  if (slot > 0 && at_ms < heap_[(slot - 1) / kChildren].at_ms)
    sift_up(slot, node);
  else
    sift_down(slot, node);
}

void ExpiryIndex::clear(MemoryAccount& account) {
  account.remove(heap_.capacity() * sizeof(Node));
  std::vector<Node>().swap(heap_);
  sum_ms_ = 0;
}

void ExpiryIndex::sift_up(std::size_t slot, Node node) noexcept {
  while (slot > 0) {
    const std::size_t parent = (slot - 1) / kChildren;
    if (heap_[parent].at_ms <= node.at_ms) break;
    put(slot, heap_[parent]);
    slot = parent;
  }
  put(slot, node);
}

void ExpiryIndex::sift_down(std::size_t slot, Node node) noexcept {
  for (;;) {
    const std::size_t first = slot * kChildren + 1;
    if (first >= heap_.size()) break;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < first + kChildren && child < heap_.size(); ++child)
      if (heap_[child].at_ms < heap_[least].at_ms) least = child;
    if (heap_[least].at_ms >= node.at_ms) break;
    put(slot, heap_[least]);
    slot = least;
  }
  put(slot, node);
}

}  // namespace baton
