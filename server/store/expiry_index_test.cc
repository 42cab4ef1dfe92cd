#include "server/store/expiry_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace baton {
namespace {

class ExpiryIndexTest : public testing::Test {
 protected:
  ~ExpiryIndexTest() override {
    for (EntryBlock* entry : entries_) EntryBlock::destroy(account_, entry);
  }
  EntryBlock* add(std::int64_t at_ms) {
    const std::string key = "k" + std::to_string(entries_.size());
    EntryBlock* const entry = EntryBlock::create(
        account_, {.encoding = Encoding::integer, .expires = true, .key_bytes = key.size()}, key, 0);
    entry->set_expiry(at_ms);
    entries_.push_back(entry);
    index_.add(account_, entry);
    return entry;
  }

  MemoryAccount account_;
  ExpiryIndex index_;
  std::vector<EntryBlock*> entries_;
};

TEST_F(ExpiryIndexTest, AnEmptyIndexHasNoSoonest) {
  EXPECT_EQ(index_.size(), 0u);
  EXPECT_EQ(index_.soonest(), nullptr);
}

TEST_F(ExpiryIndexTest, EntriesComeOutSoonestFirst) {
  std::mt19937 random(1);
  std::vector<std::int64_t> times;
  for (int i = 0; i < 2000; ++i) {
    times.push_back(static_cast<std::int64_t>(random() % 500));
    add(times.back());
  }
  std::sort(times.begin(), times.end());
  for (const std::int64_t time : times) {
    ASSERT_EQ(index_.soonest_ms(), time);
    ASSERT_EQ(index_.soonest()->expiry(), time);
    index_.remove(account_, index_.soonest());
  }
  EXPECT_EQ(index_.size(), 0u);
}

TEST_F(ExpiryIndexTest, AChangedTimeMovesTheEntryBothWays) {
  for (int i = 0; i < 100; ++i) add(1000 + i);
  EntryBlock* const entry = entries_[50];
  index_.change(entry, 1);
  EXPECT_EQ(index_.soonest(), entry);
  index_.change(entry, 5000);
  EXPECT_EQ(index_.soonest(), entries_[0]);
  EXPECT_EQ(entry->expiry(), 5000);
}

TEST_F(ExpiryIndexTest, RandomChangesAndRemovalsKeepTheOrderAndTheSum) {
  std::mt19937 random(2);
  for (int i = 0; i < 500; ++i) add(static_cast<std::int64_t>(random() % 1000));
  std::vector<EntryBlock*> left = entries_;
  while (!left.empty()) {
    const std::size_t at = random() % left.size();
    if (random() % 2 == 0) {
      index_.change(left[at], static_cast<std::int64_t>(random() % 1000));
    } else {
      index_.remove(account_, left[at]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
    }
    std::int64_t sum = 0;
    std::int64_t least = 1000;
    for (const EntryBlock* entry : left) {
      sum += entry->expiry();
      least = std::min(least, entry->expiry());
    }
    ASSERT_EQ(static_cast<std::int64_t>(index_.sum_ms()), sum);
    if (!left.empty()) {
      ASSERT_EQ(index_.soonest_ms(), least);
    }
  }
}

TEST_F(ExpiryIndexTest, RemovingEveryEntryGivesTheMemoryBack) {
  std::vector<EntryBlock*> added;
  added.reserve(300);
  for (int i = 0; i < 300; ++i) added.push_back(add(i));
  const std::size_t with = account_.bytes;
  std::size_t blocks = 0;
  for (const EntryBlock* entry : added) blocks += entry->bytes();
  EXPECT_GT(with, blocks);
  for (EntryBlock* entry : added) index_.remove(account_, entry);
  EXPECT_EQ(account_.bytes, blocks);
}

TEST_F(ExpiryIndexTest, ClearGivesTheMemoryBack) {
  for (int i = 0; i < 300; ++i) add(i);
  index_.clear(account_);
  std::size_t blocks = 0;
  for (const EntryBlock* entry : entries_) blocks += entry->bytes();
  EXPECT_EQ(account_.bytes, blocks);
  EXPECT_EQ(static_cast<std::int64_t>(index_.sum_ms()), 0);
}

}  // namespace
}  // namespace baton
