#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using DatabaseCommands = CommandFixture;

TEST_F(DatabaseCommands, DbsizeCountsTheKeysOfItsDatabase) {
  run("MSET a 1 b 2");
  EXPECT_EQ(run("DBSIZE"), ":2");
  db_index = 1;
  EXPECT_EQ(run("DBSIZE"), ":0");
}

TEST_F(DatabaseCommands, FlushdbClearsOneDatabase) {
  run("MSET a 1 b 2");
  db_index = 1;
  run("SET c 3");
  db_index = 0;
  EXPECT_EQ(run("FLUSHDB"), "+OK");
  EXPECT_EQ(dirty, 2u);
  EXPECT_EQ(run("DBSIZE"), ":0");
  db_index = 1;
  EXPECT_EQ(run("DBSIZE"), ":1");
  EXPECT_EQ(run("FLUSHDB ASYNC"), "+OK");
  EXPECT_EQ(run("DBSIZE"), ":0");
}

TEST_F(DatabaseCommands, FlushallClearsAllDatabases) {
  run("SET a 1");
  db_index = 9;
  run("MSET b 2 c 3");
  EXPECT_EQ(run("FLUSHALL sync"), "+OK");
  EXPECT_EQ(dirty, 3u);
  EXPECT_EQ(run("DBSIZE"), ":0");
  db_index = 0;
  EXPECT_EQ(run("DBSIZE"), ":0");
}

TEST_F(DatabaseCommands, FlushRefusesOtherOptions) {
  run("SET a 1");
  for (const char* line : {"FLUSHDB foo", "FLUSHALL foo", "FLUSHALL ASYNC SYNC", "FLUSHDB SYNC 1"})
    EXPECT_EQ(run(line), "-ERR syntax error") << line;
  EXPECT_EQ(run("DBSIZE"), ":1");
}

TEST_F(DatabaseCommands, SwapdbExchangesContents) {
  run("SET a 1 EX 100");
  EXPECT_EQ(run("SWAPDB 0 5"), "+OK");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("EXISTS a"), ":0");
  db_index = 5;
  EXPECT_EQ(run("GET a"), "$1 1");
  EXPECT_EQ(run("TTL a"), ":100");
  EXPECT_EQ(run("SWAPDB 5 5"), "+OK");
  EXPECT_EQ(run("GET a"), "$1 1");
}

TEST_F(DatabaseCommands, SwapdbRefusesBadIndexes) {
  EXPECT_EQ(run("SWAPDB a 1"), "-ERR invalid first DB index");
  EXPECT_EQ(run("SWAPDB 1 a"), "-ERR invalid second DB index");
  EXPECT_EQ(run("SWAPDB a b"), "-ERR invalid first DB index");
  EXPECT_EQ(run("SWAPDB 44 55"), "-ERR DB index is out of range");
  EXPECT_EQ(run("SWAPDB 0 -1"), "-ERR DB index is out of range");
  EXPECT_EQ(run("SWAPDB 99999999999 0"), "-ERR invalid first DB index");
}

}  // namespace
}  // namespace baton
