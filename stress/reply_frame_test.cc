#include "stress/reply_frame.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace baton {
namespace {

const std::vector<std::string> kReplies = {"+OK\r\n",
                                           "-ERR no\r\n",
                                           ":-12\r\n",
                                           "$0\r\n\r\n",
                                           "$-1\r\n",
                                           "$5\r\na\r\nbc\r\n",
                                           "*0\r\n",
                                           "*-1\r\n",
                                           "*2\r\n$1\r\na\r\n:1\r\n",
                                           "_\r\n",
                                           "#t\r\n",
                                           ",1.5\r\n",
                                           "(12345678901234567890\r\n",
                                           "=7\r\ntxt:abc\r\n",
                                           "!3\r\nbad\r\n",
                                           "%1\r\n+a\r\n*1\r\n:1\r\n",
                                           "~2\r\n:1\r\n:2\r\n",
                                           ">2\r\n+a\r\n+b\r\n"};

TEST(ReplyFrame, EndsWhereTheReplyEndsWhateverFollows) {
  for (const std::string& reply : kReplies) {
    const Frame frame = first_frame(reply + "+next\r\n");
    EXPECT_EQ(frame.state, FrameState::kWhole) << reply;
    EXPECT_EQ(frame.bytes, reply.size()) << reply;
  }
}

TEST(ReplyFrame, AsksForMoreAtEveryCut) {
  for (const std::string& reply : kReplies) {
    for (std::size_t cut = 0; cut < reply.size(); ++cut) {
      EXPECT_EQ(first_frame(reply.substr(0, cut)).state, FrameState::kMore) << reply << " cut at " << cut;
    }
  }
}

TEST(ReplyFrame, RefusesWhatIsNoReply) {
  for (const char* bytes :
       {"hello\r\n", "$x\r\n", "$2\r\nabcd", "*-2\r\n", ":1a\r\n", "#y\r\n", "_x\r\n", "*1\r\n?\r\n"}) {
    EXPECT_EQ(first_frame(bytes).state, FrameState::kMalformed) << bytes;
  }
}

TEST(ReplyFrame, RefusesNestingWithoutEnd) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += "*1\r\n";
  EXPECT_EQ(first_frame(bytes).state, FrameState::kMalformed);
}

TEST(Printable, EscapesAndCutsInTheMiddle) {
  EXPECT_EQ(printable("a\r\n\"\x01"), "\"a\\r\\n\\\"\\x01\"");
  EXPECT_EQ(printable("abcdefghij", 4), "\"ab\"...6 bytes...\"ij\"");
}

}  // namespace
}  // namespace baton
