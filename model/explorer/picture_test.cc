#include "model/explorer/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "model/explorer/json_checker.h"
#include "model/explorer/picture_text.h"
#include "model/explorer/sample_trace.h"

namespace baton::explorer {
namespace {

using testing::HasSubstr;
using testing::Not;

// What the page's own script will parse.
std::string data_of(const std::string& page) {
  const std::string open = "<script id=\"trace\" type=\"application/json\">";
  const std::size_t start = page.find(open) + open.size();
  return page.substr(start, page.find("</script>", start) - start);
}

std::size_t count_of(const std::string& what, const std::string& in) {
  std::size_t count = 0;
  for (std::size_t at = in.find(what); at != std::string::npos; at = in.find(what, at + 1)) ++count;
  return count;
}

TEST(Picture, HoldsTheTraceTheStyleAndTheScript) {
  const std::string page = picture(lost_wake_up());
  EXPECT_EQ(picture_data(lost_wake_up()), data_of(page));
  EXPECT_THAT(page, HasSubstr(std::string(kPictureStyle)));
  for (const std::string_view script : {kPictureTrace, kPictureElements, kPictureScript}) {
    EXPECT_THAT(page, HasSubstr(std::string(script)));
  }
  EXPECT_THAT(page, HasSubstr("<title>mailbox_ring: deadlock: executor sleeps"));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(Picture, DataIsJson) {
  EXPECT_TRUE(is_json(picture_data(lost_wake_up())));
  EXPECT_TRUE(is_json(picture_data(Trace{})));
  EXPECT_TRUE(is_json(picture_data(long_trace(3000, 4))));
}

TEST(Picture, AStepSaysWhatItDidWhatItReadAndWhere) {
  const std::string data = picture_data(lost_wake_up());
  EXPECT_THAT(data, HasSubstr(R"("threads":["executor","io 1","io 2"])"));
  EXPECT_THAT(data, HasSubstr(R"("objects":["word 0","word 1","word 2","cell 3","word 4",)"));
  EXPECT_THAT(data, HasSubstr(R"([0,"load","acquire",1,"1",3,0,)"));
  EXPECT_THAT(data, HasSubstr(R"([2,"load","acquire",0,"0",26,2,)"));  // stale
  EXPECT_THAT(data, HasSubstr(R"([2,"rmw","relaxed",8,"1",13,4,)"));   // exchanged nothing
  EXPECT_THAT(data, HasSubstr(R"([0,"begin","",-1,"",-1,8,)"));        // preempts
  EXPECT_THAT(data, HasSubstr(R"(["queues/spsc_ring.h",91,"try_pop"])"));
  EXPECT_THAT(data, HasSubstr(R"("failedThread":-1)"));
}

TEST(Picture, NothingOfTheTraceBecomesMarkup) {
  Trace trace = lost_wake_up();
  const std::string evil = "</script><script>document.title='evil'</script><!-- & {{script}} {{trace}}";
  trace.scenario = trace.variant = trace.schedule = trace.failure = trace.failed_at = evil;
  trace.threads[1] = evil;
  trace.steps[4].note = evil;
  trace.steps[6].site.function = "operator</script>";
  const std::string page = picture(trace);
  EXPECT_EQ(count_of("<script", picture(lost_wake_up())), count_of("<script", page));
  EXPECT_EQ(count_of("</script", picture(lost_wake_up())), count_of("</script", page));
  EXPECT_THAT(page, Not(HasSubstr("<!--")));
  EXPECT_EQ(picture_data(trace), data_of(page));
  EXPECT_TRUE(is_json(data_of(page)));
}

TEST(Picture, PlacesAreWithoutTheFoldersThatAllHaveInCommon) {
  Trace trace;
  trace.steps.resize(3);
  trace.steps[2].site = {"", "", 0, 0};  // of the engine itself
  trace.steps[0].site = {"/home/me/tree/queues/doorbell.h", "ring<Sync<false>>", 49, 1};
  trace.steps[1].site = {"/home/me/tree/quick/run.cc", "main", 5, 1};
  EXPECT_THAT(picture_data(trace),
              HasSubstr(R"("places":[["queues/doorbell.h",49,"ring"],["quick/run.cc",5,"main"]])"));
  trace.steps.resize(1);
  EXPECT_THAT(picture_data(trace), HasSubstr(R"("places":[["doorbell.h",49,"ring"]])"));
}

TEST(Picture, NeedsNoNetwork) {
  const std::string page = picture(lost_wake_up());
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("href=")));
  EXPECT_THAT(page, Not(HasSubstr("url(http")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(Picture, NumbersOutOfRangeAreNotDrawn) {
  Trace trace = lost_wake_up();
  trace.failed_thread = 99;
  trace.steps[3].read_from = 40;  // later than itself
  EXPECT_THAT(picture_data(trace), HasSubstr(R"("failedThread":-1)"));
  EXPECT_THAT(picture_data(trace), HasSubstr(R"([1,"store","release",1,"1",-1,1,)"));
}

}  // namespace
}  // namespace baton::explorer
