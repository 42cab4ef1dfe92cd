#include "server/commands/command_fixture.h"

namespace baton {
namespace {

class LcsCommand : public CommandFixture {
 protected:
  LcsCommand() { run("MSET a ohmytext b mynewtext"); }
};

TEST_F(LcsCommand, AnswersTheSubsequenceOrItsLength) {
  EXPECT_EQ(run("LCS a b"), "$6 mytext");
  EXPECT_EQ(run("LCS a b LEN"), ":6");
  EXPECT_EQ(run("LCS a absent"), "$0 ");
  EXPECT_EQ(run("LCS absent absent LEN"), ":0");
  EXPECT_EQ(run("LCS a a"), "$8 ohmytext");
}

TEST_F(LcsCommand, AnswersWhereTheMatchesAre) {
  EXPECT_EQ(run("LCS a b IDX"), "*4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6");
  EXPECT_EQ(run("LCS a b IDX MINMATCHLEN 4"), "*4 $7 matches *1 *2 *2 :4 :7 *2 :5 :8 $3 len :6");
  EXPECT_EQ(run("LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN"),
            "*4 $7 matches *1 *3 *2 :4 :7 *2 :5 :8 :4 $3 len :6");
  EXPECT_EQ(run("LCS a b IDX MINMATCHLEN 5"), "*4 $7 matches *0 $3 len :6");
  EXPECT_EQ(run("LCS a absent IDX"), "*4 $7 matches *0 $3 len :0");
  protocol = Protocol::resp3;
  EXPECT_EQ(run("LCS a b IDX minmatchlen 5"), "%2 $7 matches *0 $3 len :6");
}

TEST_F(LcsCommand, RefusesWhatMakesNoSense) {
  EXPECT_EQ(run("LCS a b LEN IDX"), "-ERR If you want both the length and indexes, please just use IDX.");
  EXPECT_EQ(run("LCS a b foo"), "-ERR syntax error");
  EXPECT_EQ(run("LCS a b MINMATCHLEN"), "-ERR syntax error");
  EXPECT_EQ(run("LCS a b MINMATCHLEN x"), "-ERR value is not an integer or out of range");
  string_max = 100;
  EXPECT_EQ(run("LCS a b"), "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
}

}  // namespace
}  // namespace baton
