#include "server/config/number_words.h"

#include <gtest/gtest.h>

#include <limits>

namespace baton {
namespace {

TEST(NumberWords, IntegersAreWholeWords) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* word : {"", "-", "+1", " 1", "1 ", "1a", "0x1", "1.5", "01", "-0", "9223372036854775808"})
    EXPECT_EQ(parse_integer(word), std::nullopt) << word;
}

TEST(NumberWords, OctalsAreReadInTheirBase) {
  EXPECT_EQ(parse_octal("0755"), 0755);
  EXPECT_EQ(parse_octal("700"), 0700);
  for (const char* word : {"", "8", "-1", "7x"}) EXPECT_EQ(parse_octal(word), std::nullopt) << word;
}

TEST(NumberWords, SizesHaveUnits) {
  EXPECT_EQ(parse_memory("0"), 0u);
  EXPECT_EQ(parse_memory("12b"), 12u);
  EXPECT_EQ(parse_memory("2k"), 2000u);
  EXPECT_EQ(parse_memory("2KB"), 2048u);
  EXPECT_EQ(parse_memory("3m"), 3'000'000u);
  EXPECT_EQ(parse_memory("3Mb"), 3u << 20);
  EXPECT_EQ(parse_memory("1g"), 1'000'000'000u);
  EXPECT_EQ(parse_memory("4gb"), 4ull << 30);
  EXPECT_EQ(parse_memory("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const char* word :
       {"", "kb", "-1", "1.5gb", "1 mb", "1tb", "1mbx", "18446744073709551616", "18446744073gb"})
    EXPECT_EQ(parse_memory(word), std::nullopt) << word;
}

TEST(NumberWords, ShownSizesAreReadBack) {
  EXPECT_EQ(show_memory(0), "0");
  EXPECT_EQ(show_memory(1000), "1000");
  EXPECT_EQ(show_memory(1024), "1kb");
  EXPECT_EQ(show_memory(100 << 20), "100mb");
  EXPECT_EQ(show_memory(3ull << 30), "3gb");
  for (const std::uint64_t bytes : {0ull, 1ull, 1023ull, 1536ull, 1ull << 20, ~0ull})
    EXPECT_EQ(parse_memory(show_memory(bytes)), bytes);
}

}  // namespace
}  // namespace baton
