#include "server/store/shard.h"

#include <gtest/gtest.h>

#include <charconv>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace baton {
namespace {

constexpr std::uint64_t kShardPositions = 1ull << (64 - Shard::kBits - Shard::kPositionDrop);

class ShardTest : public testing::Test {
 protected:
  // The n-th key whose hash falls in shard 0 or in the last one.
  Key key(unsigned n) {
    while (keys_.size() <= n) {
      auto text = std::make_unique<std::string>("key:" + std::to_string(next_++));
      const Key made = hasher_.key(*text);
      if (made.hash >> (64 - Shard::kBits) != number_) continue;
      texts_.push_back(std::move(text));
      keys_.push_back(made);
    }
    return keys_[n];
  }
  EntryBlock* insert(unsigned n) {
    const Key at = key(n);
    EntryBlock* const entry = EntryBlock::create(shard_.account(), {.key_bytes = at.text.size()}, at.text, 0);
    shard_.insert(at.hash, entry);
    return entry;
  }
  void erase(unsigned n) {
    EntryBlock* const entry = shard_.find(key(n));
    ASSERT_NE(entry, nullptr);
    shard_.unlink(key(n).hash, entry);
    EntryBlock::destroy(shard_.account(), entry);
  }
  // How often a walk of the whole shard shows each key, and that it always gets on.
  std::unordered_map<std::string, int> walk_all() {
    std::unordered_map<std::string, int> seen;
    const std::uint64_t end = (number_ + 1) * kShardPositions;
    for (std::uint64_t at = number_ * kShardPositions; at < end;) {
      const std::uint64_t next =
          shard_.walk(at, [&](const EntryBlock* entry) { ++seen[std::string(entry->key())]; });
      EXPECT_GT(next, at);
      EXPECT_LE(next, end);
      if (next <= at) break;
      at = next;
    }
    return seen;
  }

