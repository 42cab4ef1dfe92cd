#include "server/observe/dataset_digest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/store/keyspace.h"

namespace baton {
namespace {

class DatasetDigestTest : public testing::Test {
 protected:
  const Entry& set(unsigned db, std::string_view key, std::string_view value, std::int64_t expiry_ms = -1) {
    Database& database = shards_.database(db);
    Entry* entry = database.assign_string(keyspace_.hasher().key(key), value);
    return *(expiry_ms < 0 ? entry : database.set_expiry(entry, expiry_ms));
  }
  static std::string value_digest(const Entry& entry) {
    DatasetDigest digest;
    digest.add_value(entry);
    return digest.hex();
  }
  std::string digest_of(std::initializer_list<const char*> keys) {
    DatasetDigest digest;
    digest.enter(0);
    for (const char* key : keys) digest.add(*shards_.database(0).find(keyspace_.hasher().key(key)));
    return digest.hex();
  }

  Keyspace keyspace_{KeyspaceOptions{.seed = 7}};
  AllShards shards_ = keyspace_.lease_all();
};

TEST_F(DatasetDigestTest, NothingIsZeros) { EXPECT_EQ(DatasetDigest().hex(), std::string(40, '0')); }

// What redis-server 7.0.15 answers to DEBUG DIGEST-VALUE and DEBUG DIGEST.
TEST_F(DatasetDigestTest, ItIsTheDigestOfRedis) {
  EXPECT_EQ(value_digest(set(0, "a", "1")), "b4fc66738120fba0b5aa500ab5c2bf89cea1c5da");
  EXPECT_EQ(value_digest(set(0, "c", "hello")), "36b23a1456b2dce2c3ed252c456761301dba8060");
  EXPECT_EQ(value_digest(set(0, "c", "hello", 100'000)), "d037c4eb8a8b36b602fbced4000daeab0714c1e3");
  EXPECT_EQ(digest_of({"a"}), "943d800368fb9c0e951138f1bc0e313ac769d91f");
}

TEST_F(DatasetDigestTest, TheOrderOfKeysDoesNotMatter) {
  set(0, "a", "1");
  set(0, "b", "22");
  set(0, "c", "hello");
  EXPECT_EQ(digest_of({"a", "b", "c"}), digest_of({"c", "a", "b"}));
  EXPECT_EQ(digest_of({"a", "b", "c"}), "bec31d705fc4d37f0ff249ef64b7394f690b9492");
}

TEST_F(DatasetDigestTest, KeyValueDatabaseAndExpiryCount) {
  set(0, "a", "1");
  set(0, "b", "1");
  const std::string before = digest_of({"a"});
  EXPECT_NE(digest_of({"b"}), before);
  set(0, "a", "2");
  EXPECT_NE(digest_of({"a"}), before);
  set(0, "a", "1", 1'000);
  EXPECT_NE(digest_of({"a"}), before);
  DatasetDigest elsewhere;
  elsewhere.enter(1);
  elsewhere.add(set(1, "a", "1"));
  EXPECT_NE(elsewhere.hex(), before);
}

}  // namespace
}  // namespace baton
