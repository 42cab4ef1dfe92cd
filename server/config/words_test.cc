#include "server/config/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baton {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> split(std::string_view line) {
  const auto words = split_words(line);
  EXPECT_TRUE(words) << line;
  return words.value_or(std::vector<std::string>{"unbalanced"});
}

TEST(Words, AreSeparatedByBlanks) {
  EXPECT_THAT(split(""), IsEmpty());
  EXPECT_THAT(split(" \t "), IsEmpty());
  EXPECT_THAT(split(" a\tb  c\r\n"), ElementsAre("a", "b", "c"));
}

TEST(Words, DoubleQuotesKeepBlanksAndReadEscapes) {
  EXPECT_THAT(split(R"(a "b c" "")"), ElementsAre("a", "b c", ""));
  EXPECT_THAT(split(R"("\n\r\t\b\a\\\"\q")"), ElementsAre("\n\r\t\b\a\\\"q"));
  EXPECT_THAT(split(R"("\x41\xfF\x00")"), ElementsAre(std::string("A\xff\0", 3)));
  EXPECT_THAT(split(R"("\x4" "\xgg")"), ElementsAre("x4", "xgg"));
  EXPECT_THAT(split(R"(ab"cd ef")"), ElementsAre("abcd ef"));
}

TEST(Words, SingleQuotesReadOnlyTheirOwnEscape) {
  EXPECT_THAT(split(R"('a "b" \n' 'it\'s')"), ElementsAre("a \"b\" \\n", "it's"));
}

// A line of a file is cut as an inline command is.
TEST(Words, AVerticalTabDoesNotEndAWordAndAZeroByteEndsTheLine) {
  EXPECT_THAT(split("a\vb \vc"), ElementsAre("a\vb", "c"));
  EXPECT_THAT(split(std::string_view("a b\0c", 5)), ElementsAre("a", "b"));
}

TEST(Words, UnbalancedQuotesAreRefused) {
  for (const char* line : {"\"abc", "'abc", "\"abc\\\"", "\"a\"b", "'a'b", "\"", "a \"b\" \"c"})
    EXPECT_FALSE(split_words(line)) << line;
}

TEST(Words, AQuotedWordIsCutBackIntoItself) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  for (const std::string& word : {std::string(), std::string("plain"), std::string("a b"),
                                  std::string("it's"), std::string("\"q\""), std::string("back\\slash"), all})
    EXPECT_THAT(split("x " + quote_word(word) + " y"), ElementsAre("x", word, "y"));
  EXPECT_EQ(quote_word("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(quote_word(""), "\"\"");
  EXPECT_EQ(quote_word("a\nb"), "\"a\\nb\"");
}

TEST(Words, AValueOfSeveralWordsIsCutAtSpaces) {
  EXPECT_THAT(split_value("50  99 "), ElementsAre("50", "99"));
  EXPECT_THAT(split_value(""), ElementsAre(""));
  EXPECT_THAT(split_value("\"a b\""), ElementsAre("\"a", "b\""));
}

TEST(Words, LoweringTouchesAsciiLettersOnly) { EXPECT_EQ(ascii_lower("AZ[\xc4@"), "az[\xc4@"); }

}  // namespace
}  // namespace baton
