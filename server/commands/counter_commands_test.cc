#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using CounterCommands = CommandFixture;

TEST_F(CounterCommands, CountFromZero) {
  EXPECT_EQ(run("INCR k"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("INCRBY k 10"), ":11");
  EXPECT_EQ(run("DECR k"), ":10");
  EXPECT_EQ(run("DECRBY k 15"), ":-5");
  EXPECT_EQ(run("INCRBY k -5"), ":-10");
  EXPECT_EQ(run("DECRBY k -20"), ":10");
  EXPECT_EQ(run("OBJECT ENCODING k"), "$3 int");
  EXPECT_EQ(run("GET k"), "$2 10");
}

TEST_F(CounterCommands, KeepTheExpiry) {
  run("SET k 1 EX 100");
  run("INCR k");
  EXPECT_EQ(run("TTL k"), ":100");
  run("INCRBYFLOAT k 1.5");
  EXPECT_EQ(run("TTL k"), ":100");
}

TEST_F(CounterCommands, RefuseWhatIsNoInteger) {
  for (const char* value : {"' 11'", "'11 '", "1.5", "abc", "''", "011", "99999999999999999999"}) {
    run(std::string("SET k ") + value);
    EXPECT_EQ(run("INCR k"), "-ERR value is not an integer or out of range") << value;
  }
  for (const char* line : {"INCRBY k v", "INCRBY k 1.5", "DECRBY k v", "INCRBY k 9223372036854775808"})
    EXPECT_EQ(run(line), "-ERR value is not an integer or out of range") << line;
  EXPECT_EQ(dirty, 0u);
}

TEST_F(CounterCommands, RefuseToOverflow) {
  run("SET k 9223372036854775807");
  EXPECT_EQ(run("INCR k"), "-ERR increment or decrement would overflow");
  EXPECT_EQ(run("GET k"), "$19 9223372036854775807");
  run("SET k -9223372036854775808");
  EXPECT_EQ(run("DECR k"), "-ERR increment or decrement would overflow");
  EXPECT_EQ(run("DECRBY k -9223372036854775808"), "-ERR decrement would overflow");
  EXPECT_EQ(run("INCRBY k 9223372036854775807"), ":-1");
}

TEST_F(CounterCommands, ReadDigitsThatWereAppended) {
  run("SET k 1");
  run("APPEND k 2");
  EXPECT_EQ(run("INCR k"), ":13");
  EXPECT_EQ(run("OBJECT ENCODING k"), "$3 int");
}

TEST_F(CounterCommands, AddFloats) {
  EXPECT_EQ(run("INCRBYFLOAT k 10.5"), "$4 10.5");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("INCRBYFLOAT k 0.1"), "$4 10.6");
  EXPECT_EQ(run("INCRBYFLOAT k -5"), "$3 5.6");
  run("SET k 5.0e3");
  EXPECT_EQ(run("INCRBYFLOAT k 2.0e2"), "$4 5200");
  run("SET k 3");
  EXPECT_EQ(run("INCRBYFLOAT k 1.1"), "$3 4.1");
  run("SET k 17179869184");
  EXPECT_EQ(run("INCRBYFLOAT k 1.5"), "$13 17179869185.5");
  run("SET k 1");
  EXPECT_EQ(run("INCRBYFLOAT k -1.1"), "$4 -0.1");
  run("DEL k");
  run("INCRBYFLOAT k 0.25");
  EXPECT_EQ(run("INCRBYFLOAT k -0.25"), "$1 0");
  EXPECT_EQ(run("INCRBYFLOAT k +3"), "$1 3");
  EXPECT_EQ(run("INCR k"), ":4");
}

TEST_F(CounterCommands, RefuseWhatIsNoFloat) {
  for (const char* value : {"' 11'", "'11 '", "abc", "''", "nan"}) {
    run(std::string("SET k ") + value);
    EXPECT_EQ(run("INCRBYFLOAT k 1"), "-ERR value is not a valid float") << value;
  }
  run("SET k 1");
  EXPECT_EQ(run("INCRBYFLOAT k v"), "-ERR value is not a valid float");
  EXPECT_EQ(run("INCRBYFLOAT k +inf"), "-ERR increment would produce NaN or Infinity");
  EXPECT_EQ(run("INCRBYFLOAT k -inf"), "-ERR increment would produce NaN or Infinity");
  EXPECT_EQ(run("GET k"), "$1 1");
}

}  // namespace
}  // namespace baton
