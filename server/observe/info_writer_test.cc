#include "server/observe/info_writer.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

TEST(InfoWriterTest, AFieldIsALine) {
  InfoWriter out;
  out.field("ratio", "{:.2f}", 1.005);
  out.number("count", 18'446'744'073'709'551'615u);
  out.field("text", "{}={}", "a", 1);
  EXPECT_EQ(out.take(), "ratio:1.00\r\ncount:18446744073709551615\r\ntext:a=1\r\n");
}

TEST(InfoWriterTest, SectionsAreKeptApartByAnEmptyLine) {
  InfoWriter out;
  out.section("First");
  out.number("a", 1);
  out.section("Second");
  out.section("Third");
  EXPECT_EQ(out.take(), "# First\r\na:1\r\n\r\n# Second\r\n\r\n# Third\r\n");
  EXPECT_EQ(out.take(), "");
}

TEST(InfoWriterTest, BytesAreShownInTheirLargestUnit) {
  EXPECT_EQ(human_bytes(0), "0B");
  EXPECT_EQ(human_bytes(1023), "1023B");
  EXPECT_EQ(human_bytes(1024), "1.00K");
  EXPECT_EQ(human_bytes(1536), "1.50K");
  EXPECT_EQ(human_bytes(3ull << 30), "3.00G");
  EXPECT_EQ(human_bytes(1ull << 50), "1.00P");
  EXPECT_EQ(human_bytes(2048ull << 50), "2048.00P");
}

}  // namespace
}  // namespace baton
