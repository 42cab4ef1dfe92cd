#include "server/config/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace baton {
namespace {

TEST(Glob, LiteralTextMatchesItselfOnly) {
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_TRUE(glob_match("abc", "abc"));
  EXPECT_FALSE(glob_match("abc", "ab"));
  EXPECT_FALSE(glob_match("abc", "abcd"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_FALSE(glob_match("abc", "ABC"));
}

TEST(Glob, AStarTakesAnyBytes) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("***", "abc"));
  EXPECT_TRUE(glob_match("a*c", "ac"));
  EXPECT_TRUE(glob_match("a*c", "abcbc"));
  EXPECT_FALSE(glob_match("a*c", "abcb"));
  EXPECT_TRUE(glob_match("*a*b*", "xaxbx"));
  EXPECT_FALSE(glob_match("*a*b*", "xbxa"));
  EXPECT_TRUE(glob_match("user:*:name", "user:a:b:name"));
  EXPECT_TRUE(glob_match("a*", std::string("a\0b", 3)));
}

TEST(Glob, AQuestionMarkTakesOneByte) {
  EXPECT_TRUE(glob_match("h?llo", "hello"));
  EXPECT_FALSE(glob_match("h?llo", "hllo"));
  EXPECT_FALSE(glob_match("?", ""));
  EXPECT_TRUE(glob_match("*?", "a"));
  EXPECT_FALSE(glob_match("*??", "a"));
}

TEST(Glob, AClassTakesOneOfItsBytes) {
  EXPECT_TRUE(glob_match("h[ae]llo", "hallo"));
  EXPECT_FALSE(glob_match("h[ae]llo", "hillo"));
  EXPECT_FALSE(glob_match("h[ae]llo", "haello"));
  EXPECT_TRUE(glob_match("[a-c]x", "bx"));
  EXPECT_FALSE(glob_match("[a-c]x", "dx"));
  EXPECT_TRUE(glob_match("[c-a]x", "bx"));
  EXPECT_TRUE(glob_match("[^e]", "a"));
  EXPECT_FALSE(glob_match("[^e]", "e"));
  EXPECT_FALSE(glob_match("[^e]", ""));
  EXPECT_TRUE(glob_match("*[0-9]", "key7"));
}

TEST(Glob, OddClassesAreReadAsRedisDoes) {
  EXPECT_FALSE(glob_match("[]", "a"));
  EXPECT_TRUE(glob_match("[^]", "a"));
  EXPECT_TRUE(glob_match("[abc", "b"));
  EXPECT_FALSE(glob_match("[abc", "d"));
  EXPECT_FALSE(glob_match("[", "["));
  EXPECT_TRUE(glob_match("[a-]", "_"));  // a range from 'a' to ']', and no end
  EXPECT_FALSE(glob_match("[a-]", "-"));
  EXPECT_TRUE(glob_match("[\\]]", "]"));
  EXPECT_TRUE(glob_match("[a\\-z]", "-"));
  EXPECT_FALSE(glob_match("[a\\-z]", "m"));
}

TEST(Glob, ABackslashMakesTheNextByteLiteral) {
  EXPECT_TRUE(glob_match("a\\*b", "a*b"));
  EXPECT_FALSE(glob_match("a\\*b", "axb"));
  EXPECT_TRUE(glob_match("\\a", "a"));
  EXPECT_TRUE(glob_match("\\\\", "\\"));
  EXPECT_TRUE(glob_match("a\\", "a\\"));
  EXPECT_TRUE(glob_match("*\\?", "why?"));
}

TEST(Glob, LettersMayBeOfAnyCase) {
  EXPECT_TRUE(glob_match("MaxMemory*", "maxmemory-policy", Letters::any_case));
  EXPECT_TRUE(glob_match("[A-C]", "b", Letters::any_case));
  EXPECT_TRUE(glob_match("\\A", "a", Letters::any_case));
  EXPECT_FALSE(glob_match("[", "{", Letters::any_case));
  EXPECT_FALSE(glob_match("@", "`", Letters::any_case));
}

// Every way to share the text between the stars would be tried, which takes years.
TEST(Glob, ManyStarsDoNotBlowUp) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "a*";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(10'000, 'a')));
}

TEST(Glob, MagicIsWhatIsNotTakenLiterally) {
  EXPECT_FALSE(glob_has_magic("maxmemory-policy"));
  for (const char* pattern : {"a*", "a?", "[a]", "\\a"}) EXPECT_TRUE(glob_has_magic(pattern));
}

}  // namespace
}  // namespace baton
