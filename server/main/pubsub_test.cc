// SUBSCRIBE, PUBLISH, PUBSUB and their kin, and MONITOR.
#include "server/main/test_server.h"

namespace baton {
namespace {

class PubsubTest : public ServerTest {};
BATON_EACH_THREADING(PubsubTest);

TEST_P(PubsubTest, MessagesArriveInTheirOrder) {
  start();
  std::vector<TestClient> listeners;
  for (int i = 0; i < 10; ++i) {
    listeners.push_back(client());
    EXPECT_EQ(listeners.back().ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  }
  TestClient publisher = client();
  std::string pipeline;
  for (int i = 0; i < 1000; ++i) pipeline += request({"PUBLISH", "ch", std::to_string(i)});
  ASSERT_TRUE(publisher.send(pipeline));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(publisher.next(), ":10");
  for (TestClient& listener : listeners)
    for (int i = 0; i < 1000; ++i)
      ASSERT_EQ(listener.next(), "[\"message\" \"ch\" \"" + std::to_string(i) + "\"]");
}

TEST_P(PubsubTest, SubscriptionsAreCountedTogether) {
  start();
  TestClient c = client();
  c.post("SUBSCRIBE a b a");
  EXPECT_EQ(c.next(), "[\"subscribe\" \"a\" :1]");
  EXPECT_EQ(c.next(), "[\"subscribe\" \"b\" :2]");
  EXPECT_EQ(c.next(), "[\"subscribe\" \"a\" :2]");
  EXPECT_EQ(c.ask("PSUBSCRIBE p*"), "[\"psubscribe\" \"p*\" :3]");
  EXPECT_EQ(c.ask("SSUBSCRIBE s"), "[\"ssubscribe\" \"s\" :1]");
  EXPECT_EQ(c.ask("UNSUBSCRIBE a"), "[\"unsubscribe\" \"a\" :2]");
  EXPECT_EQ(c.ask("UNSUBSCRIBE none"), "[\"unsubscribe\" \"none\" :2]");
  EXPECT_EQ(c.ask("UNSUBSCRIBE"), "[\"unsubscribe\" \"b\" :1]");
  EXPECT_EQ(c.ask("UNSUBSCRIBE"), "[\"unsubscribe\" nil :1]");
  EXPECT_EQ(c.ask("PUNSUBSCRIBE"), "[\"punsubscribe\" \"p*\" :0]");
  EXPECT_EQ(c.ask("SUNSUBSCRIBE"), "[\"sunsubscribe\" \"s\" :0]");
  EXPECT_EQ(c.ask("GET k"), "nil") << "everything is allowed again";
}

TEST_P(PubsubTest, PatternsAndShardChannels) {
  start();
  TestClient c = client();
  TestClient publisher = client();
  EXPECT_EQ(c.ask("PSUBSCRIBE news.*"), "[\"psubscribe\" \"news.*\" :1]");
  EXPECT_EQ(c.ask("SUBSCRIBE news.art"), "[\"subscribe\" \"news.art\" :2]");
  EXPECT_EQ(c.ask("SSUBSCRIBE news.art"), "[\"ssubscribe\" \"news.art\" :1]");
  EXPECT_EQ(publisher.ask("PUBLISH news.art x"), ":2");
  EXPECT_EQ(c.next(), "[\"message\" \"news.art\" \"x\"]");
  EXPECT_EQ(c.next(), "[\"pmessage\" \"news.*\" \"news.art\" \"x\"]");
  EXPECT_EQ(publisher.ask("SPUBLISH news.art y"), ":1");
  EXPECT_EQ(c.next(), "[\"smessage\" \"news.art\" \"y\"]");
  EXPECT_EQ(publisher.ask("PUBLISH other x"), ":0");
}

TEST_P(PubsubTest, AResp2SubscriberMayOnlySpeakOfSubscriptions) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  EXPECT_EQ(c.ask("GET k"),
            "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are "
            "allowed in this "
            "context");
  EXPECT_EQ(c.ask("PING"), "[\"pong\" \"\"]");
  EXPECT_EQ(c.ask("PING hi"), "[\"pong\" \"hi\"]");
  EXPECT_EQ(c.ask("RESET"), "RESET");
  EXPECT_EQ(c.ask("GET k"), "nil");
}

TEST_P(PubsubTest, AResp3SubscriberMayDoAnything) {
  start();
  TestClient c = client();
  EXPECT_TRUE(c.ask("HELLO 3").starts_with("{"));
  EXPECT_EQ(c.ask("SUBSCRIBE ch"), ">[\"subscribe\" \"ch\" :1]");
  EXPECT_EQ(c.ask("GET k"), "null");
  EXPECT_EQ(c.ask("PING"), "PONG");
  EXPECT_EQ(client().ask("PUBLISH ch m"), ":1");
  EXPECT_EQ(c.next(), ">[\"message\" \"ch\" \"m\"]");
}

TEST_P(PubsubTest, AMessageToOneselfFollowsTheReply) {
  start();
  TestClient c = client();
  EXPECT_TRUE(c.ask("HELLO 3").starts_with("{"));
  EXPECT_EQ(c.ask("SUBSCRIBE ch"), ">[\"subscribe\" \"ch\" :1]");
  c.send(request({"PUBLISH", "ch", "a"}) + request({"PUBLISH", "ch", "b"}) + request({"ECHO", "end"}));
  EXPECT_EQ(c.next(), ":1");
  EXPECT_EQ(c.next(), ">[\"message\" \"ch\" \"a\"]");
  EXPECT_EQ(c.next(), ":1");
  EXPECT_EQ(c.next(), ">[\"message\" \"ch\" \"b\"]");
  EXPECT_EQ(c.next(), "\"end\"");
}

TEST_P(PubsubTest, PubsubTellsWhoListens) {
  start();
  TestClient a = client();
  TestClient b = client();
  TestClient c = client();
  EXPECT_EQ(a.ask("SUBSCRIBE one"), "[\"subscribe\" \"one\" :1]");
  EXPECT_EQ(b.ask("SUBSCRIBE one"), "[\"subscribe\" \"one\" :1]");
  EXPECT_EQ(b.ask("PSUBSCRIBE t*"), "[\"psubscribe\" \"t*\" :2]");
  EXPECT_EQ(b.ask("SSUBSCRIBE shard"), "[\"ssubscribe\" \"shard\" :1]");
  EXPECT_EQ(c.ask("PUBSUB CHANNELS"), "[\"one\"]");
  EXPECT_EQ(c.ask("PUBSUB CHANNELS x*"), "[]");
  EXPECT_EQ(c.ask("PUBSUB NUMSUB one two"), "[\"one\" :2 \"two\" :0]");
  EXPECT_EQ(c.ask("PUBSUB NUMSUB"), "[]");
  EXPECT_EQ(c.ask("PUBSUB NUMPAT"), ":1");
  EXPECT_EQ(c.ask("PUBSUB SHARDCHANNELS"), "[\"shard\"]");
  EXPECT_EQ(c.ask("PUBSUB SHARDNUMSUB shard"), "[\"shard\" :1]");
}

TEST_P(PubsubTest, MessagesAndRepliesOfOneClientDoNotMix) {
  start();
  TestClient c = client();
  TestClient publisher = client();
  EXPECT_TRUE(c.ask("HELLO 3").starts_with("{"));
  EXPECT_EQ(c.ask("SUBSCRIBE ch"), ">[\"subscribe\" \"ch\" :1]");
  const std::string payload(300, 'p');
  for (int i = 0; i < 500; ++i) {
    c.send(request({"ECHO", std::to_string(i)}));
    publisher.send(request({"PUBLISH", "ch", payload + std::to_string(i)}));
  }
  int echoes = 0;
  int messages = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string reply = c.next();
    if (reply.starts_with(">"))
      ASSERT_EQ(reply, ">[\"message\" \"ch\" \"" + payload + std::to_string(messages++) + "\"]");
    else
      ASSERT_EQ(reply, '"' + std::to_string(echoes++) + '"');
  }
  EXPECT_EQ(echoes, 500);
}

// --- MONITOR ---

class MonitorTest : public ServerTest {
 protected:
  // The part behind the time.
  static std::string shown(TestClient& monitor) {
    const std::string line = monitor.next();
    return line.find(' ') == std::string::npos ? line : line.substr(line.find(' ') + 1);
  }
};
BATON_EACH_THREADING(MonitorTest);

TEST_P(MonitorTest, ShowsWhatEverybodyRuns) {
  start();
  TestClient monitor = client();
  TestClient c = client();
  EXPECT_EQ(monitor.ask("MONITOR"), "OK");
  const std::string who = "[0 " + c.local_address() + "] ";
  EXPECT_EQ(c.ask({"SET", "k", "a \"b\"\\\n\x01\xff"}), "OK");
  EXPECT_EQ(shown(monitor), who + R"("SET" "k" "a \"b\"\\\n\x01\xff")");
  EXPECT_EQ(c.ask("SELECT 3"), "OK");
  EXPECT_EQ(shown(monitor), who + R"("SELECT" "3")");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("GET k"), "QUEUED");
  EXPECT_EQ(c.ask("EXEC"), "[nil]");
  const std::string in_three = "[3 " + c.local_address() + "] ";
  EXPECT_EQ(shown(monitor), in_three + R"("MULTI")");
  const std::string second = shown(monitor);
  const std::string third = shown(monitor);
  EXPECT_TRUE((second == in_three + R"("GET" "k")" && third == in_three + R"("EXEC")") ||
              (third == in_three + R"("GET" "k")" && second == in_three + R"("EXEC")"))
      << second << third;
}

