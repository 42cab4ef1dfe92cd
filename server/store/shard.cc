#include "server/store/shard.h"

#include <algorithm>
#include <array>
#include <utility>

#include "queues/check.h"

namespace baton {

namespace {

// With the header these are whole size classes of the allocator: 256, 512, 768, 1024, 1280, 1536, 1792 and
// 2048 bytes. Each is at most a third larger than the one before from 11 buckets on.
constexpr std::array<unsigned, 8> kBuckets = {3, 7, 11, 15, 19, 23, 27, 31};
constexpr unsigned kSplitBuckets = 19;  // two halves of the largest, full one: about two thirds full each
constexpr unsigned kDepthMax = 26;

unsigned larger(unsigned buckets) {
  for (const unsigned size : kBuckets)
    if (size > buckets) return size;
  return 0;
}

// The smallest size that `count` entries fill to two thirds at most.
unsigned fitting(unsigned count) {
  for (const unsigned size : kBuckets)
    if (count * 3 <= size * Bucket::kSlots * 2) return size;
  return kBuckets.back();
}

}  // namespace

void Shard::start() {
  directory_.assign(1, SegmentRef(Segment::create(account_, kBuckets.front(), 0)));
  account_.add(directory_.capacity() * sizeof(SegmentRef));
  depth_ = 0;
}

void Shard::add_shape(TableShape& shape) const noexcept {
  shape.entries += count_;
  SegmentRef last;
  for (const SegmentRef ref : directory_) {
    if (ref == last) continue;
    last = ref;
    ++shape.segments;
    shape.buckets += ref.buckets();
    shape.slots += std::size_t{ref.buckets()} * Bucket::kSlots;
    for (unsigned i = 0; i < ref.buckets(); ++i)
      shape.reach_max = std::max(shape.reach_max, unsigned{ref.bucket(i).reach});
  }
}

void Shard::clear() noexcept {
  SegmentRef last;
  for (const SegmentRef ref : directory_) {
    if (ref == last) continue;
    last = ref;
    Segment* const segment = ref.segment();
    segment->for_each([this](EntryBlock* entry) { EntryBlock::destroy(account_, entry); });
    Segment::destroy(account_, segment);
  }
  account_.remove(directory_.capacity() * sizeof(SegmentRef));
  std::vector<SegmentRef>().swap(directory_);
  expiries_.clear(account_);
  depth_ = 0;
  count_ = 0;
  check(account_.bytes == 0, "store: the memory account of an empty shard is not zero");
}

bool Shard::free_some(FreeBudget& budget) noexcept {
  while (!directory_.empty()) {
    const SegmentRef last = directory_.back();
    const bool drained = last.segment()->drain([&] { return !budget.spent(); },
                                               [&](EntryBlock* entry) {
                                                 const std::size_t before = account_.bytes;
                                                 EntryBlock::destroy(account_, entry);
                                                 budget.charge(before - account_.bytes);
                                                 --count_;
                                               });
    if (!drained || budget.spent()) return true;
    const std::size_t before = account_.bytes;
    Segment::destroy(account_, last.segment());
    budget.charge(before - account_.bytes);
    while (!directory_.empty() && directory_.back() == last) directory_.pop_back();
  }
  if (budget.spent()) return true;
  const std::size_t before = account_.bytes;
  clear();
  budget.charge(before);
  return false;
}

void Shard::insert(std::uint64_t hash, EntryBlock* entry) {
  if (directory_.empty()) start();
  const std::uint64_t bits = bits_of(hash);
  while (segment_of(bits).segment()->full() || !segment_of(bits).segment()->insert(hash, bits, entry))
    grow(bits);
  ++count_;
  if (entry->expires()) expiries_.add(account_, entry);
}

void Shard::unlink(std::uint64_t hash, EntryBlock* entry) {
  const Segment::Place place = place_of(hash, entry);
  check(static_cast<bool>(place), "store: an entry is not in its table");
  const std::uint64_t bits = bits_of(hash);
  Segment* const segment = segment_of(bits).segment();
  segment->erase(place);
  --count_;
  if (entry->expires()) expiries_.remove(account_, entry);
  // Half of what would make it grow again lies between a shrink and the next growth.
  if (segment->buckets() > kBuckets.front() && segment->count() * 4 < segment->capacity())
    rebuild(bits, segment, fitting(segment->count()));
}

void Shard::replace(std::uint64_t hash, EntryBlock* old, EntryBlock* entry) noexcept {
  const Segment::Place place = place_of(hash, old);
  check(static_cast<bool>(place), "store: a replaced entry is not in its table");
  place.bucket->slots[place.slot] = entry;
}

// --- growth ---

void Shard::grow(std::uint64_t bits) {
  Segment* const segment = segment_of(bits).segment();
  if (const unsigned buckets = larger(segment->buckets()); buckets != 0)
    return rebuild(bits, segment, buckets);
  split(bits, segment);
}

void Shard::rebuild(std::uint64_t bits, Segment* segment, unsigned buckets) {
  Segment* const next = Segment::create(account_, buckets, segment->depth());
  check(refill(segment, next, next), "store: a rebuilt segment has no room");
  point_to(bits, segment->depth(), next);
  Segment::destroy(account_, segment);
}

void Shard::split(std::uint64_t bits, Segment* segment) {
  const unsigned depth = segment->depth() + 1;
  check(depth <= kDepthMax, "store: a shard is too deep");
  if (depth > depth_) double_directory();
  Segment* left = Segment::create(account_, kSplitBuckets, depth);
  Segment* right = Segment::create(account_, kSplitBuckets, depth);
  if (!refill(segment, left, right)) {
    // Chance gave one half more than its share: the largest size takes even all of them.
    Segment::destroy(account_, left);
    Segment::destroy(account_, right);
    left = Segment::create(account_, kBuckets.back(), depth);
    right = Segment::create(account_, kBuckets.back(), depth);
    check(refill(segment, left, right), "store: a split segment has no room");
  }
  const std::uint64_t half = 1ull << (64 - depth);
  point_to(bits & ~half, depth, left);
  point_to(bits | half, depth, right);
  Segment::destroy(account_, segment);
}

// Copies the entries by the hash bit that tells the two apart (which may be the same). Keys are asked for
// ahead: their cache misses overlap. False: one of the two is too small.
bool Shard::refill(const Segment* from, Segment* left, Segment* right) {
  constexpr unsigned kAhead = 2;  // buckets
  const unsigned depth = right->depth();
  for (unsigned i = 0; i < from->buckets(); ++i) {
    if (i + kAhead < from->buckets()) {
      const Bucket& ahead = from->bucket(i + kAhead);
      for (unsigned slot = 0; slot < Bucket::kSlots; ++slot)
        if (ahead.tags[slot] != 0) prefetch(ahead.slots[slot]);
    }
    const Bucket& bucket = from->bucket(i);
    for (unsigned slot = 0; slot < Bucket::kSlots; ++slot) {
      if (bucket.tags[slot] == 0) continue;
      EntryBlock* const entry = bucket.slots[slot];
      const std::uint64_t hash = hasher_->hash(entry->key_text());
      const std::uint64_t bits = bits_of(hash);
      Segment* const to = left != right && (bits >> (64 - depth) & 1) == 0 ? left : right;
      if (!to->insert(hash, bits, entry)) return false;
    }
  }
  return true;
}

void Shard::point_to(std::uint64_t bits, unsigned depth, Segment* segment) noexcept {
  const std::size_t span = std::size_t{1} << (depth_ - depth);
  const std::size_t first = index_of(bits) & ~(span - 1);
  for (std::size_t i = first; i < first + span; ++i) directory_[i] = SegmentRef(segment);
}

void Shard::double_directory() {
  std::vector<SegmentRef> doubled;
  doubled.reserve(directory_.size() * 2);
  for (const SegmentRef segment : directory_) {
    doubled.push_back(segment);
    doubled.push_back(segment);
  }
  account_.add(doubled.capacity() * sizeof(SegmentRef));
  account_.remove(directory_.capacity() * sizeof(SegmentRef));
  directory_.swap(doubled);
  ++depth_;
}

}  // namespace baton
