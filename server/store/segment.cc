#include "server/store/segment.h"

#include <algorithm>

namespace baton {

Segment* Segment::create(MemoryAccount& account, unsigned buckets, unsigned depth) {
  // Sizes are multiples of 64, which the allocator's classes of these sizes are aligned to.
  void* const memory = std::aligned_alloc(64, bytes(buckets));
  if (!memory) throw std::bad_alloc();
  account.add(usable_size(memory));
  auto* segment = new (memory) Segment(buckets, depth);
  for (unsigned i = 0; i < buckets; ++i) std::memset(&segment->bucket(i), 0, 8);
  return segment;
}

void Segment::destroy(MemoryAccount& account, Segment* segment) noexcept {
  account.remove(usable_size(segment));
  std::free(segment);
}

bool Segment::insert(std::uint64_t hash, std::uint64_t bits, EntryBlock* entry) noexcept {
  const unsigned start = home(bits);
  const unsigned limit = std::min<unsigned>(buckets_ - 1, Bucket::kReachMax);
  unsigned index = start;
  for (unsigned distance = 0; distance <= limit; ++distance) {
    Bucket& at = bucket(index);
    if (const unsigned free = at.match(0); free != 0) {
      const auto slot = static_cast<unsigned>(std::countr_zero(free));
      at.tags[slot] = tag_of(hash);
      at.slots[slot] = entry;
      std::uint8_t& reach = bucket(start).reach;
      reach = std::max(reach, static_cast<std::uint8_t>(distance));
      ++count_;
      return true;
    }
    if (++index == buckets_) index = 0;
  }
  return false;
}

}  // namespace baton
