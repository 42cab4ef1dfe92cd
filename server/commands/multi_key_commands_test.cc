#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using MultiKeyCommands = CommandFixture;

TEST_F(MultiKeyCommands, MgetAnswersEachKey) {
  run("MSET a 1 b two");
  EXPECT_EQ(dirty, 2u);
  EXPECT_EQ(run("MGET a b absent a"), "*4 $1 1 $3 two $-1 $1 1");
  protocol = Protocol::resp3;
  EXPECT_EQ(run("MGET absent"), "*1 _");
}

TEST_F(MultiKeyCommands, MsetTakesTheLastOfOneName) {
  EXPECT_EQ(run("MSET x 1 x 2"), "+OK");
  EXPECT_EQ(run("GET x"), "$1 2");
  EXPECT_EQ(run("MSET a 1 b"), "-ERR wrong number of arguments for 'mset' command");
  EXPECT_EQ(run("EXISTS a"), ":0");
}

TEST_F(MultiKeyCommands, MsetRemovesExpiry) {
  run("SET a 1 EX 10");
  run("MSET a 2");
  EXPECT_EQ(run("TTL a"), ":-1");
}

TEST_F(MultiKeyCommands, MsetnxSetsAllOrNone) {
  EXPECT_EQ(run("MSETNX a 1 b 2 a 3"), ":1");
  EXPECT_EQ(dirty, 3u);
  EXPECT_EQ(run("MGET a b"), "*2 $1 3 $1 2");
  EXPECT_EQ(run("MSETNX c 1 b 9"), ":0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("EXISTS c"), ":0");
  EXPECT_EQ(run("MSETNX c 1 d"), "-ERR wrong number of arguments for 'msetnx' command");
}

TEST_F(MultiKeyCommands, MsetexSetsWithOneExpiry) {
  EXPECT_EQ(run("MSETEX 2 a 1 b 2 EX 10"), ":1");
  EXPECT_EQ(dirty, 2u);
  EXPECT_EQ(run("PTTL a"), ":10000");
  EXPECT_EQ(run("PTTL b"), ":10000");
  EXPECT_EQ(run("MSETEX 1 a 3 KEEPTTL"), ":1");
  EXPECT_EQ(run("PTTL a"), ":10000");
  EXPECT_EQ(run("MSETEX 1 a 4"), ":1");
  EXPECT_EQ(run("PTTL a"), ":-1");
  EXPECT_EQ(run("MSETEX 1 a 4 pxat 1700000000100"), ":1");
  EXPECT_EQ(run("PTTL a"), ":100");
}

TEST_F(MultiKeyCommands, MsetexMindsWhetherTheKeysExist) {
  run("SET old v");
  EXPECT_EQ(run("MSETEX 2 new 1 old 2 NX"), ":0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("MSETEX 2 new 1 old 2 XX EX 10"), ":0");
  EXPECT_EQ(run("EXISTS new"), ":0");
  EXPECT_EQ(run("MSETEX 1 new 1 EX 3 nx"), ":1");
  EXPECT_EQ(run("MSETEX 2 new 2 old 3 XX"), ":1");
  EXPECT_EQ(run("MGET new old"), "*2 $1 2 $1 3");
}

TEST_F(MultiKeyCommands, MsetexRefusesWhatMakesNoSense) {
  EXPECT_EQ(run("MSETEX a 1 b 2"), "-ERR invalid numkeys value");
  EXPECT_EQ(run("MSETEX 0 a 1"), "-ERR invalid numkeys value");
  EXPECT_EQ(run("MSETEX -1 a 1"), "-ERR invalid numkeys value");
  EXPECT_EQ(run("MSETEX 2147483648 a 1"), "-ERR invalid numkeys value");
  EXPECT_EQ(run("MSETEX 2147483647 a 1"), "-ERR wrong number of key-value pairs");
  EXPECT_EQ(run("MSETEX 2 a 1 b"), "-ERR wrong number of key-value pairs");
  for (const char* line :
       {"MSETEX 1 a 1 foo", "MSETEX 1 a 1 NX XX", "MSETEX 1 a 1 XX NX", "MSETEX 1 a 1 EX 10 PX 10",
        "MSETEX 1 a 1 KEEPTTL EX 1", "MSETEX 1 a 1 EX", "MSETEX 1 a 1 b 2"})
    EXPECT_EQ(run(line), "-ERR syntax error") << line;
  EXPECT_EQ(run("MSETEX 1 a 1 EX abc"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("MSETEX 1 a 1 EX 0"), "-ERR invalid expire time in 'msetex' command");
  EXPECT_EQ(run("MSETEX 1 a 1 PX 9223372036854775807"), "-ERR invalid expire time in 'msetex' command");
  EXPECT_EQ(run("EXISTS a"), ":0");
}

}  // namespace
}  // namespace baton
