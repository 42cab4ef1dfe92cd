#include "server/store/keyspace.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baton {
namespace {

TEST(KeyspaceTest, EveryDatabaseHasKeysOfItsOwn) {
  Keyspace keyspace({.databases = 3});
  const AllShards shards = keyspace.lease_all();
  ASSERT_EQ(shards.count(), 3u);
  const Key key = keyspace.hasher().key("k");
  shards.database(1).assign_string(key, "one");
  EXPECT_EQ(shards.database(0).find(key), nullptr);
  ASSERT_NE(shards.database(1).find(key), nullptr);
  EXPECT_EQ(keyspace.bytes(), shards.database(1).bytes());
}

TEST(KeyspaceTest, SwappedDatabasesExchangeTheirKeys) {
  Keyspace keyspace({});
  AllShards shards = keyspace.lease_all();
  const Key key = keyspace.hasher().key("k");
  shards.database(0).assign_string(key, "zero");
  shards.swap(0, 5);
  EXPECT_EQ(shards.database(0).find(key), nullptr);
  EXPECT_NE(shards.database(5).find(key), nullptr);
  shards.swap(5, 5);
  EXPECT_NE(shards.database(5).find(key), nullptr);
}

TEST(KeyspaceDeathTest, ASecondLeaseTraps) {
  Keyspace keyspace({});
  const AllShards shards = keyspace.lease_all();
  EXPECT_DEATH((void)keyspace.lease_all(), "leased twice");
}

TEST(KeyspaceTest, ALeaseThatIsGivenBackCanBeTakenAgain) {
  Keyspace keyspace({});
  {
    AllShards first = keyspace.lease_all();
    const AllShards moved = std::move(first);
    EXPECT_EQ(moved.count(), 16u);
  }
  EXPECT_EQ(keyspace.lease_all().count(), 16u);
}

TEST(KeyspaceTest, ReadsCountHitsAndMisses) {
  Keyspace keyspace({});
  const AllShards shards = keyspace.lease_all();
  Database& db = shards.database(0);
  db.assign_string(keyspace.hasher().key("k"), "v");
  (void)db.find_for_read(keyspace.hasher().key("k"));
  (void)db.find_for_read(keyspace.hasher().key("absent"));
  (void)db.find(keyspace.hasher().key("absent"));
  EXPECT_EQ(keyspace.stats().hits, 1u);
  EXPECT_EQ(keyspace.stats().misses, 1u);
  keyspace.reset_stats();
  EXPECT_EQ(keyspace.stats().hits, 0u);
}

TEST(KeyspaceTest, AnObserverIsToldOfEveryKeyThatExpiresAndOfNoOther) {
  struct Observer final : ExpiryObserver {
    void expired(std::string_view key) override { keys.emplace_back(key); }
    std::vector<std::string> keys;
  } observer;
  Keyspace keyspace({});
  const AllShards shards = keyspace.lease_all();
  const KeyHasher& hasher = keyspace.hasher();
  Database& db = shards.database(0);
  keyspace.set_now_ms(1000);
  for (const std::string_view text : {"met", "due", "overwritten", "unseen", "kept", "erased"})
    db.set_expiry(db.assign_string(hasher.key(text), "v"), text == "kept" ? 9000 : 2000);
  keyspace.set_expiry_observer(&observer);
  db.erase(hasher.key("erased"));
  keyspace.set_now_ms(2000);
  EXPECT_EQ(db.find(hasher.key("met")), nullptr);
  db.assign_string(hasher.key("overwritten"), "new");
  EXPECT_EQ(observer.keys, (std::vector<std::string>{"met", "overwritten"}));
  EXPECT_EQ(db.expire_due(1), 1u);
  ASSERT_EQ(observer.keys.size(), 3u);
  keyspace.set_expiry_observer(nullptr);
  EXPECT_EQ(db.expire_due(10), 1u);
  EXPECT_EQ(observer.keys.size(), 3u) << "nobody asks any more";
}

TEST(KeyHasherTest, TheHashDependsOnTheSeed) {
  EXPECT_EQ(KeyHasher(1).hash("k"), KeyHasher(1).hash("k"));
  EXPECT_NE(KeyHasher(1).hash("k"), KeyHasher(2).hash("k"));
  EXPECT_EQ(KeyHasher(1).key("k").hash, KeyHasher(1).hash("k"));
}

// used_memory is asked for before every write when there is a limit, so it is kept, not counted.
TEST(KeyspaceBytesTest, TheTotalIsTheSumOfItsParts) {
  Keyspace keyspace({.databases = 4});
  AllShards shards = keyspace.lease_all();
  const auto sum = [&] {
    std::size_t bytes = 0;
    for (unsigned i = 0; i < shards.count(); ++i) bytes += shards.database(i).bytes();
    return bytes;
  };
  const auto key = [&](std::string_view text) { return keyspace.hasher().key(text); };
  const std::string large(100'000, 'v');
  for (unsigned i = 0; i < 3000; ++i) {
    const std::string text = "key:" + std::to_string(i);
    Database& db = shards.database(i % 4);
    Entry* entry = db.assign_string(key(text), i % 101 == 0 ? large : text);
    if (i % 3 == 0) entry = db.set_expiry(entry, 1'000'000);
    if (i % 7 == 0) db.resize_string(entry, 500);
    if (i % 5 == 0) db.erase(key(text));
  }
  EXPECT_GT(keyspace.bytes(), 2'000'000u);
  EXPECT_EQ(keyspace.bytes(), sum());
  shards.swap(0, 1);
  shards.database(2).clear();
  EXPECT_EQ(keyspace.bytes(), sum());
  shards.database(1).clear(Freeing::lazily);
  EXPECT_GT(keyspace.bytes(), sum());
  while (keyspace.free_lazily()) continue;
  EXPECT_EQ(keyspace.bytes(), sum());
}

}  // namespace
}  // namespace baton
