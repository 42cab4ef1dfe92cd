#include "server/store/database.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace baton {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  Key key(std::string_view text) const { return context_.hasher.key(text); }
  Entry* set(std::string_view name, std::string_view value, KeepExpiry keep = KeepExpiry::no) {
    return db_.assign_string(key(name), value, keep);
  }
  std::string get(std::string_view name) { return value_of(db_.find(key(name))); }
  static std::string value_of(const Entry* entry) {
    if (!entry) return "(absent)";
    IntegerText scratch;
    return std::string(entry->string(scratch));
  }
  static std::string name(int i) { return "key:" + std::to_string(i); }

  StoreContext context_{KeyspaceOptions{.seed = 7}};
  Database db_{context_};
  Database other_{context_};
};

TEST_F(DatabaseTest, TheEncodingFollowsFromTheValue) {
  EXPECT_EQ(set("k", "12")->encoding(), Encoding::integer);
  EXPECT_EQ(set("k", "012")->encoding(), Encoding::embedded);
  EXPECT_EQ(set("k", "+12")->encoding(), Encoding::embedded);
  EXPECT_EQ(set("k", "-9223372036854775808")->encoding(), Encoding::integer);
  EXPECT_EQ(set("k", "9223372036854775808")->encoding(), Encoding::embedded);
  EXPECT_EQ(set("k", std::string(44, 'x'))->encoding(), Encoding::embedded);
  EXPECT_EQ(set("k", std::string(45, 'x'))->encoding(), Encoding::raw);
  EXPECT_EQ(set("k", "")->encoding(), Encoding::embedded);
  EXPECT_EQ(db_.size(), 1u);
}

