#include "server/resp/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace baton {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Result {
  Parsed parsed;
  std::vector<std::string> args;
  std::size_t consumed;
  std::string error;
};

Result parse(std::string bytes, const RequestLimits& limits = {}) {
  RequestParser parser;
  std::vector<std::string_view> args;
  const Parsed parsed = parser.parse(bytes, limits, args);
  return {parsed, {args.begin(), args.end()}, parser.consumed(), std::string(parser.error())};
}

// The error that the bytes lead to, whole and byte by byte.
std::string error_of(std::string_view bytes, const RequestLimits& limits = {}) {
  std::string whole = parse(std::string(bytes), limits).error;
  RequestParser parser;
  std::vector<std::string_view> args;
  std::string pending;
  for (char byte : bytes) {
    pending += byte;
    const Parsed parsed = parser.parse(pending, limits, args);
    EXPECT_THAT(args, IsEmpty());
    if (parsed == Parsed::error) break;
    EXPECT_EQ(parsed, Parsed::incomplete) << pending;
  }
  EXPECT_EQ(parser.error(), whole) << bytes;
  return whole;
}

std::string encode(const std::vector<std::string>& command) {
  std::string bytes = "*" + std::to_string(command.size()) + "\r\n";
  for (const std::string& arg : command) bytes += "$" + std::to_string(arg.size()) + "\r\n" + arg + "\r\n";
  return bytes;
}

TEST(RequestParser, ReadsACommand) {
  const std::string bytes = encode({"SET", "k", std::string("\r\n\0\n", 4)});
  const Result whole = parse(bytes + "*1\r\n");
  EXPECT_EQ(whole.parsed, Parsed::command);
  EXPECT_THAT(whole.args, ElementsAre("SET", "k", std::string("\r\n\0\n", 4)));
  EXPECT_EQ(whole.consumed, bytes.size());
}

TEST(RequestParser, AppendsTheArgumentsOfOneCommandAfterAnother) {
  std::string bytes = encode({"GET", "a"}) + "PING\r\n" + encode({"GET", "b"});
  std::span<char> pending(bytes);
  RequestParser parser;
  std::vector<std::string_view> args;
  while (!pending.empty()) {
    ASSERT_EQ(parser.parse(pending, {}, args), Parsed::command);
    pending = pending.subspan(parser.consumed());
  }
  EXPECT_THAT(args, ElementsAre("GET", "a", "PING", "GET", "b"));
}

TEST(RequestParser, BlankLinesAndEmptyArraysAreNothing) {
  for (const char* bytes : {"\r\n", "\n", "  \r\n", "*0\r\n", "*-1\r\n", "*-9223372036854775808\r\n"}) {
    const Result result = parse(std::string(bytes) + "PING\r\n");
    EXPECT_EQ(result.parsed, Parsed::nothing) << bytes;
    EXPECT_EQ(result.consumed, std::string_view(bytes).size());
    EXPECT_THAT(result.args, IsEmpty());
  }
}

TEST(RequestParser, InlineLinesEndWithCrLfOrLf) {
  EXPECT_THAT(parse("SET k 'a b'\r\n").args, ElementsAre("SET", "k", "a b"));
  EXPECT_THAT(parse("GET k\nPING\n").args, ElementsAre("GET", "k"));
  EXPECT_EQ(parse("GET k\nPING\n").consumed, 6u);
}

