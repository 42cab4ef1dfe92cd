#include "server/store/keyspace.h"

#include <gtest/gtest.h>

#include <utility>

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

TEST(KeyHasherTest, TheHashDependsOnTheSeed) {
  EXPECT_EQ(KeyHasher(1).hash("k"), KeyHasher(1).hash("k"));
  EXPECT_NE(KeyHasher(1).hash("k"), KeyHasher(2).hash("k"));
  EXPECT_EQ(KeyHasher(1).key("k").hash, KeyHasher(1).hash("k"));
}

}  // namespace
}  // namespace baton
