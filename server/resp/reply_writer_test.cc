#include "server/resp/reply_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "server/resp/reply_buffer.h"

namespace baton {
namespace {

std::string take_all(ReplyBuffer& buffer) {
  std::string bytes;
  for (ReplyBlock* block = buffer.take(); block;) {
    bytes.append(block->data(), block->size);
    ReplyBlock::free(std::exchange(block, block->next));
  }
  return bytes;
}

std::string written(Protocol protocol, const std::function<void(ReplyWriter&)>& handler) {
  ReplyBuffer buffer;
  ReplyWriter writer(buffer, protocol);
  handler(writer);
  return take_all(buffer);
}

void expect_written(const std::function<void(ReplyWriter&)>& handler, std::string_view resp2,
                    std::string_view resp3) {
  EXPECT_EQ(written(Protocol::resp2, handler), resp2);
  EXPECT_EQ(written(Protocol::resp3, handler), resp3);
}

void expect_both(const std::function<void(ReplyWriter&)>& handler, std::string_view bytes) {
  expect_written(handler, bytes, bytes);
}

TEST(ReplyWriter, StringsAndIntegersAreTheSameInBothProtocols) {
  expect_both([](ReplyWriter& w) { w.ok(); }, "+OK\r\n");
  expect_both([](ReplyWriter& w) { w.simple_string("PONG"); }, "+PONG\r\n");
  expect_both([](ReplyWriter& w) { w.simple_string({}); }, "+\r\n");
  expect_both([](ReplyWriter& w) { w.bulk("a\r\nb"); }, "$4\r\na\r\nb\r\n");
  expect_both([](ReplyWriter& w) { w.bulk({}); }, "$0\r\n\r\n");
  expect_both([](ReplyWriter& w) { w.bulk_integer(-12); }, "$3\r\n-12\r\n");
  expect_both([](ReplyWriter& w) { w.integer(7); }, ":7\r\n");
  expect_both([](ReplyWriter& w) { w.integer(-1); }, ":-1\r\n");
  expect_both([](ReplyWriter& w) { w.integer(10); }, ":10\r\n");
  expect_both([](ReplyWriter& w) { w.integer(std::numeric_limits<std::int64_t>::min()); },
              ":-9223372036854775808\r\n");
  expect_both([](ReplyWriter& w) { w.raw({}); }, "");
}

TEST(ReplyWriter, BulksOfAnySizeAreWhole) {
  for (std::size_t size : {1u, 9u, 10u, 1023u, 1024u, 1025u, 16'000u, 16'384u, 200'000u}) {
    const std::string value(size, 'v');
    expect_both([&](ReplyWriter& w) { w.bulk(value); }, "$" + std::to_string(size) + "\r\n" + value + "\r\n");
  }
}

TEST(ReplyWriter, NullsDiffer) {
  expect_written([](ReplyWriter& w) { w.null(); }, "$-1\r\n", "_\r\n");
  expect_written([](ReplyWriter& w) { w.null_array(); }, "*-1\r\n", "_\r\n");
}

TEST(ReplyWriter, TypesOfResp3HaveAFormInResp2) {
  expect_written([](ReplyWriter& w) { w.boolean(true); }, ":1\r\n", "#t\r\n");
  expect_written([](ReplyWriter& w) { w.boolean(false); }, ":0\r\n", "#f\r\n");
  expect_written([](ReplyWriter& w) { w.number(1.5); }, "$3\r\n1.5\r\n", ",1.5\r\n");
  expect_written([](ReplyWriter& w) { w.number(-HUGE_VAL); }, "$4\r\n-inf\r\n", ",-inf\r\n");
  expect_written([](ReplyWriter& w) { w.number(std::nan("")); }, "$3\r\nnan\r\n", ",nan\r\n");
  expect_written([](ReplyWriter& w) { w.big_number("-123"); }, "$4\r\n-123\r\n", "(-123\r\n");
  expect_written([](ReplyWriter& w) { w.verbatim("txt", "a\nb"); }, "$3\r\na\nb\r\n", "=7\r\ntxt:a\nb\r\n");
}

TEST(ReplyWriter, AggregatesOfResp3AreArraysInResp2) {
  expect_both([](ReplyWriter& w) { w.array(12); }, "*12\r\n");
  expect_written([](ReplyWriter& w) { w.map(2); }, "*4\r\n", "%2\r\n");
  expect_written([](ReplyWriter& w) { w.set(2); }, "*2\r\n", "~2\r\n");
  expect_written([](ReplyWriter& w) { w.push(3); }, "*3\r\n", ">3\r\n");
  EXPECT_EQ(written(Protocol::resp3, [](ReplyWriter& w) { w.attribute(1); }), "|1\r\n");
}

TEST(ReplyWriter, ALengthMayComeAfterTheItems) {
  using Aggregate = ReplyWriter::Aggregate;
  const auto deferred = [](Aggregate kind) {
    return [kind](ReplyWriter& w) {
      w.integer(0);
      const auto mark = w.begin(kind);
      w.integer(1);
      const auto inner = w.begin(Aggregate::array);
      w.end(inner, 0);
      w.end(mark, 1);
      w.integer(2);
    };
  };
  expect_both(deferred(Aggregate::array), ":0\r\n*1\r\n:1\r\n*0\r\n:2\r\n");
  expect_written(deferred(Aggregate::map), ":0\r\n*2\r\n:1\r\n*0\r\n:2\r\n",
                 ":0\r\n%1\r\n:1\r\n*0\r\n:2\r\n");
  expect_written(deferred(Aggregate::set), ":0\r\n*1\r\n:1\r\n*0\r\n:2\r\n",
                 ":0\r\n~1\r\n:1\r\n*0\r\n:2\r\n");
  expect_written(deferred(Aggregate::push), ":0\r\n*1\r\n:1\r\n*0\r\n:2\r\n",
                 ":0\r\n>1\r\n:1\r\n*0\r\n:2\r\n");
}

TEST(ReplyWriter, ErrorsKeepToOneLine) {
  expect_both([](ReplyWriter& w) { w.error("ERR bad\r\n+OK\r\n"); }, "-ERR bad  +OK  \r\n");
}

TEST(ReplyWriter, ErrorsAreCountedAndTheLastOneIsKnownByItsCode) {
  ReplyBuffer buffer;
  ReplyWriter writer(buffer, Protocol::resp2);
  EXPECT_EQ(writer.errors(), 0u);
  writer.error("WRONGTYPE Operation against");
  EXPECT_EQ(writer.last_error_code(), "WRONGTYPE");
  writer.error("NOAUTH");
  EXPECT_EQ(writer.last_error_code(), "NOAUTH");
  writer.error(std::string(100, 'X') + " y");
  EXPECT_EQ(writer.last_error_code(), "ERR");
  writer.error({});
  EXPECT_EQ(writer.last_error_code(), "ERR");
  writer.error("A\r\nrole:slave\r\nB x");
  EXPECT_EQ(writer.last_error_code(), "A");
  writer.error("A:count=1 x");
  EXPECT_EQ(writer.last_error_code(), "ERR");
  EXPECT_EQ(writer.errors(), 6u);
}

TEST(ReplyWriter, TheProtocolMayChangeBetweenReplies) {
  ReplyBuffer buffer;
  ReplyWriter writer(buffer, Protocol::resp2);
  writer.null();
  writer.set_protocol(Protocol::resp3);
  writer.null();
  EXPECT_EQ(writer.protocol(), Protocol::resp3);
  EXPECT_EQ(take_all(buffer), "$-1\r\n_\r\n");
}

}  // namespace
}  // namespace baton
