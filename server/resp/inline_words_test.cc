#include "server/resp/inline_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baton {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Nothing: unbalanced quotes.
std::optional<std::vector<std::string>> words_of(std::string line) {
  std::vector<std::string_view> words;
  if (!split_inline_words(line, words)) return std::nullopt;
  return std::vector<std::string>(words.begin(), words.end());
}

TEST(InlineWords, WhiteSpaceStandsBetweenWords) {
  EXPECT_THAT(*words_of("SET key value"), ElementsAre("SET", "key", "value"));
  EXPECT_THAT(*words_of("  GET \t k  "), ElementsAre("GET", "k"));
  EXPECT_THAT(*words_of(" \t\v\f "), IsEmpty());
  EXPECT_THAT(*words_of(""), IsEmpty());
}

TEST(InlineWords, VerticalTabsAndFormFeedsDoNotEndAWord) {
  EXPECT_THAT(*words_of("a\vb\fc \vd"), ElementsAre("a\vb\fc", "d"));
  EXPECT_THAT(*words_of("'a'\vb"), ElementsAre("a", "b"));
}

TEST(InlineWords, DoubleQuotesKnowEscapes) {
  EXPECT_THAT(*words_of(R"("a b" "\n\r\t\b\a" "\"\\" "\q")"), ElementsAre("a b", "\n\r\t\b\a", "\"\\", "q"));
  EXPECT_THAT(*words_of(R"("\x41\x0aB\xff")"), ElementsAre("A\nB\xff"));
  EXPECT_THAT(*words_of(R"("\x00")"), ElementsAre(std::string(1, '\0')));
  EXPECT_THAT(*words_of(R"("\x4" "\xg0")"), ElementsAre("x4", "xg0"));
}

TEST(InlineWords, SingleQuotesKnowOnlyTheirOwn) {
  EXPECT_THAT(*words_of(R"('a b' 'it\'s' '\n\x41"')"), ElementsAre("a b", "it's", R"(\n\x41")"));
}

TEST(InlineWords, AQuoteMayBeginInsideAWordAndEmptyWordsCount) {
  EXPECT_THAT(*words_of(R"(a"b c" '' "")"), ElementsAre("ab c", "", ""));
}

TEST(InlineWords, UnbalancedQuotesAreRefused) {
  for (const char* line : {"\"", "'", "a \"b", "'b", R"("a\")", R"('a\')", R"("a\)"})
    EXPECT_FALSE(words_of(line)) << line;
}

TEST(InlineWords, AfterAClosingQuoteComesWhiteSpace) {
  for (const char* line : {R"("a"b)", R"('a'b)", R"("a""b")", R"("a"'b')"})
    EXPECT_FALSE(words_of(line)) << line;
}

TEST(InlineWords, AZeroByteEndsTheLine) {
  using namespace std::string_literals;
  EXPECT_THAT(*words_of("a b\0c d"s), ElementsAre("a", "b"));
  EXPECT_THAT(*words_of("'a'\0b"s), ElementsAre("a"));
  EXPECT_FALSE(words_of("\"a\0b\""s));
}

TEST(InlineWords, WordsAreAppended) {
  std::string line = "b c";
  std::vector<std::string_view> words = {"a"};
  ASSERT_TRUE(split_inline_words(line, words));
  EXPECT_THAT(words, ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace baton
