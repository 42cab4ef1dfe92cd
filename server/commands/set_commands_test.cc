#include <cstring>

#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using SetCommands = CommandFixture;

TEST_F(SetCommands, SetReplacesValueAndExpiry) {
  EXPECT_EQ(run("SET k v1 EX 100"), "+OK");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("TTL k"), ":100");
  EXPECT_EQ(run("SET k v2"), "+OK");
  EXPECT_EQ(run("TTL k"), ":-1");
  EXPECT_EQ(run("GET k"), "$2 v2");
  EXPECT_EQ(run("SET k ''"), "+OK");
  EXPECT_EQ(run("GET k"), "$0 ");
}

TEST_F(SetCommands, SetTakesEveryExpiry) {
  run("SET k v ex 10");
  EXPECT_EQ(run("PTTL k"), ":10000");
  run("SET k v PX 1234");
  EXPECT_EQ(run("PTTL k"), ":1234");
  run("SET k v EXAT 1700000010");
  EXPECT_EQ(run("PTTL k"), ":10000");
  run("SET k v PXAT 1700000000500");
  EXPECT_EQ(run("PTTL k"), ":500");
  run("SET k v2 KEEPTTL");
  EXPECT_EQ(run("PTTL k"), ":500");
  EXPECT_EQ(run("GET k"), "$2 v2");
  EXPECT_EQ(run("SET k v EXAT 1"), "+OK");
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(run("SET k v EX 10 EX 20"), "+OK");
  EXPECT_EQ(run("TTL k"), ":20");
}

