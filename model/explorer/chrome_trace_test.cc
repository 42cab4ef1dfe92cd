#include "model/explorer/chrome_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

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

// The value of a field of an event, as text.
std::string field(const std::string& event, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const std::size_t at = event.find(key);
  if (at == std::string::npos) return {};
  const std::size_t from = at + key.size();
  return event.substr(from, event.find_first_of(",}", from) - from);
}

// As Perfetto does it: an arrow's half belongs to the last slice or instant that began on its track, whether
// that has ended or not, and events of one time are taken in their order.
TEST(ChromeTrace, EachHalfOfAnArrowIsTiedToItsStep) {
  Trace trace = lost_wake_up();
  trace.steps[6].preemption = true;  // one that reads
  std::istringstream lines(chrome_trace(trace));
  struct Event {
    double at;
    std::string text;
  };
  std::vector<Event> events;
  for (std::string line; std::getline(lines, line);) {
    const std::string at = field(line, "ts");
    if (!at.empty()) events.push_back({std::stod(at), line});
  }
  std::ranges::stable_sort(events, {}, &Event::at);
  std::map<std::string, std::string> top;  // of each track
  std::size_t halves = 0;
  for (const Event& event : events) {
    const std::string track = field(event.text, "tid");
    const std::string phase = field(event.text, "ph");
    if (phase == "\"X\"" || phase == "\"i\"") top[track] = event.text;
    if (phase != "\"s\"" && phase != "\"f\"") continue;
    ++halves;
    EXPECT_EQ(field(top[track], "ph"), "\"X\"") << event.text;
    EXPECT_EQ(std::stod(field(top[track], "ts")), std::floor(event.at)) << event.text;
  }
  EXPECT_GT(halves, 4u);
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