  std::uint64_t number_ = 0;
  KeyHasher hasher_{42};
  Shard shard_{hasher_};
  unsigned next_ = 0;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<Key> keys_;
};

TEST_F(ShardTest, AnEmptyShardHoldsNoMemoryAndFindsNothing) {
  EXPECT_EQ(shard_.bytes(), 0u);
  EXPECT_EQ(shard_.find(key(0)), nullptr);
  EXPECT_TRUE(walk_all().empty());
}

TEST_F(ShardTest, EveryKeyIsFoundAfterEveryStepOfGrowth) {
  for (unsigned n = 0; n < 6000; ++n) {
    insert(n);
    if (n < 400 || n % 500 == 0)
      for (unsigned i = 0; i <= n; ++i) {
        ASSERT_NE(shard_.find(key(i)), nullptr) << i << " of " << n;
      }
  }
  EXPECT_EQ(shard_.size(), 6000u);
  for (unsigned n = 6000; n < 7000; ++n) EXPECT_EQ(shard_.find(key(n)), nullptr);
}

TEST_F(ShardTest, EveryKeyIsFoundWhileTheShardShrinks) {
  for (unsigned n = 0; n < 3000; ++n) insert(n);
  for (unsigned n = 0; n < 3000; ++n) {
    erase(n);
    if (n % 200 == 0 || n > 2900)
      for (unsigned i = n + 1; i < 3000; ++i) {
        ASSERT_NE(shard_.find(key(i)), nullptr);
      }
  }
  EXPECT_EQ(shard_.size(), 0u);
  shard_.clear();
  EXPECT_EQ(shard_.bytes(), 0u);
}

TEST_F(ShardTest, AWalkShowsEveryEntryOnceAtEverySize) {
  unsigned in = 0;
  for (const unsigned size : {1u, 19u, 20u, 100u, 189u, 190u, 191u, 400u, 3000u}) {
    while (in < size) insert(in++);
    const auto seen = walk_all();
    EXPECT_EQ(seen.size(), size);
    for (const auto& [text, times] : seen) EXPECT_EQ(times, 1) << text;
  }
}

TEST_F(ShardTest, AWalkOfTheLastShardEndsExactlyAtTheEndOfHashSpace) {
  number_ = Shard::kCount - 1;
  for (unsigned n = 0; n < 1000; ++n) insert(n);
  EXPECT_EQ(walk_all().size(), 1000u);
}

// The widths of such buckets are no whole number of positions: a walk that rounds them down stands still.
TEST_F(ShardTest, AWalkEndsWhereSegmentsAreDeeperThanTenBits) {
  constexpr unsigned kNarrowBits = 6;  // entries crowd in a part of the shard, so that few make it deep
  constexpr unsigned kEntries = 6000;
  char text[24] = "key:";
  unsigned made = 0;
  for (unsigned i = 0; made < kEntries; ++i) {
    const char* const end = std::to_chars(text + 4, text + sizeof text, i).ptr;
    const Key at = hasher_.key({text, static_cast<std::size_t>(end - text)});
    if (at.hash >> (64 - Shard::kBits - kNarrowBits) != 0) continue;
    shard_.insert(at.hash, EntryBlock::create(shard_.account(), {.key_bytes = at.text.size()}, at.text, 0));
    ++made;
  }
  std::unordered_map<std::string, int> seen;
  std::uint64_t at = 0;
  unsigned steps = 0;
  while (at < kShardPositions && steps++ < 4 * kEntries) {
    const std::uint64_t next =
        shard_.walk(at, [&](const EntryBlock* entry) { ++seen[std::string(entry->key())]; });
    ASSERT_GT(next, at) << "after " << steps << " steps";
    at = next;
  }
  EXPECT_EQ(at, kShardPositions);
  EXPECT_EQ(seen.size(), kEntries);
  for (const auto& [name, times] : seen) EXPECT_EQ(times, 1) << name;
}

TEST_F(ShardTest, AWalkFromInsideABucketShowsOnlyWhatLiesBehind) {
  for (unsigned n = 0; n < 500; ++n) insert(n);
  for (unsigned n = 0; n < 500; n += 7) {
    const std::uint64_t at = key(n).hash >> Shard::kPositionDrop;
    bool self = false;
    const std::uint64_t next = shard_.walk(at, [&](const EntryBlock* entry) {
      EXPECT_GE(hasher_.hash(entry->key()) >> Shard::kPositionDrop, at);
      self |= entry->key() == key(n).text;
    });
    EXPECT_TRUE(self);
    EXPECT_GT(next, at);
  }
}

TEST_F(ShardTest, AddingAndRemovingOneKeyAtAThresholdDoesNotFlap) {
  for (unsigned size = 1; size < 400; ++size) {
    insert(size - 1);
    // After one more pair of them the table has the size that it keeps.
    insert(size);
    erase(size);
    const std::size_t settled = shard_.bytes();
    for (int i = 0; i < 3; ++i) {
      insert(size);
      erase(size);
      ASSERT_EQ(shard_.bytes(), settled) << size;
    }
  }
}

TEST_F(ShardTest, TheTableIsAtLeastHalfFullWhenItGrew) {
  for (unsigned n = 0; n < 20'000; ++n) insert(n);
  std::size_t blocks = 0;
  for (unsigned n = 0; n < 20'000; ++n) blocks += shard_.find(key(n))->bytes();
  const double table = static_cast<double>(shard_.bytes() - blocks) / 20'000;
  EXPECT_LT(table, 16.0);  // eight bytes a pointer, one a tag, one a seventh of the reach
}

TEST_F(ShardTest, AReplacedEntryIsFoundUnderTheSameKey) {
  for (unsigned n = 0; n < 100; ++n) insert(n);
  EntryBlock* const old = shard_.find(key(50));
  EntryBlock* const made =
      EntryBlock::create(shard_.account(), {.key_bytes = key(50).text.size()}, key(50).text, 0);
  shard_.replace(key(50).hash, old, made);
  EntryBlock::destroy(shard_.account(), old);
  EXPECT_EQ(shard_.find(key(50)), made);
}

TEST_F(ShardTest, ClearTakesEverythingAndTheShardCanBeFilledAgain) {
  for (unsigned n = 0; n < 1000; ++n) insert(n);
  shard_.clear();
  EXPECT_EQ(shard_.bytes(), 0u);
  insert(3);
  EXPECT_NE(shard_.find(key(3)), nullptr);
}

}  // namespace
}  // namespace baton