TEST_F(SetCommands, SetRefusesBadExpiry) {
  for (const char* line :
       {"SET k v EX 0", "SET k v EX -1", "SET k v PX 0", "SET k v EXAT 0", "SET k v PXAT -1",
        "SET k v EX 9223372036854775807", "SET k v PX 9223372036854775807"})
    EXPECT_EQ(run(line), "-ERR invalid expire time in 'set' command") << line;
  EXPECT_EQ(run("SET k v EX 1.5"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(dirty, 0u);
}

TEST_F(SetCommands, SetRefusesOptionsThatDoNotGoTogether) {
  for (const char* line : {"SET k v foo", "SET k v EX", "SET k v NX XX", "SET k v XX NX", "SET k v EX 1 PX 1",
                           "SET k v KEEPTTL EX 1", "SET k v EX 1 KEEPTTL", "SET k v PERSIST", "SET k v IFEQ",
                           "SET k v IFEQ a NX", "SET k v NX IFEQ a", "SET k v IFEQ a IFNE b",
                           "SET k v IFEQ a IFEQ a", "SET k v XX IFDEQ 0123456789abcdef"})
    EXPECT_EQ(run(line), "-ERR syntax error") << line;
}

TEST_F(SetCommands, SetMindsWhetherTheKeyExists) {
  EXPECT_EQ(run("SET k 1 XX"), "$-1");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("SET k 1 NX"), "+OK");
  EXPECT_EQ(run("SET k 2 nx"), "$-1");
  EXPECT_EQ(run("SET k 3 XX PX 10000"), "+OK");
  EXPECT_EQ(run("GET k"), "$1 3");
  EXPECT_EQ(run("SET k 3 NX NX"), "$-1");
  protocol = Protocol::resp3;
  EXPECT_EQ(run("SET k 4 NX"), "_");
}

TEST_F(SetCommands, SetGetAnswersTheOldValue) {
  EXPECT_EQ(run("SET k bar GET"), "$-1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("SET k bar2 GET"), "$3 bar");
  EXPECT_EQ(run("SET k bar3 GET XX"), "$4 bar2");
  EXPECT_EQ(run("SET k bar4 NX GET"), "$4 bar3");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("GET k"), "$4 bar3");
  EXPECT_EQ(run("SET absent v GET XX"), "$-1");
  EXPECT_EQ(run("EXISTS absent"), ":0");
  EXPECT_EQ(run("SET new v NX GET EX 10"), "$-1");
  EXPECT_EQ(run("TTL new"), ":10");
}

TEST_F(SetCommands, SetComparesTheValue) {
  EXPECT_EQ(run("SET k v IFEQ x"), "$-1");
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(run("SET k v1 IFNE x"), "+OK");
  EXPECT_EQ(run("SET k v2 IFNE v1"), "$-1");
  EXPECT_EQ(run("SET k v2 ifeq v1 PX 5000"), "+OK");
  EXPECT_EQ(run("PTTL k"), ":5000");
  EXPECT_EQ(run("SET k v3 IFEQ other GET"), "$2 v2");
  EXPECT_EQ(run("GET k"), "$2 v2");
  EXPECT_EQ(run("SET k 11 IFEQ v2 GET"), "$2 v2");
  EXPECT_EQ(run("SET k 12 IFEQ 11"), "+OK");
  EXPECT_EQ(run("SET k x IFEQ 12 KEEPTTL"), "+OK");
}

TEST_F(SetCommands, SetComparesTheDigest) {
  run("SET k 'Hello world'");
  EXPECT_EQ(run("SET k v IFDEQ b6acb9d84a38ff75"), "$-1");
  EXPECT_EQ(run("SET k v IFDNE b6acb9d84a38ff74"), "$-1");
  EXPECT_EQ(run("SET k v IFDEQ B6ACB9D84A38FF74"), "+OK");
  EXPECT_EQ(run("SET k w IFDNE b6acb9d84a38ff74"), "+OK");
  EXPECT_EQ(run("SET k x IFDEQ b6acb9d84a38ff7"), "-ERR must be exactly 16 hexadecimal characters");
  EXPECT_EQ(run("SET k x IFDNE ''"), "-ERR must be exactly 16 hexadecimal characters");
  EXPECT_EQ(run("SET absent x IFDEQ 1234567890"), "$-1");
  EXPECT_EQ(run("SET absent x IFDNE 1234567890"), "+OK");
}

TEST_F(SetCommands, SetAdoptsTheBlockOfABigValue) {
  const std::string big(100'000, 'x');
  std::vector<Blob> bodies(1);
  bodies[0] = Blob::try_allocate(big.size() + 2);
  std::memcpy(bodies[0].data(), big.data(), big.size());
  bodies[0].set_size(big.size());
  const char* const block = bodies[0].data();
  EXPECT_EQ(run_arguments({"SET", "k", bodies[0].view()}, &bodies), "+OK");
  EXPECT_FALSE(bodies[0]);
  IntegerText scratch;
  EXPECT_EQ(entry("k")->string(scratch), big);
  EXPECT_EQ(entry("k")->string(scratch).data(), block);
  EXPECT_EQ(run("STRLEN k"), ":100000");
}

TEST_F(SetCommands, SetLeavesTheBlockOfAnotherArgumentAlone) {
  std::vector<Blob> bodies(1);
  bodies[0] = Blob::try_allocate(8);
  std::memcpy(bodies[0].data(), "keyname!", 8);
  bodies[0].set_size(8);
  EXPECT_EQ(run_arguments({"SET", bodies[0].view(), "v"}, &bodies), "+OK");
  EXPECT_TRUE(bodies[0]);
  EXPECT_EQ(run("GET keyname!"), "$1 v");
}

TEST_F(SetCommands, SetnxSetsWhatIsAbsent) {
  EXPECT_EQ(run("SETNX k v"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("SETNX k w"), ":0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("GET k"), "$1 v");
}

TEST_F(SetCommands, SetexSetsWithExpiry) {
  EXPECT_EQ(run("SETEX k 10 v"), "+OK");
  EXPECT_EQ(run("PTTL k"), ":10000");
  EXPECT_EQ(run("PSETEX k 10 v"), "+OK");
  EXPECT_EQ(run("PTTL k"), ":10");
  EXPECT_EQ(run("SETEX k 0 v"), "-ERR invalid expire time in 'setex' command");
  EXPECT_EQ(run("PSETEX k -1 v"), "-ERR invalid expire time in 'psetex' command");
  EXPECT_EQ(run("SETEX k a v"), "-ERR value is not an integer or out of range");
}

TEST_F(SetCommands, GetsetAnswersTheOldValue) {
  EXPECT_EQ(run("GETSET k v1"), "$-1");
  EXPECT_EQ(run("EXPIRE k 100"), ":1");
  EXPECT_EQ(run("GETSET k v2"), "$2 v1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("TTL k"), ":-1");
}

}  // namespace
}  // namespace baton
