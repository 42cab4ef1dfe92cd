#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using DigestCommands = CommandFixture;

// The digests are those of Redis's documentation and tests.
TEST_F(DigestCommands, DigestIsSixteenHexadecimalDigits) {
  EXPECT_EQ(run("DIGEST k"), "$-1");
  run("SET k 'Hello world'");
  EXPECT_EQ(run("DIGEST k"), "$16 b6acb9d84a38ff74");
  run("SET k v8lf0c11xh8ymlqztfd3eeq16kfn4sspw7fqmnuuq3k3t75em5wdizgcdw7uc26nnf961u2jkfzkjytls2kwlj7626sd");
  EXPECT_EQ(run("DIGEST k"), "$16 00006c38adf31777");
}

TEST_F(DigestCommands, DelexDeletesWhatComparesAsAsked) {
  EXPECT_EQ(run("DELEX k"), ":0");
  run("SET k 123");
  EXPECT_EQ(run("DELEX k IFEQ 124"), ":0");
  EXPECT_EQ(run("DELEX k IFNE 123"), ":0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("DELEX k ifeq 123"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("EXISTS k"), ":0");
  run("SET k v");
  EXPECT_EQ(run("DELEX k IFNE w"), ":1");
  run("SET k v");
  EXPECT_EQ(run("DELEX k"), ":1");
  run("SET k 'Hello world'");
  EXPECT_EQ(run("DELEX k IFDNE b6acb9d84a38ff74"), ":0");
  EXPECT_EQ(run("DELEX k IFDEQ B6ACB9D84A38FF74"), ":1");
  EXPECT_EQ(run("DELEX k IFEQ v"), ":0");
}

TEST_F(DigestCommands, DelexRefusesWhatMakesNoSense) {
  run("SET k v");
  EXPECT_EQ(run("DELEX k IFEQ"), "-ERR wrong number of arguments for 'delex' command");
  EXPECT_EQ(run("DELEX k IFEQ a b"), "-ERR wrong number of arguments for 'delex' command");
  EXPECT_EQ(run("DELEX k IF a"), "-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
  EXPECT_EQ(run("DELEX k IFDEQ abc"), "-ERR must be exactly 16 hexadecimal characters");
  EXPECT_EQ(run("EXISTS k"), ":1");
}

}  // namespace
}  // namespace baton
