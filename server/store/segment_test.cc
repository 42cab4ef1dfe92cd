#include "server/store/segment.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace baton {
namespace {

class SegmentTest : public testing::Test {
 protected:
  ~SegmentTest() override {
    if (segment_) Segment::destroy(account_, segment_);
    for (EntryBlock* entry : entries_) EntryBlock::destroy(account_, entry);
    EXPECT_EQ(account_.bytes, 0u);
  }
  EntryBlock* entry() {
    entries_.push_back(EntryBlock::create(account_, {.key_bytes = 1}, "k", 0));
    return entries_.back();
  }
  Segment::Place find(std::uint64_t hash, const EntryBlock* wanted) const {
    return SegmentRef(segment_).find(hash, hash, [&](const EntryBlock* other) { return other == wanted; });
  }

  MemoryAccount account_;
  Segment* segment_ = nullptr;
  std::vector<EntryBlock*> entries_;
};

TEST_F(SegmentTest, ASegmentTakesAnEntryInEverySlotAndFindsThemAll) {
  for (const unsigned buckets : {3u, 11u, 31u}) {
    segment_ = Segment::create(account_, buckets, 0);
    std::mt19937_64 random(buckets);
    std::vector<std::pair<std::uint64_t, EntryBlock*>> in;
    for (unsigned i = 0; i < segment_->capacity(); ++i) {
      in.emplace_back(random(), entry());
      ASSERT_TRUE(segment_->insert(in.back().first, in.back().first, in.back().second));
    }
    EXPECT_EQ(segment_->count(), segment_->capacity());
    EXPECT_FALSE(segment_->insert(1, 1, entry()));
    for (const auto& [hash, wanted] : in) ASSERT_TRUE(find(hash, wanted));
    Segment::destroy(account_, segment_);
    segment_ = nullptr;
  }
}

TEST_F(SegmentTest, EntriesOfOneHomeSpillRoundTheEndAndAreFound) {
  segment_ = Segment::create(account_, 7, 0);
  std::vector<EntryBlock*> in;
  for (unsigned i = 0; i < 30; ++i) {
    in.push_back(entry());
    ASSERT_TRUE(segment_->insert(~0ull, ~0ull, in.back()));
  }
  for (const EntryBlock* wanted : in) EXPECT_TRUE(find(~0ull, wanted));
}

TEST_F(SegmentTest, AnErasedSlotIsFreeAgainAndItsTagMatchesNothing) {
  segment_ = Segment::create(account_, 3, 0);
  EntryBlock* const first = entry();
  ASSERT_TRUE(segment_->insert(5, 5, first));
  segment_->erase(find(5, first));
  EXPECT_EQ(segment_->count(), 0u);
  EXPECT_FALSE(find(5, first));
  EntryBlock* const second = entry();
  ASSERT_TRUE(segment_->insert(5, 5, second));
  EXPECT_TRUE(find(5, second));
}

TEST_F(SegmentTest, AHoleInTheWayHidesNothingBehindIt) {
  segment_ = Segment::create(account_, 3, 0);
  std::vector<EntryBlock*> in;
  for (unsigned i = 0; i < 10; ++i) {
    in.push_back(entry());
    ASSERT_TRUE(segment_->insert(5, 5, in.back()));
  }
  for (unsigned i = 0; i < 7; ++i) segment_->erase(find(5, in[i]));
  for (unsigned i = 7; i < 10; ++i) EXPECT_TRUE(find(5, in[i]));
}

TEST_F(SegmentTest, HomesRiseWithTheHash) {
  segment_ = Segment::create(account_, 31, 3);
  unsigned last = 0;
  for (std::uint64_t i = 0; i < 4096; ++i) {
    const unsigned home = segment_->home(i << 49);  // below the three bits that all share
    EXPECT_GE(home, last);
    EXPECT_EQ(home, SegmentRef(segment_).home(i << 49));
    last = home;
  }
  EXPECT_EQ(last, 30u);
}

TEST_F(SegmentTest, AReferenceKeepsAddressSizeAndDepth) {
  segment_ = Segment::create(account_, 31, 26);
  const SegmentRef ref(segment_);
  EXPECT_EQ(ref.segment(), segment_);
  EXPECT_EQ(ref.buckets(), 31u);
  EXPECT_EQ(ref.depth(), 26u);
}

TEST(TagTest, BothWaysOfMatchingAgreeWithALook) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 100'000; ++round) {
    std::uint8_t bytes[8];
    const std::uint64_t word = random();
    std::memcpy(bytes, &word, sizeof bytes);
    // Few different values, neighbours among them: a borrow or carry between bytes would show.
    const auto tag = static_cast<std::uint8_t>(random() % 3 + 0x7f);
    unsigned expected = 0;
    for (unsigned i = 0; i < 8; ++i) {
      if (round % 4 != 0) bytes[i] = static_cast<std::uint8_t>(bytes[i] % 4 + 0x7e);
      if (bytes[i] == tag) expected |= 1u << i;
    }
    ASSERT_EQ(tag_match(bytes, tag), expected);
    ASSERT_EQ(tag_match_by_word(bytes, tag), expected);
  }
}

TEST(TagTest, NoHashHasTheTagOfAFreeSlot) {
  for (unsigned low = 0; low < 256; ++low) EXPECT_NE(tag_of(low), 0);
}

}  // namespace
}  // namespace baton
