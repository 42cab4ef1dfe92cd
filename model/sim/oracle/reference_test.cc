#include "model/sim/oracle/reference.h"

#include <sstream>

#include <gtest/gtest.h>

namespace baton::sim {
namespace {

// The reply to a line of words, as text; several frames are separated by " / ".
class ReferenceTest : public testing::Test {
 protected:
  std::string say(std::uint64_t client, const std::string& line) {
    std::istringstream words(line);
    Arguments args;
    for (std::string word; words >> word;) args.push_back(word == "\"\"" ? "" : word);
    std::string text;
    for (const Reply& frame : reference_.execute(client, args, now_ms_))
      text +=
          (text.empty() ? "" : " / ") + (frame.is_error() ? "-" + std::string(frame.code()) : to_text(frame));
    return text;
  }
  std::string say(const std::string& line) { return say(1, line); }

  std::int64_t now_ms_ = 1'000'000;
  Reference reference_;
};

TEST_F(ReferenceTest, StringsAreSetReadAndCompared) {
  EXPECT_EQ(say("SET k v"), "OK");
  EXPECT_EQ(say("get k"), "\"v\"");
  EXPECT_EQ(say("get none"), "nil");
  EXPECT_EQ(say("set k w nx"), "nil");
  EXPECT_EQ(say("set k w xx get"), "\"v\"");
  EXPECT_EQ(say("set k x ifeq v"), "nil");
  EXPECT_EQ(say("set k x ifne v"), "OK");
  EXPECT_EQ(say("set k x nx xx"), "-ERR");
  EXPECT_EQ(say("append k yz"), "3");
  EXPECT_EQ(say("setrange k 5 q"), "6");
  EXPECT_EQ(say("getrange k -3 -1"), "\"\\x00\\x00q\"");
  EXPECT_EQ(say("mget k none"), "[\"xyz\\x00\\x00q\", nil]");
  EXPECT_EQ(say("msetnx new 1 k 2"), "0");
  EXPECT_EQ(say("msetex 2 a 1 b 2"), "1");
  EXPECT_EQ(say("delex a ifeq 2"), "0");
  EXPECT_EQ(say("delex a ifeq 1"), "1");
  EXPECT_EQ(say("lcs k b"), "0 bytes");
}

TEST_F(ReferenceTest, CountersKeepWithinSixtyFourBits) {
  EXPECT_EQ(say("incrby n 9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(say("incr n"), "-ERR");
  EXPECT_EQ(say("decrby n -9223372036854775808"), "-ERR");
  EXPECT_EQ(say("incrbyfloat f 0.1"), "\"0.1\"");
  EXPECT_EQ(say("set t 07"), "OK");
  EXPECT_EQ(say("incr t"), "-ERR");
  EXPECT_EQ(say("increx c byint 9 ubound 5"), "[0, 0]");
  EXPECT_EQ(say("increx c byint 9 ubound 5 saturate"), "[5, 5]");
}

TEST_F(ReferenceTest, KeysEndAtTheirTime) {
  EXPECT_EQ(say("set k v px 10"), "OK");
  EXPECT_EQ(say("pttl k"), "an integer from 10 to 10");
  EXPECT_EQ(say("expire k 5 lt"), "0");
  EXPECT_EQ(say("expire k 5 gt"), "1");
  EXPECT_EQ(say("set k w keepttl"), "OK");
  now_ms_ += 5'000;
  EXPECT_EQ(say("get k"), "nil");
  // Nobody may have noticed yet.
  EXPECT_EQ(say("dbsize"), "an integer from 0 to 1");
  EXPECT_EQ(say("expire k 5"), "0");
  EXPECT_EQ(say("set k v"), "OK");
  EXPECT_EQ(say("expireat k 1"), "1");
  EXPECT_EQ(say("exists k"), "0");
}

TEST_F(ReferenceTest, DatabasesAreApartAndCanBeSwapped) {
  say("set k zero");
  EXPECT_EQ(say("select 1"), "OK");
  EXPECT_EQ(say("get k"), "nil");
  EXPECT_EQ(say("copy k other db 16"), "-ERR");
  say("set k one");
  EXPECT_EQ(say("swapdb 0 1"), "OK");
  EXPECT_EQ(say("get k"), "\"zero\"");
  EXPECT_EQ(say("move k 0"), "0");
  EXPECT_EQ(say("rename k k2"), "OK");
  EXPECT_EQ(say("move k2 0"), "1");
  EXPECT_EQ(say("flushdb"), "OK");
  say("select 0");
  EXPECT_EQ(say("keys k*"), "in any order [\"k\", \"k2\"]");
}

TEST_F(ReferenceTest, ATransactionFailsWhenAWatchedKeyChanged) {
  say("set k v");
  EXPECT_EQ(say("watch k"), "OK");
  say(2, "set k w");
  EXPECT_EQ(say("multi"), "OK");
  EXPECT_EQ(say("incr n"), "QUEUED");
  EXPECT_EQ(say("exec"), "nil array");
  EXPECT_EQ(say("exists n"), "0");
  // What changes nothing, or another database's key of that name, is no change.
  say("watch k");
  say(2, "setnx k x");
  say(2, "select 1");
  say(2, "set k x");
  say(2, "copy k other db 2");
  say("multi");
  say("incr n");
  say("incr n");
  EXPECT_EQ(say("exec"), "[1, 2]");
}

TEST_F(ReferenceTest, AWatchedKeyThatExpiresHasChangedOneThatWasNeverThereHasNot) {
  say("set k v px 10");
  say("watch k none");
  now_ms_ += 10;
  say("multi");
  EXPECT_EQ(say("exec"), "nil array");
  say("watch none");
  say(2, "flushall");
  say(2, "swapdb 0 1");
  say("multi");
  EXPECT_EQ(say("exec"), "[]");
}

TEST_F(ReferenceTest, ATransactionWithACommandThatCouldNotBeQueuedIsAborted) {
  say("multi");
  EXPECT_EQ(say("nosuch"), "-ERR");
  EXPECT_EQ(say("set k v"), "QUEUED");
  EXPECT_EQ(say("exec"), "-EXECABORT");
  EXPECT_EQ(say("exec"), "-ERR");
  EXPECT_EQ(say("get k"), "nil");
  say("multi");
  reference_.refuse(1);
  EXPECT_EQ(say("exec"), "-EXECABORT");
}

TEST_F(ReferenceTest, SubscriptionsAreConfirmedOneByOneAndCounted) {
  EXPECT_EQ(say("subscribe a b"), "[\"subscribe\", \"a\", 1] / [\"subscribe\", \"b\", 2]");
  EXPECT_EQ(say("get k"), "-ERR");
  EXPECT_EQ(say("ping"), "[\"pong\", \"\"]");
  say(2, "psubscribe a*");
  EXPECT_EQ(say(3, "publish a m"), "an integer from 2 to 2");
  reference_.may_close(2);
  EXPECT_EQ(say(3, "publish a m"), "an integer from 1 to 2");
  EXPECT_EQ(say("unsubscribe"),
            "[\"unsubscribe\", one of (\"a\", \"b\"), 1] / "
            "[\"unsubscribe\", one of (\"a\", \"b\"), 0]");
  EXPECT_EQ(say("unsubscribe"), "[\"unsubscribe\", nil, 0]");
  EXPECT_EQ(say("get k"), "nil");
}

TEST_F(ReferenceTest, ClientReplySaysNothingFromItselfOn) {
  EXPECT_EQ(say("client reply skip"), "");
  EXPECT_EQ(say("set k v"), "");
  EXPECT_EQ(say("get k"), "\"v\"");
  EXPECT_EQ(say("client reply off"), "");
  EXPECT_EQ(say("get k"), "");
  EXPECT_EQ(say("client reply on"), "OK");
}

TEST_F(ReferenceTest, ResetGivesANewConnection) {
  EXPECT_EQ(say("hello 3"), "anything but an error");
  say("select 3");
  EXPECT_EQ(say("get k"), "null");
  EXPECT_EQ(say("hello 4"), "-NOPROTO");
  EXPECT_EQ(say("reset"), "RESET");
  EXPECT_EQ(say("get k"), "nil");
  say(2, "set k v");
  EXPECT_EQ(say("get k"), "\"v\"");
}

}  // namespace
}  // namespace baton::sim
