#include "model/explorer/chrome_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "model/explorer/json_checker.h"
#include "model/explorer/sample_trace.h"
#include "model/explorer/trace_text.h"

namespace baton::explorer {
namespace {

using testing::HasSubstr;

std::size_t count_of(const std::string& what, const std::string& in) {
  std::size_t count = 0;
  for (std::size_t at = in.find(what); at != std::string::npos; at = in.find(what, at + 1)) ++count;
  return count;
}

TEST(JsonChecker, AcceptsJsonAndNothingElse) {
  for (const char* good : {"{}", "[1,-2.5,\"a\\u00e9\\n\",{\"b\":null}]\n", "\"\xc3\xa9\"", "[true,false]"}) {
    EXPECT_TRUE(is_json(good)) << good;
  }
  for (const char* bad :
       {"", "{", "[1,]", "{\"a\" 1}", "\"\n\"", "\"\\x\"", "\"\\u12\"", "[01]", "{} {}", "nul"}) {
    EXPECT_FALSE(is_json(bad)) << bad;
  }
}

TEST(ChromeTrace, IsJson) {
  EXPECT_TRUE(is_json(chrome_trace(lost_wake_up())));
  EXPECT_TRUE(is_json(chrome_trace(Trace{})));
  EXPECT_TRUE(is_json(chrome_trace(long_trace(2000, 5))));
}

TEST(ChromeTrace, IsJsonWhateverTheWordsHold) {
  Trace trace = lost_wake_up();
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  trace.scenario = trace.variant = trace.schedule = trace.failure = trace.threads[0] = all;
  trace.steps[5].note = all;
  trace.steps[5].event = Event::kOther;
  EXPECT_TRUE(is_json(chrome_trace(trace)));
}

TEST(ChromeTrace, AThreadIsATrackAndAStepASlice) {
  const std::string json = chrome_trace(lost_wake_up());
  EXPECT_EQ(3u, count_of(R"("name":"thread_name")", json));
  EXPECT_THAT(json, HasSubstr(R"("name":"thread_name","pid":1,"tid":2,"args":{"name":"io 1"})"));
  EXPECT_EQ(lost_wake_up().steps.size(), count_of(R"("ph":"X")", json));
  EXPECT_THAT(json, HasSubstr(R"({"ph":"X","pid":1,"tid":1,"ts":7,"name":"load word 1 = 1","dur":1)"));
}

TEST(ChromeTrace, AnArrowLeadsFromTheStepReadToTheReader) {
  const std::string json = chrome_trace(lost_wake_up());
  EXPECT_THAT(json, HasSubstr(R"({"ph":"s","cat":"reads","name":"reads","id":7,"pid":1,"tid":2,"ts":4.5})"));
  EXPECT_THAT(
      json, HasSubstr(R"({"ph":"f","cat":"reads","name":"reads","id":7,"pid":1,"tid":1,"ts":7.5,"bp":"e"})"));
  EXPECT_EQ(count_of(R"("ph":"s")", json), count_of(R"("ph":"f")", json));
}

TEST(ChromeTrace, StaleReadsAndTheFailureStandOut) {
  const std::string json = chrome_trace(lost_wake_up());
  EXPECT_EQ(2u, count_of(R"("cname":"terrible")", json));
  EXPECT_EQ(2u, count_of(R"("name":"STALE load)", json));
  EXPECT_THAT(json, HasSubstr(R"("name":"FAILED: deadlock)"));
}

TEST(TraceText, ValuesReadAsPeopleWriteThem) {
  Trace trace = lost_wake_up();
  trace.steps[3].value = 0x7fffdeadbeef;
  trace.steps[7].value = 0x55cedeadbeef;
  const ObjectNames names(trace);
  EXPECT_EQ("7", names.value(7));
  EXPECT_EQ("-1", names.value(~0ull));
  EXPECT_EQ("&1", names.value(0x7fffdeadbeef));
  EXPECT_EQ("&2", names.value(0x55cedeadbeef));
  EXPECT_EQ("0x8000000000000000", names.value(1ull << 63));
}

TEST(TraceText, JsonKeepsGoodUtf8AndReplacesTheRest) {
  std::string out;
  append_json(out, "\xc3\xa9\xff\xed\xa0\x80\"</script>");
  EXPECT_EQ("\"\xc3\xa9\\ufffd\\ufffd\\ufffd\\ufffd\\\"\\u003c/script\\u003e\"", out);
}

}  // namespace
}  // namespace baton::explorer