TEST_P(MonitorTest, DoesNotShowSecretsNorWhatOperatorsDo) {
  start({"--requirepass", "secret"});
  TestClient monitor = client();
  TestClient c = client();
  EXPECT_EQ(monitor.ask("AUTH secret"), "OK");
  EXPECT_EQ(monitor.ask("MONITOR"), "OK");
  EXPECT_EQ(c.ask("AUTH secret"), "OK");
  EXPECT_TRUE(c.ask("HELLO 2 AUTH default secret").starts_with("["));
  EXPECT_EQ(c.ask("CONFIG SET requirepass secret2"), "OK");
  EXPECT_EQ(c.ask("ECHO end"), "\"end\"");
  std::string seen;
  for (std::string line; line.find("end") == std::string::npos;) {
    line = shown(monitor);
    ASSERT_NE(line, "(nothing)");
    seen += line + "\n";
  }
  EXPECT_EQ(seen.find("secret"), std::string::npos) << seen;
}

TEST_P(MonitorTest, OneThatLeftIsForgotten) {
  start();
  TestClient c = client();
  for (int round = 0; round < 20; ++round) {
    {
      TestClient monitor = client();
      EXPECT_EQ(monitor.ask("MONITOR"), "OK");
    }
    EXPECT_TRUE(eventually(
        [&] { return c.text_of("INFO clients").find("connected_clients:1\r") != std::string::npos; }));
    // The next one may be remembered where that one was; it hears nothing that it has not asked for.
    TestClient next = client();
    EXPECT_EQ(next.ask("ECHO one"), "\"one\"");
    EXPECT_EQ(c.ask("ECHO noise"), "\"noise\"");
    EXPECT_EQ(next.ask("ECHO two"), "\"two\"");
  }
}

TEST_P(MonitorTest, EndsWithReset) {
  start();
  TestClient monitor = client();
  TestClient c = client();
  EXPECT_EQ(monitor.ask("MONITOR"), "OK");
  EXPECT_EQ(c.ask("PING"), "PONG");
  EXPECT_NE(shown(monitor).find("\"PING\""), std::string::npos);
  monitor.post("RESET");
  std::string reply = monitor.next();
  while (reply.find("\"RESET\"") != std::string::npos) reply = monitor.next();
  EXPECT_EQ(reply, "RESET");
  EXPECT_EQ(c.ask("PING"), "PONG");
  EXPECT_EQ(monitor.ask("ECHO quiet"), "\"quiet\"");
}

}  // namespace
}  // namespace baton
