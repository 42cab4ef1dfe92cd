#include "server/resp/reply_parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baton {
namespace {

using Outcome = ReplyParser::Outcome;

Reply only_reply(std::string_view bytes) {
  ReplyParser parser;
  parser.feed(bytes);
  Reply reply;
  EXPECT_EQ(parser.next(reply), Outcome::reply) << bytes << ": " << parser.error();
  EXPECT_TRUE(parser.at_rest()) << bytes;
  return reply;
}

TEST(ReplyParser, ReadsEachScalar) {
  EXPECT_EQ(only_reply("+OK\r\n").text, "OK");
  EXPECT_EQ(only_reply("-ERR no\r\n").type, ReplyType::error);
  EXPECT_EQ(only_reply(":-12\r\n").integer, -12);
  EXPECT_EQ(only_reply("$4\r\na\r\nb\r\n").text, "a\r\nb");
  EXPECT_EQ(only_reply("$0\r\n\r\n").text, "");
  EXPECT_EQ(only_reply("#t\r\n").integer, 1);
  EXPECT_EQ(only_reply("#f\r\n").integer, 0);
  EXPECT_EQ(only_reply(",1.5\r\n").number, 1.5);
  EXPECT_EQ(only_reply(",-inf\r\n").number, -HUGE_VAL);
  EXPECT_TRUE(std::isnan(only_reply(",nan\r\n").number));
  EXPECT_EQ(only_reply("(-123456789012345678901234567890\r\n").text, "-123456789012345678901234567890");
  EXPECT_EQ(only_reply("!5\r\nSYNTX\r\n").type, ReplyType::bulk_error);
  const Reply verbatim = only_reply("=7\r\nmkd:a\nb\r\n");
  EXPECT_EQ(verbatim.format, "mkd");
  EXPECT_EQ(verbatim.text, "a\nb");
}

TEST(ReplyParser, ReadsEachNull) {
  for (const char* bytes : {"_\r\n", "$-1\r\n", "*-1\r\n"}) {
    const Reply reply = only_reply(bytes);
    EXPECT_TRUE(reply.absent);
    EXPECT_EQ(static_cast<char>(reply.type), bytes[0]);
  }
  EXPECT_FALSE(only_reply("$0\r\n\r\n").absent);
}

TEST(ReplyParser, ReadsNestedAggregates) {
  const Reply reply = only_reply("*3\r\n%1\r\n+k\r\n~2\r\n:1\r\n:2\r\n*0\r\n>1\r\n$1\r\nx\r\n");
  ASSERT_EQ(reply.items.size(), 3u);
  EXPECT_EQ(reply.items[0].type, ReplyType::map);
  ASSERT_EQ(reply.items[0].items.size(), 2u);
  EXPECT_EQ(reply.items[0].items[1].items.at(1).integer, 2);
  EXPECT_TRUE(reply.items[1].items.empty());
  EXPECT_EQ(reply.items[2].items.at(0).text, "x");
}

TEST(ReplyParser, AttributesBelongToTheValueThatFollows) {
  const Reply reply = only_reply("|1\r\n+outer\r\n:1\r\n*2\r\n|1\r\n+inner\r\n:2\r\n:3\r\n|0\r\n:4\r\n");
  ASSERT_EQ(reply.type, ReplyType::array);
  ASSERT_EQ(reply.attributes.size(), 2u);
  EXPECT_EQ(reply.attributes[0].text, "outer");
  ASSERT_EQ(reply.items.size(), 2u);
  EXPECT_EQ(reply.items[0].integer, 3);
  ASSERT_EQ(reply.items[0].attributes.size(), 2u);
  EXPECT_EQ(reply.items[0].attributes[0].text, "inner");
  EXPECT_TRUE(reply.items[1].attributes.empty());
}

TEST(ReplyParser, AttributesAreNoReply) {
  ReplyParser parser;
  parser.feed("|1\r\n+a\r\n+b\r\n");
  Reply reply;
  EXPECT_EQ(parser.next(reply), Outcome::incomplete);
  EXPECT_FALSE(parser.at_rest());
}

TEST(ReplyParser, ReadsByteByByte) {
  const std::string bytes = "*2\r\n$3\r\na\r\n\r\n%1\r\n+k\r\n,2.5\r\n:7\r\n";
  ReplyParser parser;
  std::vector<Reply> replies;
  for (char byte : bytes) {
    parser.feed({&byte, 1});
    Reply reply;
    while (parser.next(reply) == Outcome::reply) replies.push_back(reply);
  }
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[0].items.at(0).text, "a\r\n");
  EXPECT_EQ(replies[0].items.at(1).items.at(1).number, 2.5);
  EXPECT_EQ(replies[1].integer, 7);
  EXPECT_TRUE(parser.at_rest());
}

TEST(ReplyParser, ReadsALongStreamInPieces) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += ":" + std::to_string(i) + "\r\n";
  ReplyParser parser;
  std::int64_t next = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 100) {
    parser.feed(std::string_view(bytes).substr(at, 100));
    Reply reply;
    while (parser.next(reply) == Outcome::reply) ASSERT_EQ(reply.integer, next++);
  }
  EXPECT_EQ(next, 5000);
  EXPECT_TRUE(parser.at_rest());
}

TEST(ReplyParser, RefusesWhatNoServerShouldSend) {
  for (const char* bytes : {"OK\r\n",          "+O\nK\r\n", "+O\rK\r\n",
                            ":\r\n",           ":+1\r\n",   ":01\r\n",
                            "$2\r\nabc\r\n",   "$-2\r\n",   "*-2\r\n",
                            "%-1\r\n",         "=-1\r\n",   "=3\r\nabc\r\n",
                            "=5\r\nabcde\r\n", "#x\r\n",    "_x\r\n",
                            ",x\r\n",          ",\r\n",     "(\r\n",
                            "(-\r\n",          "(1x\r\n",   "*9223372036854775807\r\n",
                            "*1\r\nPING\r\n",  "$?\r\n"}) {
    ReplyParser parser;
    parser.feed(bytes);
    Reply reply;
    EXPECT_EQ(parser.next(reply), Outcome::error) << bytes;
    EXPECT_FALSE(parser.error().empty());
    parser.feed("+OK\r\n");
    EXPECT_EQ(parser.next(reply), Outcome::error) << "after " << bytes;
  }
}

TEST(ReplyParser, NestingIsBounded) {
  std::string bytes;
  for (std::size_t depth = 0; depth < ReplyParser::kDepthMax; ++depth) bytes += "*1\r\n";
  only_reply(bytes + ":1\r\n");
  ReplyParser parser;
  parser.feed(bytes + "*1\r\n");
  Reply reply;
  EXPECT_EQ(parser.next(reply), Outcome::error);
}

TEST(ReplyParser, AnnouncedLengthsReserveNothing) {
  ReplyParser parser;
  parser.feed("*1000000000000000000\r\n$1000000000000000000\r\nabc");
  Reply reply;
  EXPECT_EQ(parser.next(reply), Outcome::incomplete);
}

}  // namespace
}  // namespace baton
