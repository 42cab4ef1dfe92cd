#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using NameCommands = CommandFixture;

TEST_F(NameCommands, UnlinkLeavesALargeValueToBeFreedLaterAndDelDoesWhenToldTo) {
  const std::string large(50'000, 'x');
  run("SET a " + large);
  EXPECT_EQ(run("DEL a"), ":1");
  EXPECT_EQ(keyspace_.lazy_pending(), 0u);
  run("SET a " + large);
  EXPECT_EQ(run("UNLINK a"), ":1");
  EXPECT_EQ(keyspace_.lazy_pending(), 1u);
  keyspace_.set_options({.lazy = {.user_del = true}});
  run("SET a " + large);
  EXPECT_EQ(run("DEL a"), ":1");
  run("SET a " + large);
  EXPECT_EQ(run("GETDEL a").size(), large.size() + 7);
  EXPECT_EQ(keyspace_.lazy_pending(), 3u);
}

TEST_F(NameCommands, DelAndUnlinkCountWhatTheyDelete) {
  run("MSET a 1 b 2 c 3");
  EXPECT_EQ(run("DEL a b absent a"), ":2");
  EXPECT_EQ(dirty, 2u);
  EXPECT_EQ(run("UNLINK c"), ":1");
  EXPECT_EQ(run("UNLINK c"), ":0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("DBSIZE"), ":0");
}

TEST_F(NameCommands, DelDoesNotCountWhatExpired) {
  run("SET k v PX 10");
  advance_ms(10);
  EXPECT_EQ(run("DEL k"), ":0");
}

TEST_F(NameCommands, ExistsAndTouchCountEachName) {
  run("SET a 1");
  EXPECT_EQ(run("EXISTS a a b"), ":2");
  EXPECT_EQ(run("TOUCH a b a"), ":2");
  EXPECT_EQ(dirty, 0u);
}

TEST_F(NameCommands, TypeNamesTheType) {
  run("SET a 1");
  EXPECT_EQ(run("TYPE a"), "+string");
  EXPECT_EQ(run("TYPE b"), "+none");
}

TEST_F(NameCommands, RenameMovesValueAndExpiry) {
  run("SET a 1 EX 100");
  run("SET b 2");
  EXPECT_EQ(run("RENAME a b"), "+OK");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("GET b"), "$1 1");
  EXPECT_EQ(run("TTL b"), ":100");
  EXPECT_EQ(run("EXISTS a"), ":0");
  EXPECT_EQ(run("RENAME absent b"), "-ERR no such key");
  EXPECT_EQ(run("RENAME b b"), "+OK");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("DBSIZE"), ":1");
}

TEST_F(NameCommands, RenameDoesNotInheritAnExpiry) {
  run("SET a 1");
  run("SET b 2 EX 100");
  run("RENAME a b");
  EXPECT_EQ(run("TTL b"), ":-1");
}

TEST_F(NameCommands, RenamenxWantsAFreeName) {
  run("MSET a 1 b 2");
  EXPECT_EQ(run("RENAMENX a b"), ":0");
  EXPECT_EQ(run("RENAMENX a a"), ":0");
  EXPECT_EQ(run("RENAMENX a c"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("MGET a b c"), "*3 $-1 $1 2 $1 1");
  EXPECT_EQ(run("RENAMENX absent c"), "-ERR no such key");
  run("SET d 4 PX 10");
  advance_ms(10);
  EXPECT_EQ(run("RENAMENX c d"), ":1");
}

TEST_F(NameCommands, CopyCopiesValueAndExpiry) {
  run("SET a 1 EX 100");
  EXPECT_EQ(run("COPY a b"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("GET b"), "$1 1");
  EXPECT_EQ(run("TTL b"), ":100");
  EXPECT_EQ(run("TTL a"), ":100");
  run("SET b 2");
  EXPECT_EQ(run("COPY a b"), ":0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("COPY a b REPLACE"), ":1");
  EXPECT_EQ(run("GET b"), "$1 1");
  EXPECT_EQ(run("COPY absent b REPLACE"), ":0");
  EXPECT_EQ(run("EXISTS b"), ":1");
}

TEST_F(NameCommands, CopyReachesOtherDatabases) {
  run("SET a 1");
  EXPECT_EQ(run("COPY a a DB 3"), ":1");
  EXPECT_EQ(run("COPY a a DB 3"), ":0");
  EXPECT_EQ(run("COPY a b db 3 replace"), ":1");
  db_index = 3;
  EXPECT_EQ(run("MGET a b"), "*2 $1 1 $1 1");
}

TEST_F(NameCommands, CopyRefusesWhatMakesNoSense) {
  run("SET a 1");
  EXPECT_EQ(run("COPY a a"), "-ERR source and destination objects are the same");
  EXPECT_EQ(run("COPY a a DB 0"), "-ERR source and destination objects are the same");
  EXPECT_EQ(run("COPY a b DB"), "-ERR syntax error");
  EXPECT_EQ(run("COPY a b foo"), "-ERR syntax error");
  EXPECT_EQ(run("COPY a b DB x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("COPY a b DB 16"), "-ERR DB index is out of range");
  EXPECT_EQ(run("COPY a b DB -1"), "-ERR DB index is out of range");
}

TEST_F(NameCommands, MoveMovesValueAndExpiry) {
  run("SET a 1 EX 100");
  EXPECT_EQ(run("MOVE a 1"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("EXISTS a"), ":0");
  run("SET a 2");
  EXPECT_EQ(run("MOVE a 1"), ":0");
  EXPECT_EQ(run("MOVE absent 1"), ":0");
  EXPECT_EQ(dirty, 0u);
  db_index = 1;
  EXPECT_EQ(run("GET a"), "$1 1");
  EXPECT_EQ(run("TTL a"), ":100");
}

TEST_F(NameCommands, MoveRefusesWhatMakesNoSense) {
  run("SET a 1");
  EXPECT_EQ(run("MOVE a 0"), "-ERR source and destination objects are the same");
  EXPECT_EQ(run("MOVE a 16"), "-ERR DB index is out of range");
  EXPECT_EQ(run("MOVE a -1"), "-ERR DB index is out of range");
  EXPECT_EQ(run("MOVE a x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("MOVE a 4294967297"),
            "-ERR value is out of range, value must between -2147483648 and 2147483647");
}

}  // namespace
}  // namespace baton
