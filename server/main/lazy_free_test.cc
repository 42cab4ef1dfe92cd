// FLUSHALL ASYNC and the directives lazyfree-lazy-*: what is gone is gone at once, and memory follows.
#include "server/main/test_server.h"

namespace baton {
namespace {

class LazyFreeCommandsTest : public ServerTest {
 protected:
  void fill(TestClient& c, int keys) {
    std::string pipeline;
    for (int i = 0; i < keys; ++i) pipeline += request({"SET", "key:" + std::to_string(i), "value"});
    ASSERT_TRUE(c.send(pipeline));
    for (int i = 0; i < keys; ++i) ASSERT_EQ(c.next(), "OK");
  }
  static long field(TestClient& c, const std::string& name) {
    const std::string info = c.text_of("INFO memory");
    const std::size_t at = info.find("\n" + name + ":");
    return at == std::string::npos ? -1 : std::stol(info.substr(at + name.size() + 2));
  }
  static bool settled(TestClient& c) {
    return eventually([&] { return field(c, "lazyfree_pending_objects") == 0; });
  }
};
BATON_EACH_THREADING(LazyFreeCommandsTest);

TEST_P(LazyFreeCommandsTest, MemoryFallsWhileOthersAreServed) {
  start();
  TestClient c = client();
  constexpr int kKeys = 50'000;
  fill(c, kKeys);
  EXPECT_EQ(c.ask("SELECT 3"), "OK");
  fill(c, 1000);
  const long full = field(c, "used_memory_dataset");
  TestClient other = client();
  EXPECT_EQ(c.ask("FLUSHALL ASYNC"), "OK");
  EXPECT_EQ(c.ask("DBSIZE"), ":0");
  EXPECT_EQ(other.ask("GET key:1"), "nil");
  EXPECT_EQ(other.ask("SET key:1 new"), "OK");
  ASSERT_TRUE(settled(c));
  EXPECT_EQ(field(c, "lazyfreed_objects"), kKeys + 1000);
  EXPECT_LT(field(c, "used_memory_dataset"), full / 100);
  EXPECT_EQ(other.ask("GET key:1"), "\"new\"");
  EXPECT_EQ(c.ask("CONFIG RESETSTAT"), "OK");
  EXPECT_EQ(field(c, "lazyfreed_objects"), 0);
}

TEST_P(LazyFreeCommandsTest, OnlyAsyncOrTheDirectiveMakesAFlushLazy) {
  start();
  TestClient c = client();
  for (const char* flush : {"FLUSHALL", "FLUSHALL SYNC", "FLUSHDB", "FLUSHDB SYNC"}) {
    fill(c, 100);
    EXPECT_EQ(c.ask(flush), "OK");
    EXPECT_EQ(field(c, "lazyfreed_objects"), 0) << flush;
  }
  EXPECT_EQ(c.ask("FLUSHDB NOW"), "-ERR syntax error");
  EXPECT_EQ(c.ask("CONFIG SET lazyfree-lazy-user-flush yes"), "OK");
  fill(c, 100);
  EXPECT_EQ(c.ask("FLUSHDB"), "OK");
  ASSERT_TRUE(settled(c));
  EXPECT_EQ(field(c, "lazyfreed_objects"), 100);
  fill(c, 100);
  EXPECT_EQ(c.ask("FLUSHDB SYNC"), "OK");
  EXPECT_EQ(field(c, "lazyfreed_objects"), 100);
}

TEST_P(LazyFreeCommandsTest, TheDirectivesHoldForLargeValues) {
  start();
  TestClient c = client();
  const std::string large(100'000, 'x');
  const auto replaced = [&] {
    EXPECT_EQ(c.ask({"SET", "k", large}), "OK");
    EXPECT_EQ(c.ask("SET k 1"), "OK");
    EXPECT_TRUE(settled(c));
    return field(c, "lazyfreed_objects");
  };
  EXPECT_EQ(replaced(), 0);
  EXPECT_EQ(c.ask("CONFIG SET lazyfree-lazy-server-del yes lazyfree-lazy-expire yes"), "OK");
  EXPECT_EQ(replaced(), 1);
  EXPECT_EQ(c.ask({"SET", "k", large}), "OK");
  EXPECT_EQ(c.ask("PEXPIRE k -1"), ":1");
  EXPECT_TRUE(settled(c));
  EXPECT_EQ(field(c, "lazyfreed_objects"), 2);
}

}  // namespace
}  // namespace baton
