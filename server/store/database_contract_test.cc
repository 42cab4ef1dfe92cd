// What a Database promises through its public interface alone, at sizes where tables grow, split and shrink.
#include "server/store/database.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/store/keyspace.h"

namespace baton {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

class DatabaseContract : public ::testing::Test {
 protected:
  DatabaseContract() { keyspace_.set_now_ms(kNow); }

  Key key(std::string_view text) const { return keyspace_.hasher().key(text); }
  static std::string name(std::size_t i) { return "key:" + std::to_string(i); }
  Entry* set(std::string_view text, std::string_view value) { return db_.assign_string(key(text), value); }
  std::string get(std::string_view text) {
    Entry* const entry = db_.find(key(text));
    IntegerText scratch;
    return entry ? std::string(entry->string(scratch)) : "(absent)";
  }
  void fill(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) set(name(i), "v" + std::to_string(i));
  }

  Keyspace keyspace_{KeyspaceOptions{.seed = 7}};
  AllShards shards_ = keyspace_.lease_all();
  Database& db_ = shards_.database(0);
};

TEST_F(DatabaseContract, EveryKeyIsFoundAtEveryPowerOfTwoWhileItGrows) {
  std::size_t made = 0;
  for (std::size_t size = 1; size <= 1u << 17; size *= 2) {
    fill(made, size);
    made = size;
    ASSERT_EQ(db_.size(), size);
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(get(name(i)), "v" + std::to_string(i)) << size;
    ASSERT_EQ(db_.find(key("absent")), nullptr);
  }
}

