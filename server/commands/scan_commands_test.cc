#include <algorithm>
#include <set>

#include "server/commands/command_fixture.h"

namespace baton {
namespace {

class ScanCommands : public CommandFixture {
 protected:
  // The words of a reply that are neither lengths nor empty.
  static std::vector<std::string> texts(const std::string& reply) {
    std::vector<std::string> found;
    const auto words = split_words(reply);
    for (const std::string& word : *words)
      if (word[0] != '$' && word[0] != '*') found.push_back(word);
    std::sort(found.begin(), found.end());
    return found;
  }

  std::multiset<std::string> scan_all(const std::string& options) {
    std::multiset<std::string> keys;
    std::string cursor = "0";
    do {
      const auto words = *split_words(run("SCAN " + cursor + " " + options));
      cursor = words[2];  // *2 $n cursor *m $n key ...
      for (std::size_t i = 5; i < words.size(); i += 2) keys.insert(words[i]);
    } while (cursor != "0");
    return keys;
  }
};

using Texts = std::vector<std::string>;

TEST_F(ScanCommands, KeysMatchesPatterns) {
  run("MSET foo_a 1 foo_b 2 bar 3 Foo 4");
  EXPECT_EQ(texts(run("KEYS foo*")), Texts({"foo_a", "foo_b"}));
  EXPECT_EQ(texts(run("KEYS *")), Texts({"Foo", "bar", "foo_a", "foo_b"}));
  EXPECT_EQ(texts(run("KEYS ?oo")), Texts({"Foo"}));
  EXPECT_EQ(texts(run("KEYS foo_[^a]")), Texts({"foo_b"}));
  EXPECT_EQ(run("KEYS none"), "*0");
}

TEST_F(ScanCommands, KeysDoesNotShowWhatExpired) {
  run("SET a 1 PX 10");
  run("SET b 1");
  advance_ms(10);
  EXPECT_EQ(run("KEYS *"), "*1 $1 b");
}

TEST_F(ScanCommands, ScanShowsEveryKeyOnce) {
  std::multiset<std::string> all;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "key:" + std::to_string(i);
    run("SET " + name + " v");
    all.insert(name);
  }
  EXPECT_EQ(scan_all(""), all);
  EXPECT_EQ(scan_all("COUNT 1"), all);
  EXPECT_EQ(scan_all("COUNT 100000"), all);
  EXPECT_EQ(scan_all("MATCH *"), all);
  EXPECT_EQ(scan_all("TYPE string"), all);
  EXPECT_EQ(scan_all("TYPE list"), std::multiset<std::string>());
  EXPECT_EQ(scan_all("MATCH key:1??5 COUNT 50").size(), 100u);
  EXPECT_EQ(scan_all("match key:7 type STRING"), std::multiset<std::string>({"key:7"}));
}

TEST_F(ScanCommands, ScanRefusesWhatMakesNoSense) {
  EXPECT_EQ(run("SCAN x"), "-ERR invalid cursor");
  EXPECT_EQ(run("SCAN ' 1'"), "-ERR invalid cursor");
  EXPECT_EQ(run("SCAN 99999999999999999999"), "-ERR invalid cursor");
  EXPECT_EQ(run("SCAN 0 COUNT 0"), "-ERR syntax error");
  EXPECT_EQ(run("SCAN 0 COUNT -1"), "-ERR syntax error");
  EXPECT_EQ(run("SCAN 0 COUNT x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("SCAN 0 COUNT"), "-ERR syntax error");
  EXPECT_EQ(run("SCAN 0 foo bar"), "-ERR syntax error");
  EXPECT_EQ(run("SCAN 0 TYPE string1"), "-ERR unknown type name 'string1'");
  EXPECT_EQ(run("SCAN 0 NOVALUES"), "-ERR NOVALUES option can only be used in HSCAN");
}

TEST_F(ScanCommands, ScanOfNothingEndsAtOnce) { EXPECT_EQ(run("SCAN 0"), "*2 $1 0 *0"); }

TEST_F(ScanCommands, RandomkeyDrawsAKey) {
  EXPECT_EQ(run("RANDOMKEY"), "$-1");
  run("MSET a 1 b 2");
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(run("RANDOMKEY"));
  EXPECT_EQ(seen, std::set<std::string>({"$1 a", "$1 b"}));
}

}  // namespace
}  // namespace baton
