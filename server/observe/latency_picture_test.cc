#include "server/observe/latency_picture.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace baton {
namespace {

const std::string kLine = std::string(80, '-') + "\n";

TEST(LatencyPictureTest, ColumnsRiseFromTheLeastToTheMost) {
  LatencyHistory history;
  history.add({100, 100});
  history.add({102, 1'300});
  history.add({104, 2'000});
  EXPECT_EQ(latency_picture("command", history, 104),
            "command - high 2000 ms, low 100 ms (all time high 2000 ms)\n" + kLine +
                "  #\n"
                " o|\n"
                " ||\n"
                "_||\n"
                "   \n"
                "420\n"
                "sss\n");
}

TEST(LatencyPictureTest, EqualSamplesLieAtTheBottom) {
  LatencyHistory history;
  history.add({100, 50});
  EXPECT_EQ(latency_picture("x", history, 100),
            "x - high 50 ms, low 50 ms (all time high 50 ms)\n" + kLine + " \n \n \n_\n \n0\ns\n");
}

TEST(LatencyPictureTest, AgesAreInTheirLargestUnit) {
  LatencyHistory history;
  history.add({1'000'000 - 3 * 86'400, 1});
  history.add({1'000'000 - 5 * 3'600, 1});
  history.add({1'000'000 - 12 * 60, 1});
  history.add({1'000'000 - 59, 1});
  const std::string picture = latency_picture("x", history, 1'000'000);
  EXPECT_TRUE(picture.ends_with("\n3515\ndh29\n  ms\n")) << picture;
}

TEST(LatencyPictureTest, MoreThan80SamplesGoOnBelow) {
  LatencyHistory history;
  for (std::int64_t i = 0; i < 100; ++i) history.add({1'000 + i, i % 7});
  const std::string picture = latency_picture("x", history, 1'100);
  std::size_t longest = 0, at = 0;
  for (std::size_t end; (end = picture.find('\n', at)) != std::string::npos; at = end + 1)
    longest = std::max(longest, end - at);
  EXPECT_EQ(longest, 80u);
  EXPECT_NE(picture.find("\n\n"), std::string::npos);
}

}  // namespace
}  // namespace baton