TEST(RequestParser, ArgumentsMayBeEmptyAndMany) {
  std::vector<std::string> command(20'000, "x");
  command[1].clear();
  EXPECT_EQ(parse(encode(command)).args, command);
}

TEST(RequestParser, SaysWhatIsWrongWithACount) {
  for (const char* bytes :
       {"*x\r\n", "*\r\n", "*+1\r\n", "*01\r\n", "*1 \r\n", "*2147483648\r\n", "*99999999999999999999\r\n"})
    EXPECT_EQ(error_of(bytes), "Protocol error: invalid multibulk length") << bytes;
}

TEST(RequestParser, SaysWhatIsWrongWithALength) {
  RequestLimits limits;
  limits.bulk_max = 1000;
  for (const char* bytes : {"*1\r\n$\r\n", "*1\r\n$-1\r\n", "*1\r\n$x\r\n", "*2\r\n$1\r\na\r\n$01\r\n",
                            "*1\r\n$1001\r\n", "*1\r\n$99999999999999999999\r\n"})
    EXPECT_EQ(error_of(bytes, limits), "Protocol error: invalid bulk length") << bytes;
  EXPECT_EQ(parse("*1\r\n$1000\r\n", limits).parsed, Parsed::incomplete);
  EXPECT_EQ(parse(encode({std::string(1001, 'a')}), limits).error, "Protocol error: invalid bulk length");
}

TEST(RequestParser, SaysWhatStandsWhereALengthShould) {
  EXPECT_EQ(error_of("*1\r\n:1\r\n"), "Protocol error: expected '$', got ':'");
  EXPECT_EQ(error_of("*2\r\n$1\r\na\r\nPING\r\n"), "Protocol error: expected '$', got 'P'");
}

TEST(RequestParser, LengthLinesAreBounded) {
  const std::string digits((64u << 10) + 1, '1');
  EXPECT_EQ(error_of("*" + digits), "Protocol error: too big mbulk count string");
  EXPECT_EQ(error_of("*1\r\n$" + digits), "Protocol error: too big bulk count string");
}

TEST(RequestParser, InlineLinesAreBounded) {
  EXPECT_EQ(error_of(std::string((64u << 10) + 1, 'a')), "Protocol error: too big inline request");
  EXPECT_EQ(error_of(std::string((64u << 10) + 1, 'a') + "\n"), "Protocol error: too big inline request");
  EXPECT_EQ(parse(std::string(64u << 10, 'a') + "\n").parsed, Parsed::command);
}

TEST(RequestParser, QuotesAreBalanced) {
  for (const char* bytes : {"GET \"a\r\n", "'a'b\r\n", "\"\n"})
    EXPECT_EQ(error_of(bytes), "Protocol error: unbalanced quotes in request");
}

TEST(RequestParser, WhoHasNotAuthenticatedSendsLittle) {
  RequestLimits limits;
  limits.authenticated = false;
  EXPECT_EQ(error_of("*11\r\n", limits), "Protocol error: unauthenticated multibulk length");
  EXPECT_EQ(error_of("*2\r\n$4\r\nAUTH\r\n$16385\r\n", limits),
            "Protocol error: unauthenticated bulk length");
  EXPECT_EQ(parse(encode(std::vector<std::string>(11, "a")), limits).error,
            "Protocol error: unauthenticated multibulk length");
  EXPECT_EQ(parse(encode(std::vector<std::string>(10, "a")), limits).parsed, Parsed::command);
  EXPECT_EQ(parse(encode({"AUTH", std::string(16384, 'p')}), limits).parsed, Parsed::command);
}

TEST(RequestParser, GoesOnAfterAnError) {
  RequestParser parser;
  std::vector<std::string_view> args;
  std::string bad = "*1\r\n$1\r\na\r\n";
  bad[4] = '!';
  EXPECT_EQ(parser.parse(bad, {}, args), Parsed::error);
  std::string good = "PING\r\n";
  EXPECT_EQ(parser.parse(good, {}, args), Parsed::command);
  EXPECT_THAT(args, ElementsAre("PING"));
}

TEST(RequestParser, AHeaderThatCameInPiecesLeavesTheNextCommandAlone) {
  const std::string first = encode(std::vector<std::string>(10, "a"));
  std::string next = encode({"GET", "k"});
  RequestParser parser;
  std::vector<std::string_view> args;
  std::string pending = first.substr(0, 3);  // "*10"
  ASSERT_EQ(parser.parse(pending, {}, args), Parsed::incomplete);
  pending = first + next.substr(0, 10);  // "*2 $3 GE"
  ASSERT_EQ(parser.parse(pending, {}, args), Parsed::command);
  args.clear();
  pending = pending.substr(parser.consumed());
  ASSERT_EQ(parser.parse(pending, {}, args), Parsed::incomplete) << parser.error();
  ASSERT_EQ(parser.parse(next, {}, args), Parsed::command) << parser.error();
  EXPECT_THAT(args, ElementsAre("GET", "k"));
}

TEST(RequestParser, TellsTheBytesOfAnUnfinishedCommand) {
  std::string bytes = "*3\r\n$3\r\nSET\r\n$5\r\nhello\r\n$3\r\n";
  RequestParser parser;
  std::vector<std::string_view> args;
  EXPECT_EQ(parser.parse(bytes, {}, args), Parsed::incomplete);
  EXPECT_EQ(parser.partial_bytes(), 8u);
  bytes += "abc\r\n";
  EXPECT_EQ(parser.parse(bytes, {}, args), Parsed::command);
  EXPECT_EQ(parser.partial_bytes(), 0u);
}

// Whatever lies before body_offset() has been read; a parser that came back to it would find rubbish.
TEST(RequestParser, WhatWasParsedIsNotReadAgain) {
  const std::string bytes = encode(std::vector<std::string>(100'000, "1234567"));
  RequestParser parser;
  std::vector<std::string_view> args;
  std::string pending;
  Parsed parsed = Parsed::incomplete;
  for (std::size_t at = 0; at < bytes.size(); at += 100) {
    ASSERT_EQ(parsed, Parsed::incomplete) << at;
    pending.append(bytes, at, 100);
    parsed = parser.parse(pending, {}, args);
    if (parsed == Parsed::incomplete) std::fill_n(pending.begin(), parser.body_offset(), '!');
  }
  ASSERT_EQ(parsed, Parsed::command);
  ASSERT_EQ(args.size(), 100'000u);
  EXPECT_EQ(std::count(args.begin(), args.end() - 20, "!!!!!!!"), 99'980);
  EXPECT_EQ(args.back(), "1234567");
}

TEST(RequestParser, ALongLineIsLookedThroughOnce) {
  for (const char* start : {"", "*", "*1\r\n$"}) {
    std::string pending = std::string(start) + std::string(1000, '1');
    RequestParser parser;
    std::vector<std::string_view> args;
    ASSERT_EQ(parser.parse(pending, {}, args), Parsed::incomplete);
    // A line end here would be seen by a parser that looks again from the line's start.
    for (std::size_t at = std::string_view(start).size() + 10; at < pending.size() - 10; ++at)
      pending[at] = at % 2 == 0 ? '\r' : '\n';
    pending += "1";
    EXPECT_EQ(parser.parse(pending, {}, args), Parsed::incomplete) << start;
  }
}

}  // namespace
}  // namespace baton
