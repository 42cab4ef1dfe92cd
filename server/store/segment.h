// Segment: a run of buckets with open addressing among them; the unit by which a shard's table grows.
//
// A bucket is one cache line: seven slots and, in front of them, a tag byte for each and the reach: how many
// buckets further an entry at home here may lie. A lookup compares the seven tags at once and follows only
// slots whose tag matches.
//
// An entry's home is monotonic in its hash (see home()), so that a walk over buckets is a walk through hash
// space in order.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "server/store/entry_block.h"
#include "server/store/tag_match.h"

namespace baton {

struct alignas(64) Bucket {
  static constexpr unsigned kSlots = 7;
  static constexpr std::uint8_t kReachMax = 255;

  std::uint8_t tags[kSlots];  // 0: free
  std::uint8_t reach;
  EntryBlock* slots[kSlots];

  // Bit i is set when tag i equals `tag`.
  [[nodiscard]] unsigned match(std::uint8_t tag) const noexcept {
    return tag_match(tags, tag) & 0x7f;  // the eighth byte is the reach
  }
};
static_assert(sizeof(Bucket) == 64);

// Never zero.
[[nodiscard]] inline std::uint8_t tag_of(std::uint64_t hash) noexcept {
  const auto tag = static_cast<std::uint8_t>(hash);
  return tag == 0 ? 0x80 : tag;
}

class alignas(64) Segment {
 public:
  struct Place {
    Bucket* bucket = nullptr;
    unsigned slot = 0;
    explicit operator bool() const noexcept { return bucket != nullptr; }
  };

  // `depth`: how many hash bits, after those of the shard, all entries here share.
  static Segment* create(MemoryAccount& account, unsigned buckets, unsigned depth);
  static void destroy(MemoryAccount& account, Segment* segment) noexcept;

  [[nodiscard]] unsigned buckets() const noexcept { return buckets_; }
  [[nodiscard]] unsigned depth() const noexcept { return depth_; }
  [[nodiscard]] unsigned count() const noexcept { return count_; }
  [[nodiscard]] unsigned capacity() const noexcept { return buckets_ * Bucket::kSlots; }
  // Beyond this it should grow: probes become long.
  [[nodiscard]] bool full() const noexcept { return count_ >= capacity() - capacity() / 8; }

  // `bits`: the hash without the shard's bits, moved to the top.
  [[nodiscard]] unsigned home(std::uint64_t bits) const noexcept {
    return static_cast<unsigned>((bits << depth_ >> 32) * buckets_ >> 32);
  }
  [[nodiscard]] Bucket& bucket(unsigned index) noexcept { return reinterpret_cast<Bucket*>(this + 1)[index]; }
  [[nodiscard]] const Bucket& bucket(unsigned index) const noexcept {
    return reinterpret_cast<const Bucket*>(this + 1)[index];
  }

  // False: no place within reach; the segment must grow. The entry is not here yet.
  [[nodiscard]] bool insert(std::uint64_t hash, std::uint64_t bits, EntryBlock* entry) noexcept;
  void erase(Place place) noexcept {
    place.bucket->tags[place.slot] = 0;
    --count_;
  }

  template <class F>
  void for_each(F&& f) const {
    for (unsigned i = 0; i < buckets_; ++i)
      for (unsigned slot = 0; slot < Bucket::kSlots; ++slot)
        if (bucket(i).tags[slot] != 0) f(bucket(i).slots[slot]);
  }

  // Takes the entries out one by one and gives them to f; false when may_go_on() ended it before the last.
  template <class MayGoOn, class F>
  bool drain(MayGoOn&& may_go_on, F&& f) {
    for (unsigned i = 0; i < buckets_; ++i) {
      if (i + 1 < buckets_) {
        const Bucket& ahead = bucket(i + 1);
        for (unsigned slot = 0; slot < Bucket::kSlots; ++slot)
          if (ahead.tags[slot] != 0) __builtin_prefetch(ahead.slots[slot]);
      }
      Bucket& at = bucket(i);
      for (unsigned slot = 0; slot < Bucket::kSlots; ++slot) {
        if (at.tags[slot] == 0) continue;
        if (!may_go_on()) return false;
        at.tags[slot] = 0;
        --count_;
        f(at.slots[slot]);
      }
    }
    return true;
  }

 private:
  Segment(unsigned buckets, unsigned depth) : buckets_(buckets), depth_(depth) {}
  [[nodiscard]] static std::size_t bytes(unsigned buckets) noexcept {
    return sizeof(Segment) + buckets * sizeof(Bucket);
  }

  std::uint32_t buckets_;
  std::uint32_t depth_;
  std::uint32_t count_ = 0;
};
static_assert(sizeof(Segment) == 64);

// SegmentRef: a segment's address with its size and depth in the bits that an address leaves free, so that a
// lookup goes from the directory straight to the bucket and never touches the segment's own line.
class SegmentRef {
 public:
  SegmentRef() = default;
  explicit SegmentRef(Segment* segment) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(segment) | segment->buckets() |
              std::uint64_t{segment->depth()} << kAddressBits) {}

  [[nodiscard]] Segment* segment() const noexcept { return reinterpret_cast<Segment*>(word_ & kAddressMask); }
  [[nodiscard]] unsigned buckets() const noexcept { return static_cast<unsigned>(word_ & kBucketsMask); }
  [[nodiscard]] unsigned depth() const noexcept { return static_cast<unsigned>(word_ >> kAddressBits); }
  [[nodiscard]] unsigned home(std::uint64_t bits) const noexcept {
    return static_cast<unsigned>((bits << depth() >> 32) * buckets() >> 32);
  }
  [[nodiscard]] Bucket& bucket(unsigned index) const noexcept { return segment()->bucket(index); }

  // The entry that `is` accepts among those whose tag matches.
  template <class Is>
  [[nodiscard]] Segment::Place find(std::uint64_t hash, std::uint64_t bits, Is&& is) const noexcept {
    const std::uint8_t tag = tag_of(hash);
    unsigned index = home(bits);
    for (unsigned left = bucket(index).reach;; --left) {
      Bucket& at = bucket(index);
      for (unsigned matches = at.match(tag); matches != 0; matches &= matches - 1) {
        const auto slot = static_cast<unsigned>(std::countr_zero(matches));
        if (is(at.slots[slot])) return {&at, slot};
      }
      if (left == 0) return {};
      if (++index == buckets()) index = 0;
    }
  }

  friend bool operator==(SegmentRef, SegmentRef) = default;

 private:
  static constexpr unsigned kAddressBits = 48;
  static constexpr std::uint64_t kBucketsMask = 63;
  static constexpr std::uint64_t kAddressMask = ((1ull << kAddressBits) - 1) & ~kBucketsMask;

  std::uint64_t word_ = 0;
};

}  // namespace baton
