// Shard: a part of a database by the top bits of the hash: a table, an expiry index and a memory account of
// its own.
//
// Table       A directory, indexed by the next bits of the hash, of segments. A segment that is full is
// rebuilt a quarter larger, and at the
//             largest size splits in two, so that tables of any size are about four fifths full, and no
//             insert moves more than the couple of hundred entries of one segment. Removals shrink a segment
//             the same way; an empty shard holds no memory.
// Ownership   Reached through a lease only (keyspace.h). Nothing here is global or aware of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/store/expiry_index.h"
#include "server/store/key.h"
#include "server/store/segment.h"

namespace baton {

// What may be freed in one go; each block and its bytes are charged.
struct FreeBudget {
  std::size_t blocks;
  std::size_t bytes;

  [[nodiscard]] bool spent() const noexcept { return blocks == 0 || bytes == 0; }
  void charge(std::size_t freed) noexcept {
    --blocks;
    bytes -= std::min(bytes, freed);
  }
};

// How a table lies in memory.
struct TableShape {
  std::size_t entries = 0;
  std::size_t slots = 0;
  std::size_t buckets = 0;
  std::size_t segments = 0;
  unsigned reach_max = 0;  // buckets between an entry and its home, at most
};

class Shard {
 public:
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kCount = 1u << kBits;

  // `total`: where its bytes are counted together with those of others.
  explicit Shard(const KeyHasher& hasher, std::size_t* total = nullptr) : hasher_(&hasher), account_(total) {}
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard() { clear(); }

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return account_.bytes; }
  [[nodiscard]] MemoryAccount& account() noexcept { return account_; }
  [[nodiscard]] ExpiryIndex& expiries() noexcept { return expiries_; }
  [[nodiscard]] const ExpiryIndex& expiries() const noexcept { return expiries_; }

  [[nodiscard]] EntryBlock* find(const Key& key) noexcept {
    if (count_ == 0) return nullptr;
    const Segment::Place place = place_of(key);
    return place ? place.bucket->slots[place.slot] : nullptr;
  }
  // The key must be absent.
  void insert(std::uint64_t hash, EntryBlock* entry);
  // Takes the entry out of table and index; its block stays.
  void unlink(std::uint64_t hash, EntryBlock* entry);
  // `entry` takes the place of `old`, whose key is the same.
  void replace(std::uint64_t hash, EntryBlock* old, EntryBlock* entry) noexcept;
  void clear() noexcept;
  void add_shape(TableShape& shape) const noexcept;
  // Frees a part of a shard that nobody looks into any more; false when nothing is left to free. From the
  // first call on only this, size(), bytes() and clear() may be called.
  bool free_some(FreeBudget& budget) noexcept;

  void prefetch_directory(std::uint64_t hash) const noexcept {
    if (count_ != 0) prefetch(&directory_[index_of(bits_of(hash))]);
  }
  void prefetch_bucket(std::uint64_t hash) const noexcept {
    if (count_ == 0) return;
    const SegmentRef segment = segment_of(bits_of(hash));
    prefetch(&segment.bucket(segment.home(bits_of(hash))));
  }
  // The entries whose tag matches, without a look into them.
  template <class F>
  void matches(std::uint64_t hash, F&& f) const noexcept {
    if (count_ == 0) return;
    const SegmentRef segment = segment_of(bits_of(hash));
    const Bucket& bucket = segment.bucket(segment.home(bits_of(hash)));
    for (unsigned found = bucket.match(tag_of(hash)); found != 0; found &= found - 1)
      f(bucket.slots[std::countr_zero(found)]);
  }

  // Hash space in steps of buckets; positions are hashes without their low kPositionDrop bits.
  static constexpr unsigned kPositionDrop = 16;
  // Calls f for the entries from `position` to the end of the bucket that it falls in; returns the position
  // behind it, which is beyond the shard's own when the shard is done.
  template <class F>
  std::uint64_t walk(std::uint64_t position, F&& f) const;

 private:
  [[nodiscard]] static std::uint64_t bits_of(std::uint64_t hash) noexcept {
    // Without the bits that positions drop: a bucket begins at a whole position, however deep its segment.
    return hash >> kPositionDrop << (kPositionDrop + kBits);
  }
  [[nodiscard]] SegmentRef segment_of(std::uint64_t bits) const noexcept {
    return directory_[index_of(bits)];
  }
  [[nodiscard]] std::size_t index_of(std::uint64_t bits) const noexcept { return bits >> 1 >> (63 - depth_); }

  [[nodiscard]] Segment::Place place_of(const Key& key) noexcept {
    const std::uint64_t bits = bits_of(key.hash);
    return segment_of(bits).find(key.hash, bits,
                                 [&](const EntryBlock* entry) { return entry->key_text() == key.text; });
  }
  [[nodiscard]] Segment::Place place_of(std::uint64_t hash, const EntryBlock* entry) noexcept {
    const std::uint64_t bits = bits_of(hash);
    return segment_of(bits).find(hash, bits, [&](const EntryBlock* other) { return other == entry; });
  }
  void start();
  void grow(std::uint64_t bits);
  void split(std::uint64_t bits, Segment* segment);
  void rebuild(std::uint64_t bits, Segment* segment, unsigned buckets);
  [[nodiscard]] bool refill(const Segment* from, Segment* left, Segment* right);
  void point_to(std::uint64_t bits, unsigned depth, Segment* segment) noexcept;
  void double_directory();

  const KeyHasher* hasher_;
  std::vector<SegmentRef> directory_;
  unsigned depth_ = 0;  // the directory has 2^depth_ places
  std::size_t count_ = 0;
  MemoryAccount account_;
  ExpiryIndex expiries_;
};

template <class F>
std::uint64_t Shard::walk(std::uint64_t position, F&& f) const {
  const std::uint64_t low = position << kPositionDrop;
  const std::uint64_t shard_end =
      (low >> (64 - kBits) << (64 - kBits - kPositionDrop)) + (1ull << (64 - kBits - kPositionDrop));
  if (count_ == 0) return shard_end;
  const std::uint64_t bits = bits_of(low);
  const SegmentRef segment = segment_of(bits);
  const unsigned home = segment.home(bits);
  // The first position behind the bucket, or behind the segment after its last bucket. Widths are exact in
  // 128 bits.
  const unsigned prefix = kBits + segment.depth();
  const std::uint64_t segment_low = low >> (64 - prefix) << (64 - prefix);
  const std::uint64_t next_fraction =
      ((std::uint64_t{home + 1} << 32) + segment.buckets() - 1) / segment.buckets();
  const unsigned __int128 high =
      segment_low + (static_cast<unsigned __int128>(next_fraction) << (32 - prefix));
  const auto next = static_cast<std::uint64_t>((high + ((1u << kPositionDrop) - 1)) >> kPositionDrop);
  const std::uint8_t reach = segment.bucket(home).reach;
  for (unsigned distance = 0; distance <= reach; ++distance) {
    const Bucket& bucket = segment.bucket((home + distance) % segment.buckets());
    for (unsigned slot = 0; slot < Bucket::kSlots; ++slot) {
      if (bucket.tags[slot] == 0) continue;
      EntryBlock* const entry = bucket.slots[slot];
      const std::uint64_t at = hasher_->hash(entry->key_text()) >> kPositionDrop;
      if (at >= position && at < next) f(entry);
    }
  }
  return next;
}

}  // namespace baton