TEST_F(DatabaseContract, TheAccountIsBackToEmptyWhenEverythingIsErased) {
  const std::size_t empty = keyspace_.bytes();
  for (std::size_t i = 0; i < 20'000; ++i) {
    Entry* entry = set(name(i), std::string(i % 300, 'x'));
    if (i % 3 == 0) entry = db_.set_expiry(entry, kNow + 1 + static_cast<std::int64_t>(i));
    if (i % 5 == 0) db_.resize_string(entry, i % 700);
    if (i % 7 == 0) db_.clear_expiry(entry);
  }
  EXPECT_GT(keyspace_.bytes(), empty);
  for (std::size_t i = 0; i < 20'000; ++i) ASSERT_TRUE(db_.erase(key(name(i))));
  EXPECT_EQ(db_.size(), 0u);
  EXPECT_EQ(db_.volatile_size(), 0u);
  EXPECT_EQ(keyspace_.bytes(), empty);
}

TEST_F(DatabaseContract, ClearingFreesEverything) {
  const std::size_t empty = keyspace_.bytes();
  fill(0, 5'000);
  db_.set_expiry(db_.find(key(name(1))), kNow + 5);
  db_.clear();
  EXPECT_EQ(db_.size(), 0u);
  EXPECT_EQ(db_.volatile_size(), 0u);
  EXPECT_EQ(keyspace_.bytes(), empty);
  fill(0, 10);
  EXPECT_EQ(get(name(9)), "v9");
}

TEST_F(DatabaseContract, ScanShowsLastingKeysExactlyOnceWhileOthersComeAndGo) {
  constexpr std::size_t kLasting = 3'000;
  fill(0, kLasting);
  std::map<std::string, int> seen;
  std::size_t next = kLasting;
  std::uint64_t cursor = 0;
  for (int turn = 0;; ++turn) {
    cursor = db_.scan(cursor, 10, [&](Entry* entry) { ++seen[std::string(entry->key())]; });
    if (cursor == 0) break;
    // First a flood, so that segments grow and split under the cursor; then it is taken back.
    for (int i = 0; i < 200; ++i) {
      if (turn < 100) {
        fill(next, next + 1);
        ++next;
      } else if (next > kLasting) {
        db_.erase(key(name(--next)));
      }
    }
  }
  for (std::size_t i = 0; i < kLasting; ++i) ASSERT_EQ(seen[name(i)], 1) << name(i);
}

// The table is as deep here as where ten million keys and more are, because these keys share 17 bits of hash.
TEST_F(DatabaseContract, ScanEndsWhereTheTableIsDeep) {
  constexpr std::size_t kKeys = 300;
  for (std::uint64_t i = 0, made = 0; made < kKeys; ++i) {
    const Key candidate = key({reinterpret_cast<const char*>(&i), sizeof i});
    if (candidate.hash >> 47 != 12'345) continue;
    db_.assign_string(candidate, "v");
    ++made;
  }
  std::set<std::string> seen;
  std::uint64_t cursor = 0;
  do {
    cursor = db_.scan(cursor, 10, [&](Entry* entry) { EXPECT_TRUE(seen.emplace(entry->key()).second); });
  } while (cursor != 0);
  EXPECT_EQ(seen.size(), kKeys);
}

TEST_F(DatabaseContract, ScanTakesAnyCursorAndCursorsAreBelowTwoToThe63) {
  fill(0, 1'000);
  for (const std::uint64_t cursor : {std::uint64_t{1}, std::uint64_t{1} << 40, std::uint64_t{1} << 62,
                                     std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()})
    EXPECT_LT(db_.scan(cursor, 5, [](Entry*) {}), std::uint64_t{1} << 63);
}

TEST_F(DatabaseContract, ExpiredKeysAreNeverShown) {
  for (std::size_t i = 0; i < 1'000; ++i) {
    Entry* const entry = set(name(i), "v");
    if (i % 2 == 0) db_.set_expiry(entry, kNow + 10);
  }
  keyspace_.set_now_ms(kNow + 10);
  std::size_t seen = 0;
  std::uint64_t cursor = 0;
  do {
    cursor = db_.scan(cursor, 100, [&](Entry* entry) {
      ++seen;
      EXPECT_EQ(entry->expiry_ms(), Entry::kNoExpiry);
    });
  } while (cursor != 0);
  EXPECT_EQ(seen, 500u);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(db_.random_entry()->expiry_ms(), Entry::kNoExpiry);
  EXPECT_EQ(db_.find(key(name(0))), nullptr);
  EXPECT_FALSE(db_.erase(key(name(2))));
  EXPECT_EQ(keyspace_.stats().expired, 2u);
  EXPECT_EQ(keyspace_.stats().expired_active, 0u);
}

TEST_F(DatabaseContract, DueKeysAreRemovedInBoundedSteps) {
  for (std::size_t i = 0; i < 1'000; ++i)
    db_.set_expiry(set(name(i), "v"), kNow + static_cast<std::int64_t>(i));
  EXPECT_EQ(db_.average_ttl_ms(), 499);
  keyspace_.set_now_ms(kNow + 699);
  std::size_t removed = 0;
  while (const std::size_t n = db_.expire_due(64)) {
    ASSERT_LE(n, 64u);
    removed += n;
  }
  EXPECT_EQ(removed, 700u);
  EXPECT_EQ(db_.size(), 300u);
  EXPECT_EQ(db_.volatile_size(), 300u);
  EXPECT_EQ(keyspace_.stats().expired_active, 700u);
  EXPECT_NE(db_.find(key(name(700))), nullptr);
}

TEST_F(DatabaseContract, EncodingsAreWhatClientsExpect) {
  const auto encoding = [&](std::string_view value) { return encoding_name(set("k", value)->encoding()); };
  for (const char* text : {"0", "-1", "9223372036854775807", "-9223372036854775808"})
    EXPECT_EQ(encoding(text), "int") << text;
  for (const char* text : {"", "-0", "+1", "01", " 1", "1 ", "1.0", "9223372036854775808", "-", "1e3"}) {
    EXPECT_EQ(encoding(text), "embstr") << text;
    EXPECT_EQ(get("k"), text);
  }
  EXPECT_EQ(encoding(std::string(44, 'x')), "embstr");
  EXPECT_EQ(encoding(std::string(45, 'x')), "raw");
  EXPECT_EQ(encoding(std::string(100'000, 'x')), "raw");
  Entry* entry = set("k", "123");
  db_.resize_string(entry, 5);
  EXPECT_EQ(entry->encoding(), Encoding::raw);
  EXPECT_EQ(get("k"), std::string("123\0\0", 5));
}

TEST_F(DatabaseContract, HugeKeysAndValuesAreKept) {
  const std::string long_key(100'000, 'k');
  const std::string longer_key((std::size_t{1} << 24) + 5, 'k');
  const std::string value(std::size_t{8} << 20, 'v');
  set(long_key, "short");
  set(longer_key, value);
  db_.set_expiry(db_.find(key(longer_key)), kNow + 100);
  db_.set_expiry(db_.find(key(long_key)), kNow + 100);
  EXPECT_EQ(get(long_key), "short");
  EXPECT_TRUE(get(longer_key) == value);
  EXPECT_GE(db_.bytes(), long_key.size() + longer_key.size() + value.size());
  EXPECT_TRUE(set(longer_key, "17")->key() == longer_key);
  EXPECT_EQ(get(longer_key), "17");
}

TEST_F(DatabaseContract, AReceivedBlockIsAdoptedWithoutACopy) {
  Blob blob = Blob::try_allocate(10'002);
  std::memset(blob.data(), 'b', 10'000);
  blob.set_size(10'000);
  const char* const data = blob.data();
  Entry* const entry = db_.assign_blob(key("k"), std::move(blob));
  IntegerText scratch;
  EXPECT_EQ(entry->string(scratch).data(), data);
  EXPECT_EQ(get("k"), std::string(10'000, 'b'));
}

TEST_F(DatabaseContract, RenameMovesValueAndExpiryAndCopyLeavesThem) {
  Database& other = shards_.database(1);
  for (const std::string& value : {std::string("7"), std::string("small"), std::string(5'000, 'x')}) {
    db_.set_expiry(set("a", value), kNow + 500);
    set("b", "replaced");
    db_.rename(db_.find(key("a")), key("b"));
    EXPECT_EQ(get("a"), "(absent)");
    EXPECT_EQ(get("b"), value);
    EXPECT_EQ(db_.find(key("b"))->expiry_ms(), kNow + 500);
    IntegerText scratch;
    EXPECT_EQ(db_.copy_to(db_.find(key("b")), other, key("c"))->string(scratch), value);
    EXPECT_EQ(get("b"), value);
    db_.move_to(db_.find(key("b")), other, key("b"));
    EXPECT_EQ(get("b"), "(absent)");
    EXPECT_EQ(other.find(key("b"))->string(scratch), value);
    EXPECT_EQ(other.find(key("b"))->expiry_ms(), kNow + 500);
    EXPECT_EQ(db_.bytes(), 0u);
    other.clear();
  }
}

TEST_F(DatabaseContract, UseIsRememberedUnlessTheLookupDoesNotCount) {
  set("k", "v");
  keyspace_.set_now_ms(kNow + 10'000);
  EXPECT_EQ(db_.find(key("k"), Touch::no)->idle_seconds(kNow + 10'000), 10u);
  EXPECT_EQ(db_.find(key("k"))->idle_seconds(kNow + 10'000), 0u);
}

TEST_F(DatabaseContract, FrequencyStartsAtFiveGrowsSlowlyAndDecays) {
  keyspace_.set_options({.track_frequency = true});
  EXPECT_EQ(set("k", "v")->frequency(), 5);
  for (int i = 0; i < 1'000; ++i) (void)db_.find(key("k"));
  const int hot = db_.find(key("k"), Touch::no)->frequency();
  EXPECT_GT(hot, 8);
  EXPECT_LT(hot, 60);
  keyspace_.set_now_ms(kNow + 5 * 60'000);
  EXPECT_LE(db_.find(key("k"))->frequency(), hot - 4);
}

TEST_F(DatabaseContract, RandomEntriesFavourNoneOfAFewKeys) {
  for (const char* name : {"one", "two", "three"}) db_.assign_string(key(name), "value");
  std::map<std::string, int> seen;
  for (int i = 0; i < 3000; ++i) ++seen[std::string(db_.random_entry()->key())];
  ASSERT_EQ(seen.size(), 3u);
  // Each is expected a thousand times, with a deviation of 26.
  for (const auto& [name, times] : seen) EXPECT_NEAR(times, 1000, 200) << name;
}

TEST_F(DatabaseContract, RandomEntriesReachEveryKey) {
  fill(0, 50);
  std::set<std::string> seen;
  for (int i = 0; i < 100'000; ++i) seen.emplace(db_.random_entry()->key());
  EXPECT_EQ(seen.size(), 50u);
  EXPECT_EQ(shards_.database(1).random_entry(), nullptr);
}

TEST_F(DatabaseContract, SwappedDatabasesKeepTheirKeys) {
  set("k", "zero");
  shards_.swap(0, 3);
  EXPECT_EQ(shards_.database(0).size(), 0u);
  EXPECT_NE(shards_.database(3).find(key("k")), nullptr);
}

TEST_F(DatabaseContract, PrefetchesAreHarmlessForAnyHash) {
  fill(0, 1'000);
  set("outside", std::string(1'000, 'x'));
  std::vector<std::uint64_t> hashes{0, ~std::uint64_t{0}, key("outside").hash, key(name(1)).hash};
  for (const std::uint64_t hash : hashes) {
    for (Database* db : {&db_, &shards_.database(1)}) {
      db->prefetch_bucket(hash);
      db->prefetch_entry(hash);
      db->prefetch_value(hash);
    }
  }
  EXPECT_EQ(get(name(1)), "v1");
}

TEST_F(DatabaseContract, ASecondLeaseTraps) { EXPECT_DEATH((void)keyspace_.lease_all(), "leased"); }

}  // namespace
}  // namespace baton
