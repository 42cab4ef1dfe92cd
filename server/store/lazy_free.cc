#include "server/store/lazy_free.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

namespace baton {

LazyFree::~LazyFree() {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  while (free_some({kAll, kAll})) continue;
}

void LazyFree::take(std::unique_ptr<Shard> shard) {
  pending_ += shard->size();
  shards_.push_back(std::move(shard));
}

void LazyFree::take_value(MemoryAccount& from, const RawValue& raw) noexcept {
  const std::size_t bytes = usable_size(raw.data);
  from.remove(bytes);
  if (bytes < kValueMin) return std::free(raw.data);
  std::memcpy(raw.data, &values_, sizeof values_);
  values_ = raw.data;
  values_account_.add(bytes);
  ++pending_;
}

std::size_t LazyFree::bytes() const noexcept {
  std::size_t n = values_account_.bytes;
  for (const auto& shard : shards_) n += shard->bytes();
  return n;
}

bool LazyFree::free_some(const Slice& slice) noexcept {
  FreeBudget budget{slice.blocks_max, slice.bytes_max};
  while (!budget.spent() && values_) free_value(budget);
  while (!budget.spent() && !shards_.empty()) free_shard(budget);
  return !idle();
}

void LazyFree::free_value(FreeBudget& budget) noexcept {
  char* const data = values_;
  std::memcpy(&values_, data, sizeof values_);
  const std::size_t bytes = usable_size(data);
  std::free(data);
  values_account_.remove(bytes);
  budget.charge(bytes);
  --pending_;
  ++freed_;
}

void LazyFree::free_shard(FreeBudget& budget) noexcept {
  Shard& shard = *shards_.back();
  const std::size_t keys = shard.size();
  const bool more = shard.free_some(budget);
  pending_ -= keys - shard.size();
  freed_ += keys - shard.size();
  if (!more) shards_.pop_back();
}

}  // namespace baton