TEST_F(DatabaseTest, EveryKindOfValueReplacesEveryOther) {
  const std::string values[] = {
      "", "7", "abc", "abd", std::string(128, 'e'), std::string(129, 'r'), std::string(100'000, 'R')};
  for (const std::string& from : values)
    for (const std::string& to : values)
      for (const bool expires : {false, true})
        for (const KeepExpiry keep : {KeepExpiry::no, KeepExpiry::yes}) {
          Entry* entry = set("k", from);
          if (expires) db_.set_expiry(entry, 5000);
          entry = set("k", to, keep);
          ASSERT_EQ(value_of(entry), to);
          ASSERT_EQ(get("k"), to);
          const bool kept = expires && keep == KeepExpiry::yes;
          ASSERT_EQ(entry->expiry_ms(), kept ? 5000 : Entry::kNoExpiry);
          ASSERT_EQ(db_.volatile_size(), kept ? 1u : 0u);
          ASSERT_TRUE(db_.erase(key("k")));
          ASSERT_EQ(db_.bytes(), 0u);
        }
}

TEST_F(DatabaseTest, AnExpiryThatIsDueIsNotKept) {
  db_.set_expiry(set("k", "v"), 10);
  context_.now_ms = 10;
  EXPECT_EQ(set("k", "w", KeepExpiry::yes)->expiry_ms(), Entry::kNoExpiry);
  EXPECT_EQ(db_.volatile_size(), 0u);
  EXPECT_EQ(get("k"), "w");
}

TEST_F(DatabaseTest, AReceivedBlockIsAdoptedWhenItIsLong) {
  Blob blob = Blob::try_allocate(1002);
  std::memset(blob.data(), 'b', 1000);
  blob.set_size(1000);
  const char* const data = blob.data();
  const Entry* const entry = db_.assign_blob(key("k"), std::move(blob));
  IntegerText scratch;
  EXPECT_EQ(entry->string(scratch).data(), data);
  EXPECT_EQ(entry->string_size(), 1000u);
  Blob small = Blob::try_allocate(10);
  std::memcpy(small.data(), "42", 2);
  small.set_size(2);
  EXPECT_EQ(db_.assign_blob(key("k"), std::move(small))->integer(), 42);
  db_.clear();
  EXPECT_EQ(db_.bytes(), 0u);
}

TEST_F(DatabaseTest, AnIntegerIsOverwrittenInPlace) {
  Entry* const entry = set("k", "5");
  EXPECT_TRUE(Database::try_set_integer(entry, 6));
  EXPECT_EQ(get("k"), "6");
  EXPECT_FALSE(Database::try_set_integer(set("k", "text"), 6));
}

TEST_F(DatabaseTest, KeysLongerThan65535BytesAreKeysLikeOthers) {
  const std::string narrow(65'535, 'k');
  const std::string wide(65'536, 'k');
  set(narrow, "n");
  db_.set_expiry(set(wide, "w"), 1000);
  EXPECT_EQ(get(narrow), "n");
  EXPECT_EQ(get(wide), "w");
  db_.rename(db_.find(key(wide)), key("short"));
  db_.rename(db_.find(key(narrow)), key(wide));
  EXPECT_EQ(get("short"), "w");
  EXPECT_EQ(db_.find(key("short"))->expiry_ms(), 1000);
  EXPECT_EQ(get(wide), "n");
}

TEST_F(DatabaseTest, AResizedStringKeepsItsBytesAndGrowsWithZeros) {
  for (const char* from : {"", "12345", "abcde"}) {
    Entry* entry = db_.set_expiry(set("k", from), 9000);
    const std::string old = from;
    ASSERT_EQ(db_.resize_string(entry, 10).size(), 10u);
    EXPECT_EQ(value_of(entry), old + std::string(10 - old.size(), '\0'));
    EXPECT_EQ(entry->encoding(), Encoding::raw);
    EXPECT_EQ(entry->expiry_ms(), 9000);
    (void)db_.resize_string(entry, 2);
    (void)db_.resize_string(entry, 5000);
    EXPECT_EQ(value_of(entry), (old + std::string(2, '\0')).substr(0, 2) + std::string(4998, '\0'));
    (void)db_.resize_string(entry, 0);
    EXPECT_EQ(get("k"), "");
    ASSERT_TRUE(db_.erase(key("k")));
    EXPECT_EQ(db_.bytes(), 0u);
  }
}

TEST_F(DatabaseTest, ManyAppendsMoveTheBytesSeldom) {
  Entry* entry = set("k", "start");
  const char* data = nullptr;
  int moves = 0;
  for (std::size_t size = 6; size < 20'000; ++size) {
    const char* const now = db_.resize_string(entry, size).data();
    moves += now != data;
    data = now;
  }
  EXPECT_LT(moves, 20);
}

TEST_F(DatabaseTest, RenameMovesValueAndExpiryAndReplacesTheTarget) {
  for (const std::string& value : {std::string("7"), std::string("small"), std::string(1000, 'r')}) {
    db_.set_expiry(set("a", value), 500);
    db_.set_expiry(set("b", std::string(2000, 'b')), 600);
    db_.rename(db_.find(key("a")), key("b"));
    EXPECT_EQ(get("a"), "(absent)");
    EXPECT_EQ(get("b"), value);
    EXPECT_EQ(db_.find(key("b"))->expiry_ms(), 500);
    EXPECT_EQ(db_.volatile_size(), 1u);
    db_.rename(db_.find(key("b")), key("b"));
    EXPECT_EQ(get("b"), value);
    db_.clear();
    EXPECT_EQ(db_.bytes(), 0u);
  }
}

TEST_F(DatabaseTest, ACopyIsApartFromItsOriginal) {
  for (const std::string& value : {std::string(), std::string("7"), std::string(1000, 'r')}) {
    Entry* const entry = db_.set_expiry(set("a", value), 500);
    EXPECT_EQ(db_.copy_to(entry, db_, key("a")), entry);
    set("b", "old");
    EXPECT_EQ(value_of(db_.copy_to(entry, db_, key("b"))), value);
    EXPECT_EQ(value_of(db_.copy_to(entry, other_, key("a"))), value);
    EXPECT_EQ(other_.find(key("a"))->expiry_ms(), 500);
    set("a", "changed");
    EXPECT_EQ(get("b"), value);
    db_.clear();
    other_.clear();
    EXPECT_EQ(db_.bytes() + other_.bytes(), 0u);
  }
}

TEST_F(DatabaseTest, AMoveTakesTheMemoryToTheOtherDatabase) {
  db_.set_expiry(set("a", std::string(1000, 'r')), 500);
  const std::size_t bytes = db_.bytes();
  db_.move_to(db_.find(key("a")), other_, key("a"));
  EXPECT_EQ(db_.bytes(), 0u);
  EXPECT_EQ(db_.size(), 0u);
  EXPECT_EQ(other_.bytes(), bytes);
  EXPECT_EQ(other_.find(key("a"))->expiry_ms(), 500);
}

TEST_F(DatabaseTest, AnExpiryComesChangesAndGoesWithEveryEncoding) {
  for (const std::string& value : {std::string(), std::string("7"), std::string(1000, 'r')}) {
    Entry* entry = set("a", value);
    entry = db_.set_expiry(entry, 500);
    entry = db_.set_expiry(entry, 700);
    EXPECT_EQ(entry->expiry_ms(), 700);
    EXPECT_EQ(db_.volatile_size(), 1u);
    entry = db_.clear_expiry(entry);
    entry = db_.clear_expiry(entry);
    EXPECT_EQ(entry->expiry_ms(), Entry::kNoExpiry);
    EXPECT_EQ(value_of(entry), value);
    EXPECT_EQ(db_.volatile_size(), 0u);
  }
}

TEST_F(DatabaseTest, AKeyGoesAtTheMillisecondOfItsExpiry) {
  db_.set_expiry(set("k", "v"), 100);
  context_.now_ms = 99;
  EXPECT_EQ(get("k"), "v");
  EXPECT_EQ(db_.average_ttl_ms(), 1);
  context_.now_ms = 100;
  EXPECT_EQ(db_.size(), 1u);
  EXPECT_EQ(get("k"), "(absent)");
  EXPECT_EQ(db_.size(), 0u);
  EXPECT_EQ(context_.stats.expired, 1u);
  EXPECT_EQ(db_.bytes(), 0u);
}

TEST_F(DatabaseTest, ActiveExpiryRemovesWhatIsDueUpToItsLimit) {
  for (int i = 0; i < 1000; ++i) db_.set_expiry(set(name(i), "v"), i + 1);
  context_.now_ms = 600;
  EXPECT_EQ(db_.expire_due(100), 100u);
  EXPECT_EQ(db_.expire_due(10'000), 500u);
  EXPECT_EQ(db_.expire_due(10'000), 0u);
  EXPECT_EQ(db_.size(), 400u);
  EXPECT_EQ(get(name(600)), "v");
  EXPECT_EQ(context_.stats.expired_active, 600u);
}

TEST_F(DatabaseTest, TheAverageTimeToLiveIsExact) {
  EXPECT_EQ(db_.average_ttl_ms(), 0);
  db_.set_expiry(set("a", "v"), 100);
  db_.set_expiry(set("b", "v"), 300);
  set("c", "v");
  EXPECT_EQ(db_.average_ttl_ms(), 200);
  context_.now_ms = 1000;
  EXPECT_EQ(db_.average_ttl_ms(), 0);
}

TEST_F(DatabaseTest, LookupsLeaveTheirTimeUnlessToldNotTo) {
  set("k", "v");
  context_.now_ms = 50'000;
  EXPECT_EQ(db_.find(key("k"), Touch::no)->idle_seconds(50'000), 50u);
  context_.touch_enabled = false;
  EXPECT_EQ(db_.find(key("k"))->idle_seconds(50'000), 50u);
  context_.touch_enabled = true;
  EXPECT_EQ(db_.find(key("k"))->idle_seconds(50'000), 0u);
}

TEST_F(DatabaseTest, LookupsRaiseTheFrequencyWhenItIsTracked) {
  context_.options.track_frequency = true;
  EXPECT_EQ(set("k", "v")->frequency(), AccessClock::kNewCounter);
  EXPECT_EQ(db_.find(key("k"))->frequency(), AccessClock::kNewCounter + 1);
  for (int i = 0; i < 5000; ++i) (void)db_.find(key("k"));
  const unsigned counter = db_.find(key("k"), Touch::no)->frequency();
  EXPECT_GT(counter, 15u);
  EXPECT_LT(counter, 100u);
}

TEST_F(DatabaseTest, TheFrequencyOfARestingKeyFallsWhileNobodyUsesIt) {
  context_.options.track_frequency = true;
  context_.options.lfu_decay_minutes = 2;
  const Entry* entry = set("k", "v");
  EXPECT_EQ(db_.frequency(*entry), AccessClock::kNewCounter);
  context_.now_ms += 3 * 60'000;
  EXPECT_EQ(db_.frequency(*entry), AccessClock::kNewCounter - 1);
  context_.now_ms += 60 * 60'000;
  EXPECT_EQ(db_.frequency(*entry), 0);
  EXPECT_EQ(entry->frequency(), AccessClock::kNewCounter);  // looking is no use
  context_.options.lfu_decay_minutes = 0;
  EXPECT_EQ(db_.frequency(*entry), AccessClock::kNewCounter);
}

TEST_F(DatabaseTest, TheTableShapeCountsWhatIsThere) {
  EXPECT_EQ(db_.table_shape().slots, 0u);
  for (int i = 0; i < 10'000; ++i) set(name(i), "v");
  const TableShape shape = db_.table_shape();
  EXPECT_EQ(shape.entries, 10'000u);
  EXPECT_EQ(shape.slots, shape.buckets * Bucket::kSlots);
  EXPECT_GT(shape.slots, shape.entries);
  EXPECT_LT(shape.slots, 3 * shape.entries);
  EXPECT_GE(shape.segments, Shard::kCount);
}

TEST_F(DatabaseTest, TwoHundredThousandKeysAreAllFoundAndLeaveNothingBehind) {
  for (int i = 0; i < 200'000; ++i) set(name(i), name(-i));
  EXPECT_EQ(db_.size(), 200'000u);
  for (int i = 0; i < 200'000; ++i) ASSERT_EQ(get(name(i)), name(-i));
  EXPECT_EQ(db_.find(key("absent")), nullptr);
  for (int i = 0; i < 200'000; ++i) ASSERT_TRUE(db_.erase(key(name(i))));
  EXPECT_EQ(db_.size(), 0u);
  EXPECT_EQ(db_.bytes(), 0u);
}

TEST_F(DatabaseTest, AScanShowsEveryKeyOnceForEveryCount) {
  for (int i = 0; i < 2000; ++i) set(name(i), "v");
  for (const std::size_t count : {1, 10, 1000, 100'000}) {
    std::unordered_map<std::string, int> seen;
    std::uint64_t cursor = 0;
    int calls = 0;
    do {
      cursor = db_.scan(cursor, count, [&](const Entry* entry) { ++seen[std::string(entry->key())]; });
      ASSERT_LT(++calls, 20'000);
    } while (cursor != 0);
    EXPECT_EQ(seen.size(), 2000u);
    for (const auto& [text, times] : seen) EXPECT_EQ(times, 1) << text;
  }
}

TEST_F(DatabaseTest, AScanShowsWhatStaysOnceWhileTheTableGrowsAndShrinks) {
  for (int i = 0; i < 3000; ++i) set(name(i), "v");
  std::unordered_map<std::string, int> seen;
  std::uint64_t cursor = 0;
  int round = 0;
  int added = 0;
  do {
    cursor = db_.scan(cursor, 20, [&](const Entry* entry) { ++seen[std::string(entry->key())]; });
    if (round < 60) {
      for (int i = 0; i < 500; ++i) set("more:" + std::to_string(added++), "v");
    } else {
      for (int i = 0; i < 500 && added > 0; ++i) db_.erase(key("more:" + std::to_string(--added)));
    }
    ++round;
  } while (cursor != 0);
  EXPECT_GT(round, 120);  // it has both grown and shrunk
  for (int i = 0; i < 3000; ++i) EXPECT_EQ(seen[name(i)], 1) << i;
  for (const auto& [text, times] : seen) EXPECT_EQ(times, 1) << text;
}

TEST_F(DatabaseTest, ACursorFromElsewhereEndsTheScanOrContinuesIt) {
  set("k", "v");
  EXPECT_EQ(db_.scan(~0ull, 10, [](const Entry*) {}), 0u);
  EXPECT_EQ(db_.scan(1ull << 47, 1000, [](const Entry*) {}), 0u);
  EXPECT_EQ(other_.scan(0, 10, [](const Entry*) {}), 0u);
}

TEST_F(DatabaseTest, AScanDoesNotShowWhatIsDue) {
  db_.set_expiry(set("gone", "v"), 1);
  set("here", "v");
  context_.now_ms = 1;
  int seen = 0;
  EXPECT_EQ(db_.scan(0, 100,
                     [&](const Entry* entry) {
                       EXPECT_EQ(entry->key(), "here");
                       ++seen;
                     }),
            0u);
  EXPECT_EQ(seen, 1);
}

TEST_F(DatabaseTest, RandomEntriesComeFromTheWholeDatabase) {
  EXPECT_EQ(db_.random_entry(), nullptr);
  set("only", "v");
  EXPECT_EQ(db_.random_entry()->key(), "only");
  for (int i = 0; i < 100; ++i) set(name(i), "v");
  std::unordered_set<std::string> met;
  for (int i = 0; i < 5000; ++i) met.emplace(db_.random_entry()->key());
  EXPECT_GT(met.size(), 90u);
}

TEST_F(DatabaseTest, NoRandomEntryIsOneThatIsDue) {
  for (int i = 0; i < 500; ++i) db_.set_expiry(set(name(i), "v"), 1);
  context_.now_ms = 1;
  EXPECT_EQ(db_.random_entry(), nullptr);
  set("here", "v");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(db_.random_entry()->key(), "here");
}

TEST_F(DatabaseTest, PrefetchesOfAnyHashAreHarmless) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t hash = key(name(i)).hash;
      db_.prefetch_directory(hash);
      db_.prefetch_bucket(hash);
      db_.prefetch_entry(hash);
      db_.prefetch_value(hash);
    }
    for (int i = 0; i < 500; ++i) set(name(i), std::string(200, 'v'));
  }
  EXPECT_EQ(db_.size(), 500u);
}

}  // namespace
}  // namespace baton
