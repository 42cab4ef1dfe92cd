#include "fuzz/reply_stream.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

TEST(ReplyStream, CountsWholeReplies) {
  const ReplyStream stream =
      read_replies("+OK\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*2\r\n*0\r\n_\r\n%1\r\n+a\r\n#t\r\n");
  EXPECT_TRUE(stream.well_formed);
  EXPECT_TRUE(stream.whole);
  EXPECT_EQ(stream.replies, 6u);
}

TEST(ReplyStream, SeesThatTheEndIsMissing) {
  for (const char* cut :
       {"+OK", "+OK\r", "$3\r\nab", "$3\r\nabc\r", "*2\r\n:1\r\n", "%1\r\n+a\r\n", "|1\r\n+a\r\n+b\r\n"}) {
    const ReplyStream stream = read_replies(cut);
    EXPECT_TRUE(stream.well_formed) << cut;
    EXPECT_FALSE(stream.whole) << cut;
  }
}

TEST(ReplyStream, RefusesWhatIsNoReply) {
  for (const char* wrong : {"OK\r\n", "+O\nK\r\n", "+O\rK\r\n", ":x\r\n", "$2\r\nabc\r\n", "$-2\r\n",
                            "*-2\r\n", "#x\r\n", "_x\r\n", "=3\r\nabc\r\n", "*1\r\nPING\r\n"})
    EXPECT_FALSE(read_replies(wrong).well_formed) << wrong;
}

TEST(ReplyStream, AnAttributeBelongsToTheValueThatFollows) {
  const ReplyStream stream = read_replies("*2\r\n|1\r\n+a\r\n:1\r\n+x\r\n+y\r\n");
  EXPECT_TRUE(stream.well_formed);
  EXPECT_TRUE(stream.whole);
  EXPECT_EQ(stream.replies, 1u);
}

}  // namespace
}  // namespace baton
