#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using GetCommands = CommandFixture;

TEST_F(GetCommands, GetAnswersTheValueOrNull) {
  EXPECT_EQ(run("GET k"), "$-1");
  run("SET k hello");
  EXPECT_EQ(run("GET k"), "$5 hello");
  run("SET k 12345");
  EXPECT_EQ(run("GET k"), "$5 12345");
  EXPECT_EQ(dirty, 0u);
  protocol = Protocol::resp3;
  EXPECT_EQ(run("GET absent"), "_");
}

TEST_F(GetCommands, GetCountsHitsAndMisses) {
  run("SET k v");
  keyspace_.reset_stats();
  run("GET k");
  run("GET k");
  run("GET absent");
  EXPECT_EQ(keyspace_.stats().hits, 2u);
  EXPECT_EQ(keyspace_.stats().misses, 1u);
}

TEST_F(GetCommands, GetDoesNotSeeWhatExpired) {
  run("SET k v PX 100");
  advance_ms(99);
  EXPECT_EQ(run("GET k"), "$1 v");
  advance_ms(1);
  EXPECT_EQ(run("GET k"), "$-1");
}

TEST_F(GetCommands, GetdelDeletes) {
  run("SET k v");
  EXPECT_EQ(run("GETDEL k"), "$1 v");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("GETDEL k"), "$-1");
  EXPECT_EQ(dirty, 0u);
}

TEST_F(GetCommands, GetexChangesTheExpiry) {
  run("SET k v");
  EXPECT_EQ(run("GETEX k"), "$1 v");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("TTL k"), ":-1");
  EXPECT_EQ(run("GETEX k EX 10"), "$1 v");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("PTTL k"), ":10000");
  EXPECT_EQ(run("GETEX k px 2500"), "$1 v");
  EXPECT_EQ(run("PTTL k"), ":2500");
  EXPECT_EQ(run("GETEX k EXAT 1700000100"), "$1 v");
  EXPECT_EQ(run("TTL k"), ":100");
  EXPECT_EQ(run("GETEX k PXAT 1700000000777"), "$1 v");
  EXPECT_EQ(run("PTTL k"), ":777");
  EXPECT_EQ(run("GETEX k PERSIST"), "$1 v");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("TTL k"), ":-1");
  EXPECT_EQ(run("GETEX k PERSIST"), "$1 v");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("GETEX k PXAT 1000"), "$1 v");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("DBSIZE"), ":0");  // gone, not only expired
}

