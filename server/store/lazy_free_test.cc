#include "server/store/lazy_free.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "server/store/keyspace.h"

namespace baton {
namespace {

class LazyFreeTest : public testing::Test {
 protected:
  Key key(const std::string& text) { return keyspace_.hasher().key(*texts_.insert(text).first); }
  void fill(Database& db, int keys, const std::string& value = "value") {
    for (int i = 0; i < keys; ++i) db.assign_string(key("key:" + std::to_string(i)), value);
  }
  void set_policy(const LazyPolicy& policy) { keyspace_.set_options({.lazy = policy}); }
  // Frees slice by slice; the most keys and values that one of them took.
  std::size_t free_all(const LazyFree::Slice& slice) {
    std::size_t most = 0;
    for (bool more = true; more;) {
      const std::size_t before = keyspace_.lazy_pending();
      more = keyspace_.free_lazily(slice);
      most = std::max(most, before - keyspace_.lazy_pending());
    }
    return most;
  }

  Keyspace keyspace_{{}};
  AllShards shards_ = keyspace_.lease_all();
  std::set<std::string> texts_;  // that keys refer to
};

// A shard that has lost its last key has a table still.
TEST_F(LazyFreeTest, WorkIsLeftUntilTheLastTableIsFreed) {
  Database& db = shards_.database(0);
  fill(db, 1410);
  db.clear(Freeing::lazily);
  const std::size_t pending = keyspace_.lazy_pending();
  for (std::size_t blocks = 1; blocks < pending; ++blocks)
    keyspace_.free_lazily({.blocks_max = 1, .bytes_max = ~0u});
  while (keyspace_.lazy_pending() != 0) {
    EXPECT_FALSE(keyspace_.lazy_idle());
    keyspace_.free_lazily({.blocks_max = 1, .bytes_max = ~0u});
  }
  while (!keyspace_.lazy_idle()) {
    EXPECT_NE(keyspace_.bytes(), 0u);
    keyspace_.free_lazily({.blocks_max = 1, .bytes_max = ~0u});
  }
  EXPECT_EQ(keyspace_.bytes(), 0u);
}

TEST_F(LazyFreeTest, AClearedDatabaseIsEmptyAtOnceAndItsMemoryFallsAsItIsFreed) {
  Database& db = shards_.database(0);
  fill(db, 20'000);
  db.set_expiry(db.find(key("key:1")), 1000);
  const std::size_t full = keyspace_.bytes();
  db.clear(Freeing::lazily);
  EXPECT_EQ(db.size(), 0u);
  EXPECT_EQ(db.volatile_size(), 0u);
  EXPECT_EQ(db.bytes(), 0u);
  EXPECT_EQ(db.find(key("key:1")), nullptr);
  EXPECT_EQ(keyspace_.lazy_pending(), 20'000u);
  EXPECT_EQ(keyspace_.bytes(), full) << "nothing has been freed yet";

  std::size_t last = full;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(keyspace_.free_lazily());
    EXPECT_LT(keyspace_.bytes(), last);
    last = keyspace_.bytes();
  }
  // The database is in use meanwhile.
  fill(db, 100);
  free_all({});
  EXPECT_EQ(keyspace_.lazy_pending(), 0u);
  EXPECT_EQ(keyspace_.lazy_freed(), 20'000u);
  EXPECT_EQ(keyspace_.bytes(), db.bytes());
  EXPECT_EQ(db.size(), 100u);
  EXPECT_FALSE(keyspace_.free_lazily()) << "nothing is left";
  keyspace_.reset_stats();
  EXPECT_EQ(keyspace_.lazy_freed(), 0u);
}

TEST_F(LazyFreeTest, ASliceFreesAtMostItsBlocks) {
  Database& db = shards_.database(0);
  for (const std::size_t bound : {1u, 7u, 512u}) {
    fill(db, 3000);
    db.clear(Freeing::lazily);
    EXPECT_LE(free_all({.blocks_max = bound, .bytes_max = 1u << 30}), bound);
    EXPECT_EQ(keyspace_.bytes(), 0u);
  }
}

TEST_F(LazyFreeTest, ASliceEndsWithTheBlockThatReachesItsBytes) {
  Database& db = shards_.database(0);
  const std::string large(100'000, 'x');
  fill(db, 50, large);
  db.clear(Freeing::lazily);
  EXPECT_EQ(free_all({.blocks_max = 1000, .bytes_max = 1}), 1u);
  fill(db, 50, large);
  db.clear(Freeing::lazily);
  EXPECT_LE(free_all({.blocks_max = 1000, .bytes_max = 250'000}), 3u);
  EXPECT_EQ(keyspace_.bytes(), 0u);
}

TEST_F(LazyFreeTest, OfAKeyOnlyALargeValueWaits) {
  Database& db = shards_.database(0);
  db.assign_string(key("small"), std::string(1000, 'x'));
  db.assign_string(key("large"), std::string(100'000, 'x'));
  db.assign_string(key("kept"), "1");
  EXPECT_TRUE(db.erase(key("small"), Freeing::lazily));
  EXPECT_EQ(keyspace_.lazy_pending(), 0u);
  EXPECT_TRUE(db.erase(key("large"), Freeing::lazily));
  EXPECT_EQ(keyspace_.lazy_pending(), 1u);
  EXPECT_GE(keyspace_.bytes(), db.bytes() + 100'000);
  EXPECT_FALSE(keyspace_.free_lazily());
  EXPECT_EQ(keyspace_.bytes(), db.bytes());
  EXPECT_EQ(keyspace_.lazy_freed(), 1u);
  EXPECT_FALSE(db.erase(key("large"), Freeing::lazily));
}

TEST_F(LazyFreeTest, ReplacedValuesWaitWhenThePolicySaysSo) {
  Database& db = shards_.database(0);
  const std::string large(100'000, 'x');
  const auto replace = [&] {
    fill(db, 3, large);
    db.assign_string(key("key:0"), "2");
    db.rename(db.find(key("key:0")), key("key:1"));
    db.copy_to(db.find(key("key:1")), db, key("key:2"));
  };
  replace();
  EXPECT_EQ(keyspace_.lazy_pending(), 0u);
  set_policy({.server_del = true});
  replace();
  EXPECT_EQ(keyspace_.lazy_pending(), 3u);
  free_all({});
  EXPECT_EQ(keyspace_.bytes(), db.bytes());
}

TEST_F(LazyFreeTest, ExpiredValuesWaitWhenThePolicySaysSo) {
  Database& db = shards_.database(0);
  const auto expire = [&] {
    keyspace_.set_now_ms(0);
    fill(db, 2, std::string(100'000, 'x'));
    for (const char* name : {"key:0", "key:1"}) db.set_expiry(db.find(key(name)), 10);
    keyspace_.set_now_ms(11);
    EXPECT_EQ(db.find(key("key:0")), nullptr);
    EXPECT_EQ(db.expire_due(10), 1u);
  };
  expire();
  EXPECT_EQ(keyspace_.lazy_pending(), 0u);
  set_policy({.expire = true});
  expire();
  EXPECT_EQ(keyspace_.lazy_pending(), 2u);
  free_all({});
  EXPECT_EQ(keyspace_.bytes(), 0u);
}

TEST(LazyFreeEnd, WhatStillWaitsIsFreedWithTheKeyspace) {
  Keyspace keyspace({});
  AllShards shards = keyspace.lease_all();
  shards.database(0).assign_string(keyspace.hasher().key("k"), std::string(100'000, 'x'));
  shards.database(0).erase(keyspace.hasher().key("k"), Freeing::lazily);
  shards.database(1).assign_string(keyspace.hasher().key("k"), "v");
  shards.database(1).clear(Freeing::lazily);
  EXPECT_EQ(keyspace.lazy_pending(), 2u);  // a sanitizer would tell of a leak
}

}  // namespace
}  // namespace baton
