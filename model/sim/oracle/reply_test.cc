#include "model/sim/oracle/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/sim/oracle/oracle_fixture.h"

namespace baton::sim {
namespace {

using Kind = Reply::Kind;

std::optional<Reply> decode(std::string_view bytes) {
  ReplyDecoder decoder;
  decoder.feed(bytes);
  return decoder.next();
}

TEST(Reply, EveryKindOfFrameIsDecoded) {
  EXPECT_EQ(decode("+OK\r\n"), Reply::simple("OK"));
  EXPECT_EQ(decode("-ERR no\r\n"), Reply::error("ERR no"));
  EXPECT_EQ(decode(":-12\r\n"), Reply::of(-12));
  EXPECT_EQ(decode("$0\r\n\r\n"), Reply::bulk(""));
  EXPECT_EQ(decode("$4\r\na\r\nb\r\n"), Reply::bulk("a\r\nb"));
  EXPECT_EQ(decode("$-1\r\n"), Reply::plain(Kind::null_bulk));
  EXPECT_EQ(decode("*-1\r\n"), Reply::plain(Kind::null_array));
  EXPECT_EQ(decode("_\r\n"), Reply::plain(Kind::null));
  EXPECT_EQ(decode("*2\r\n:1\r\n*1\r\n+a\r\n"),
            Reply::list(Kind::array, {Reply::of(1), Reply::list(Kind::array, {Reply::simple("a")})}));
  EXPECT_EQ(decode("%1\r\n+a\r\n:1\r\n"), Reply::list(Kind::map, {Reply::simple("a"), Reply::of(1)}));
  EXPECT_EQ(decode(">1\r\n+a\r\n")->kind, Kind::push);
  EXPECT_EQ(decode("~0\r\n")->kind, Kind::set);
  EXPECT_EQ(decode(",1.5\r\n")->text, "1.5");
  EXPECT_EQ(decode("#t\r\n")->integer, 1);
  EXPECT_EQ(decode("(123456789012345678901234567890\r\n")->kind, Kind::big_number);
  EXPECT_EQ(decode("=5\r\ntxt:x\r\n")->text, "txt:x");
}

TEST(Reply, TheCutOfTheStreamDoesNotMatter) {
  const std::string bytes = "*3\r\n$3\r\nabc\r\n%1\r\n+k\r\n:7\r\n$-1\r\n+next\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ReplyDecoder decoder;
    std::vector<Reply> frames;
    for (const std::string_view piece :
         {std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)}) {
      decoder.feed(piece);
      while (auto frame = decoder.next()) frames.push_back(*frame);
    }
    ASSERT_EQ(frames.size(), 2u) << cut;
    EXPECT_EQ(frames[1], Reply::simple("next"));
    EXPECT_EQ(decoder.pending(), 0u);
  }
}

TEST(Reply, WhatContradictsTheProtocolIsMalformedAndEndsTheStream) {
  for (const std::string_view bytes : {"?\r\n", ":x\r\n", "$-2\r\n", "$2\r\nabc\r\n", "*1\r\n!\r\n", "#x\r\n",
                                       ":\r\n", "_x\r\n", "%-1\r\n", "+a\nb\r\n"}) {
    ReplyDecoder decoder;
    decoder.feed(bytes);
    EXPECT_FALSE(decoder.next()) << bytes;
    EXPECT_TRUE(decoder.malformed()) << bytes;
    decoder.feed("+OK\r\n");
    EXPECT_FALSE(decoder.next()) << bytes;
  }
}

TEST(Reply, ALongBulkIsDecodedFromSmallPieces) {
  const Reply sent = Reply::bulk(std::string(300'000, 'x'));
  const std::string bytes = encode(sent);
  ReplyDecoder decoder;
  std::optional<Reply> heard;
  for (std::size_t at = 0; at < bytes.size(); at += 100) {
    EXPECT_FALSE(heard);
    decoder.feed(std::string_view(bytes).substr(at, 100));
    heard = decoder.next();
  }
  EXPECT_EQ(heard, sent);
}

TEST(Reply, ErrorsAreComparedByTheirFirstWord) {
  EXPECT_TRUE(matches(Reply::error("ERR this"), Reply::error("ERR that")));
  EXPECT_FALSE(matches(Reply::error("ERR this"), Reply::error("EXECABORT this")));
  EXPECT_FALSE(matches(Reply::error("ERR"), Reply::simple("ERR")));
}

TEST(Reply, LooseExpectationsHoldWithinTheirBounds) {
  EXPECT_TRUE(matches(Reply::between(1, 3), Reply::of(3)));
  EXPECT_FALSE(matches(Reply::between(1, 3), Reply::of(4)));
  EXPECT_FALSE(matches(Reply::plain(Kind::any_success), Reply::error("ERR")));
  const Reply two = Reply::list(Kind::unordered, {Reply::bulk("a"), Reply::bulk("b")});
  EXPECT_TRUE(matches(two, Reply::list(Kind::array, {Reply::bulk("b"), Reply::bulk("a")})));
  EXPECT_FALSE(matches(two, Reply::list(Kind::array, {Reply::bulk("b"), Reply::bulk("b")})));
  EXPECT_FALSE(matches(two, Reply::list(Kind::array, {Reply::bulk("a")})));
  const Reply nested = Reply::list(Kind::array, {Reply::between(0, 1)});
  EXPECT_TRUE(matches(nested, Reply::list(Kind::array, {Reply::of(1)})));
  EXPECT_FALSE(matches(nested, Reply::list(Kind::array, {Reply::of(2)})));
  EXPECT_FALSE(matches(Reply::plain(Kind::null), Reply::plain(Kind::null_bulk)));
}

TEST(Reply, TextsArePrintedOnOneLineAndCut) {
  EXPECT_EQ(to_text(Reply::list(Kind::array, {Reply::bulk("a\n\xff"), Reply::of(1)})),
            "[\"a\\x0a\\xff\", 1]");
  EXPECT_EQ(printable(std::string(100, 'a'), 4), "aaaa...(100 bytes)");
  EXPECT_EQ(to_text(Arguments{"set", "", "a b"}), "set \"\" \"a b\"");
}

}  // namespace
}  // namespace baton::sim