TEST_F(GetCommands, GetexRefusesWhatMakesNoSense) {
  run("SET k v");
  for (const char* line : {"GETEX k EX", "GETEX k EX 10 PX 10", "GETEX k PERSIST EX 10", "GETEX k KEEPTTL",
                           "GETEX k foo", "GETEX absent EX 10 PERSIST"})
    EXPECT_EQ(run(line), "-ERR syntax error") << line;
  EXPECT_EQ(run("GETEX k EX abc"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("GETEX k EX 0"), "-ERR invalid expire time in 'getex' command");
  EXPECT_EQ(run("GETEX k PX -5"), "-ERR invalid expire time in 'getex' command");
  EXPECT_EQ(run("GETEX k EX 9223372036854775807"), "-ERR invalid expire time in 'getex' command");
  EXPECT_EQ(run("GETEX absent EX 0"), "$-1");
}

TEST_F(GetCommands, GetrangeCountsFromBothEnds) {
  run("SET k 'Hello World'");
  EXPECT_EQ(run("GETRANGE k 0 3"), "$4 Hell");
  EXPECT_EQ(run("GETRANGE k 0 -1"), "$11 Hello World");
  EXPECT_EQ(run("GETRANGE k -4 -1"), "$4 orld");
  EXPECT_EQ(run("GETRANGE k 5 3"), "$0 ");
  EXPECT_EQ(run("GETRANGE k -5000 10000"), "$11 Hello World");
  EXPECT_EQ(run("GETRANGE k 0 -100"), "$1 H");
  EXPECT_EQ(run("GETRANGE k 1 -100"), "$0 ");
  EXPECT_EQ(run("GETRANGE k -100 -99"), "$1 H");
  EXPECT_EQ(run("GETRANGE k -100 -101"), "$0 ");
  EXPECT_EQ(run("GETRANGE k 11 20"), "$0 ");
  EXPECT_EQ(run("GETRANGE k -9223372036854775808 9223372036854775807"), "$11 Hello World");
  run("SET n 1234");
  EXPECT_EQ(run("SUBSTR n -3 -2"), "$2 23");
  EXPECT_EQ(run("GETRANGE absent 0 -1"), "$0 ");
  EXPECT_EQ(run("GETRANGE k a 1"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("GETRANGE k 1 1.5"), "-ERR value is not an integer or out of range");
  run("SET empty ''");
  EXPECT_EQ(run("GETRANGE empty 0 -1"), "$0 ");
}

TEST_F(GetCommands, StrlenCountsBytes) {
  EXPECT_EQ(run("STRLEN absent"), ":0");
  run("SET n -555");
  EXPECT_EQ(run("STRLEN n"), ":4");
  run("SET k 'foo bar'");
  EXPECT_EQ(run("STRLEN k"), ":7");
}

TEST_F(GetCommands, AppendCreatesAndGrows) {
  EXPECT_EQ(run("APPEND k foo"), ":3");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("APPEND k bar"), ":6");
  EXPECT_EQ(run("GET k"), "$6 foobar");
  run("SET n 12 EX 100");
  EXPECT_EQ(run("APPEND n 34"), ":4");
  EXPECT_EQ(run("GET n"), "$4 1234");
  EXPECT_EQ(run("TTL n"), ":100");
  EXPECT_EQ(run("INCR n"), ":1235");
  EXPECT_EQ(run("APPEND n ''"), ":4");
}

TEST_F(GetCommands, AppendBytesOneByOne) {
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26));
    expected += piece;
    run_arguments({"APPEND", "k", piece});
  }
  EXPECT_EQ(run("GET k"), "$" + std::to_string(expected.size()) + " " + expected);
}

TEST_F(GetCommands, AppendRefusesTooLongStrings) {
  string_max = 10;
  run("SET k 12345678");
  EXPECT_EQ(run("APPEND k ab"), ":10");
  EXPECT_EQ(run("APPEND k c"), "-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("STRLEN k"), ":10");
}

TEST_F(GetCommands, SetrangeOverwritesAndPads) {
  EXPECT_EQ(run("SETRANGE k 0 ''"), ":0");
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(run("SETRANGE k 1 foo"), ":4");
  EXPECT_EQ(run("GET k"), std::string("$4 \0foo", 7));
  run("SET k foo");
  EXPECT_EQ(run("SETRANGE k 0 b"), ":3");
  EXPECT_EQ(run("GET k"), "$3 boo");
  EXPECT_EQ(run("SETRANGE k 4 bar"), ":7");
  EXPECT_EQ(run("GET k"), std::string("$7 boo\0bar", 10));
  run("SET n 1234 EX 50");
  EXPECT_EQ(run("SETRANGE n 1 ''"), ":4");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("OBJECT ENCODING n"), "$3 int");
  EXPECT_EQ(run("SETRANGE n 1 9"), ":4");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("GET n"), "$4 1934");
  EXPECT_EQ(run("TTL n"), ":50");
}

TEST_F(GetCommands, SetrangeRefusesBadOffsets) {
  EXPECT_EQ(run("SETRANGE k -1 foo"), "-ERR offset is out of range");
  EXPECT_EQ(run("SETRANGE k a foo"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("SETRANGE k 536870909 world"),
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  EXPECT_EQ(run("SETRANGE k 9223372036854775807 world"),
            "-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  EXPECT_EQ(run("EXISTS k"), ":0");
}

}  // namespace
}  // namespace baton
