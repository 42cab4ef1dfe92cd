// CLIENT TRACKING and its kin: who is told of which key, when, and in which words.
#include "server/main/test_server.h"

namespace baton {
namespace {

class TrackingTest : public ServerTest {
 protected:
  TestClient client3() {
    TestClient c = client();
    EXPECT_TRUE(c.ask("HELLO 3").starts_with("{"));
    return c;
  }
  TestClient tracking(std::string_view options = {}) {
    TestClient c = client3();
    EXPECT_EQ(c.ask("CLIENT TRACKING ON " + std::string(options)), "OK");
    return c;
  }
  static std::string id_of(TestClient& c) { return c.ask("CLIENT ID").substr(1); }
  // All that the client was told until now, and nothing else, if these are the lines.
  static void expect_told(TestClient& c, std::initializer_list<std::string> lines) {
    c.post("ECHO end");
    for (const std::string& line : lines) EXPECT_EQ(c.next(), line);
    EXPECT_EQ(c.next(), "\"end\"");
  }
  bool info_has(TestClient& c, std::string_view line) {
    return c.text_of("INFO").find(std::string(line) + "\r\n") != std::string::npos;
  }
};
BATON_EACH_THREADING(TrackingTest);

std::string gone(std::string_view key) { return ">[\"invalidate\" [\"" + std::string(key) + "\"]]"; }

TEST_P(TrackingTest, AReaderIsToldOnceOfAChange) {
  start();
  TestClient reader = tracking();
  TestClient writer = client();
  EXPECT_EQ(reader.ask("MGET a b c"), "[null null null]");
  EXPECT_TRUE(info_has(writer, "tracking_clients:1"));
  EXPECT_TRUE(info_has(writer, "tracking_total_keys:3"));
  EXPECT_TRUE(info_has(writer, "tracking_total_items:3"));
  EXPECT_EQ(writer.ask("MSET a 1 other 1 b 1"), "OK");
  EXPECT_EQ(writer.ask("SET a 2"), "OK");
  EXPECT_EQ(reader.next(), gone("a"));
  EXPECT_EQ(reader.next(), gone("b"));
  expect_told(reader, {});
  EXPECT_TRUE(info_has(writer, "tracking_total_keys:1"));
  EXPECT_EQ(writer.ask("SELECT 5"), "OK");
  EXPECT_EQ(writer.ask("SET c 1"), "OK");
  EXPECT_EQ(reader.next(), gone("c")) << "names are watched, whatever the database";
}

TEST_P(TrackingTest, OnlyKeysThatChangeAreTold) {
  start();
  TestClient reader = tracking();
  TestClient writer = client();
  const auto after = [&](const std::string& command, std::initializer_list<std::string> told) {
    SCOPED_TRACE(command);
    EXPECT_EQ(writer.ask("FLUSHALL"), "OK");
    EXPECT_EQ(reader.next(), ">[\"invalidate\" null]");
    EXPECT_EQ(writer.ask("MSET k 1 l 1"), "OK");
    EXPECT_TRUE(reader.ask("MGET k l m n").starts_with("["));
    EXPECT_FALSE(writer.ask(command).starts_with("-"));
    expect_told(reader, told);
  };
  after("DEL k m l", {gone("k"), gone("l")});
  after("UNLINK m n", {});
  after("COPY k m", {gone("m")});
  after("RENAME k m", {gone("k"), gone("m")});
  after("MOVE k 1", {gone("k")});
  after("SET k 2 NX", {});
  after("MSETNX m 1 k 1", {});
  after("MSETEX 2 k 1 m 1", {gone("k"), gone("m")});
  after("GETEX k", {});
  after("GETEX k EX 100", {gone("k")});
  after("EXPIRE k 100", {gone("k")});
  after("EXPIRE k -1", {gone("k")});
  after("PERSIST k", {});
  after("APPEND k x", {gone("k")});
  after("GETDEL k", {gone("k")});
  after("TOUCH k", {});
  after("SWAPDB 3 4", {">[\"invalidate\" null]"});
}

TEST_P(TrackingTest, OnesOwnChangesAreToldAfterTheReply) {
  start();
  TestClient c = tracking();
  EXPECT_EQ(c.ask("MGET a b"), "[null null]");
  c.send(request({"SET", "a", "1"}) + request({"ECHO", "x"}));
  EXPECT_EQ(c.next(), "OK");
  EXPECT_EQ(c.next(), gone("a"));
  EXPECT_EQ(c.next(), "\"x\"");
  EXPECT_EQ(c.ask("MGET a b"), "[\"1\" null]");
  c.send(request({"MULTI"}) + request({"SET", "b", "1"}) + request({"GET", "c"}) +
         request({"SET", "c", "1"}) + request({"EXEC"}));
  for (const char* reply : {"OK", "QUEUED", "QUEUED", "QUEUED", "[OK null OK]"}) EXPECT_EQ(c.next(), reply);
  EXPECT_EQ(c.next(), gone("b"));
  EXPECT_EQ(c.next(), gone("c"));
  EXPECT_EQ(c.ask("FLUSHDB"), "OK");
  EXPECT_EQ(c.next(), ">[\"invalidate\" null]");
}

TEST_P(TrackingTest, NoLoopSparesOneItsOwnChanges) {
  start();
  TestClient c = tracking("NOLOOP");
  TestClient broadcast = tracking("BCAST NOLOOP");
  TestClient writer = client();
  EXPECT_EQ(c.ask("GET k"), "null");
  EXPECT_EQ(c.ask("SET k 1"), "OK");
  EXPECT_EQ(broadcast.next(), gone("k"));
  EXPECT_EQ(c.ask("GET k"), "\"1\"");
  EXPECT_EQ(broadcast.ask("SET k 2"), "OK");
  EXPECT_EQ(c.next(), gone("k"));
  expect_told(broadcast, {});
  EXPECT_EQ(writer.ask("SET k 3"), "OK");
  EXPECT_EQ(broadcast.next(), gone("k"));
  expect_told(c, {});
}

TEST_P(TrackingTest, OptInAndOptOutHoldForTheNextCommandOrTransaction) {
  start();
  TestClient in = tracking("OPTIN");
  TestClient out = tracking("OPTOUT");
  TestClient writer = client();
  const auto told = [&](TestClient& c, std::initializer_list<std::string> lines) {
    EXPECT_EQ(writer.ask("MSET a 1 b 1 c 1"), "OK");
    expect_told(c, lines);
  };
  EXPECT_EQ(in.ask("GET a"), "null");
  EXPECT_EQ(in.ask("CLIENT CACHING YES"), "OK");
  EXPECT_EQ(in.ask("CLIENT TRACKINGINFO"),
            "{\"flags\" ~[\"on\" \"optin\" \"caching-yes\"] \"redirect\" :0 \"prefixes\" []}");
  EXPECT_EQ(in.ask("GET b"), "null");
  EXPECT_EQ(in.ask("GET c"), "null");
  told(in, {gone("b")});
  EXPECT_EQ(in.ask("CLIENT CACHING YES"), "OK");
  EXPECT_EQ(in.ask("MULTI"), "OK");
  EXPECT_EQ(in.ask("GET a"), "QUEUED");
  EXPECT_EQ(in.ask("GET b"), "QUEUED");
  EXPECT_EQ(in.ask("EXEC"), "[\"1\" \"1\"]");
  EXPECT_EQ(in.ask("GET c"), "\"1\"");
  told(in, {gone("a"), gone("b")});
  EXPECT_EQ(out.ask("CLIENT CACHING NO"), "OK");
  EXPECT_EQ(out.ask("GET a"), "\"1\"");
  EXPECT_EQ(out.ask("GET b"), "\"1\"");
  told(out, {gone("b")});
}

TEST_P(TrackingTest, BroadcastTellsOfKeysUnderThePrefixes) {
  start();
  TestClient c = tracking("BCAST PREFIX foo PREFIX bar");
  TestClient writer = client();
  EXPECT_TRUE(info_has(writer, "tracking_total_prefixes:2"));
  EXPECT_EQ(writer.ask("MSET foo2 1 zoo 1 bar 1 foo1 1 fo 1"), "OK");
  EXPECT_EQ(c.next(), gone("bar"));
  EXPECT_EQ(c.next(), ">[\"invalidate\" [\"foo1\" \"foo2\"]]");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON BCAST PREFIX zoo"), "OK");
  EXPECT_EQ(c.ask("CLIENT TRACKINGINFO"),
            "{\"flags\" ~[\"on\" \"bcast\"] \"redirect\" :0 \"prefixes\" [\"bar\" \"foo\" \"zoo\"]}");
  EXPECT_EQ(c.ask("SET zoo 1"), "OK");
  EXPECT_EQ(c.next(), gone("zoo"));
  EXPECT_EQ(c.ask("CLIENT TRACKING OFF"), "OK");
  EXPECT_EQ(writer.ask("SET foo1 1"), "OK");
  expect_told(c, {});
  EXPECT_TRUE(info_has(writer, "tracking_total_prefixes:0"));
  EXPECT_TRUE(info_has(writer, "tracking_clients:0"));
}

TEST_P(TrackingTest, ExpiryIsToldWhoeverMeetsIt) {
  start();
  TestClient reader = tracking();
  TestClient broadcast = tracking("BCAST PREFIX k");
  TestClient writer = client();
  EXPECT_EQ(writer.ask("SET k 1 PX 30"), "OK");
  EXPECT_EQ(broadcast.next(), gone("k"));
  EXPECT_EQ(reader.ask("TYPE k"), "string");
  EXPECT_EQ(reader.next(), gone("k")) << "the active cycle, by itself";
  EXPECT_EQ(broadcast.next(), gone("k"));
}

// With the active cycle off, a read finds that the time has come: in the middle of a reply.
TEST_P(TrackingTest, AnExpiryThatACommandMeetsIsToldAfterItsReply) {
  start({"--enable-debug-command", "yes"});
  TestClient own = tracking();
  TestClient target = client3();
  TestClient source = tracking("REDIRECT " + id_of(target));
  TestClient writer = client();
  EXPECT_EQ(writer.ask("DEBUG SET-ACTIVE-EXPIRE 0"), "OK");
  const auto let_expire = [&](TestClient& reader) {
    EXPECT_EQ(writer.ask("MSET a 1 z 1"), "OK");
    EXPECT_EQ(writer.ask("SET k 1 PX 100"), "OK");
    EXPECT_EQ(reader.ask("TYPE k"), "string");
    EXPECT_EQ(writer.ask("DEBUG SLEEP 0.11"), "OK");
  };
  let_expire(own);
  EXPECT_EQ(own.ask("MGET a k z"), "[\"1\" null \"1\"]");
  EXPECT_EQ(own.next(), gone("k"));
  EXPECT_EQ(own.ask("CLIENT TRACKING OFF"), "OK");
  let_expire(source);
  EXPECT_EQ(target.ask("MGET a k z"), "[\"1\" null \"1\"]") << "its reply is whole";
  EXPECT_EQ(target.next(), gone("k"));
}

TEST_P(TrackingTest, AResp2ClientHearsThroughASubscriberOnly) {
  start();
  TestClient reader = client();
  TestClient listener = client();
  TestClient writer = client();
  const std::string id = id_of(listener);
  EXPECT_EQ(listener.ask("SUBSCRIBE __redis__:invalidate"), "[\"subscribe\" \"__redis__:invalidate\" :1]");
  EXPECT_EQ(reader.ask("CLIENT TRACKING ON REDIRECT " + id), "OK");
  EXPECT_EQ(reader.ask("CLIENT GETREDIR"), ":" + id);
  EXPECT_EQ(reader.ask("GET k"), "nil");
  EXPECT_EQ(writer.ask("SET k 1"), "OK");
  EXPECT_EQ(listener.next(), "[\"message\" \"__redis__:invalidate\" [\"k\"]]");
  EXPECT_EQ(writer.ask("FLUSHALL"), "OK");
  EXPECT_EQ(listener.next(), "[\"message\" \"__redis__:invalidate\" nil]");
  EXPECT_EQ(reader.ask("CLIENT TRACKING ON"), "OK") << "to nobody, as RESP2 cannot tell it";
  EXPECT_EQ(reader.ask("CLIENT GETREDIR"), ":0");
  EXPECT_EQ(reader.ask("GET k"), "nil");
  EXPECT_EQ(writer.ask("SET k 1"), "OK");
  expect_told(reader, {});
  EXPECT_FALSE(listener.has_reply());
}

TEST_P(TrackingTest, ALostTargetIsTold) {
  start();
  TestClient target = client3();
  const std::string id = id_of(target);
  TestClient reader = tracking("REDIRECT " + id);
  TestClient writer = client();
  EXPECT_EQ(reader.ask("GET k"), "null");
  EXPECT_EQ(writer.ask("SET k 1"), "OK");
  EXPECT_EQ(target.next(), gone("k"));
  EXPECT_EQ(writer.ask("CLIENT KILL ID " + id), ":1");
  EXPECT_EQ(reader.ask("GET k"), "\"1\"");
  EXPECT_EQ(writer.ask("SET k 1"), "OK");
  EXPECT_EQ(reader.next(), ">[\"tracking-redir-broken\" :" + id + "]");
  EXPECT_EQ(reader.ask("CLIENT TRACKINGINFO"),
            "{\"flags\" ~[\"on\" \"broken_redirect\"] \"redirect\" :" + id + " \"prefixes\" []}");
  const std::string line = reader.text_of("CLIENT INFO");
  EXPECT_NE(line.find(" flags=tR "), std::string::npos) << line;
  EXPECT_NE(line.find(" redir=" + id + " "), std::string::npos) << line;
}

TEST_P(TrackingTest, ResetAndTheEndOfAConnectionEndIt) {
  start();
  TestClient writer = client();
  {
    TestClient a = tracking("BCAST");
    TestClient b = tracking();
    EXPECT_NE(a.text_of("CLIENT INFO").find(" flags=tB "), std::string::npos);
    EXPECT_EQ(b.ask("MGET k l"), "[null null]");
    EXPECT_EQ(b.ask("RESET"), "RESET");
    EXPECT_EQ(b.ask("CLIENT TRACKINGINFO"), "[\"flags\" [\"off\"] \"redirect\" :-1 \"prefixes\" []]");
    EXPECT_EQ(b.ask("CLIENT GETREDIR"), ":-1");
    EXPECT_TRUE(info_has(writer, "tracking_clients:1"));
    EXPECT_TRUE(info_has(writer, "tracking_total_items:0"));
    EXPECT_EQ(b.ask("HELLO 3").substr(0, 1), "{");
    EXPECT_EQ(b.ask("CLIENT TRACKING ON"), "OK");
    EXPECT_EQ(b.ask("MGET k l"), "[null null]");
  }
  EXPECT_TRUE(eventually([&] {
    return info_has(writer, "tracking_clients:0") && info_has(writer, "tracking_total_keys:0") &&
           info_has(writer, "tracking_total_prefixes:0");
  }));
  EXPECT_EQ(writer.ask("SET k 1"), "OK");
}

TEST_P(TrackingTest, TheTableIsBounded) {
  start({"--tracking-table-max-keys", "3"});
  TestClient reader = tracking();
  TestClient writer = client();
  EXPECT_EQ(reader.ask("MGET 1 2 3 4"), "[null null null null]");
  EXPECT_EQ(reader.next(), gone("1"));
  EXPECT_TRUE(info_has(writer, "tracking_total_keys:3"));
  EXPECT_EQ(writer.ask("CONFIG SET tracking-table-max-keys 1"), "OK");
  EXPECT_EQ(reader.next(), gone("2"));
  EXPECT_EQ(reader.next(), gone("3"));
  EXPECT_TRUE(info_has(writer, "tracking_total_keys:1"));
  EXPECT_EQ(writer.ask("CONFIG GET tracking-table-max-keys"), "[\"tracking-table-max-keys\" \"1\"]");
}

TEST_P(TrackingTest, WhatDoesNotGoTogetherIsRefused) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT TRACKING"), "-ERR wrong number of arguments for 'client|tracking' command");
  for (const char* words : {"foo", "ON foo", "ON REDIRECT", "ON PREFIX", "OFF foo"})
    EXPECT_EQ(c.ask("CLIENT TRACKING " + std::string(words)), "-ERR syntax error") << words;
  EXPECT_EQ(c.ask("CLIENT TRACKING ON REDIRECT x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON REDIRECT 12345"),
            "-ERR The client ID you want redirect to does not exist");
  const std::string id = id_of(c);
  EXPECT_EQ(c.ask("CLIENT TRACKING ON REDIRECT " + id + " REDIRECT " + id),
            "-ERR A client can only redirect to a single other client");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON PREFIX a"), "-ERR PREFIX option requires BCAST mode to be enabled");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON BCAST OPTIN"), "-ERR OPTIN and OPTOUT are not compatible with BCAST");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON OPTIN OPTOUT"),
            "-ERR You can't specify both OPTIN mode and OPTOUT mode");
  EXPECT_EQ(
      c.ask("CLIENT TRACKING ON BCAST PREFIX ab PREFIX a"),
      "-ERR Prefix 'ab' overlaps with another provided prefix 'a'. Prefixes for a single client must not "
      "overlap.");
  const std::string not_tracking =
      "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode "
      "enabled";
  EXPECT_EQ(c.ask("CLIENT CACHING YES"), not_tracking);
  EXPECT_EQ(c.ask("CLIENT TRACKING ON"), "OK");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON BCAST"),
            "-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then "
            "re-enabling it with a different mode.");
  EXPECT_EQ(c.ask("CLIENT CACHING YES"),
            "-ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
  EXPECT_EQ(c.ask("CLIENT CACHING NO"),
            "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
  EXPECT_EQ(c.ask("CLIENT CACHING x"), "-ERR syntax error");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON OPTIN"), "OK");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON OPTOUT"),
            "-ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then "
            "re-enabling it with a different mode.");
  EXPECT_EQ(c.ask("CLIENT TRACKING OFF"), "OK");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON BCAST PREFIX foo"), "OK");
  EXPECT_EQ(c.ask("CLIENT TRACKING ON BCAST PREFIX fo"),
            "-ERR Prefix 'fo' overlaps with an existing prefix 'foo'. Prefixes for a single client must not "
            "overlap.");
}

// A client that says that it wants no replies still wants to know what it must forget.
TEST_P(TrackingTest, PushesAreNoReplies) {
  start();
  TestClient c = tracking();
  TestClient writer = client();
  c.post("CLIENT REPLY OFF");
  c.post("MGET a b");
  c.post("SET a 1");
  EXPECT_EQ(c.next(), gone("a"));
  EXPECT_EQ(writer.ask("SET b 1"), "OK");
  EXPECT_EQ(c.next(), gone("b"));
  EXPECT_EQ(c.ask("CLIENT REPLY ON"), "OK");
}

// Invalidations of one key while others read it anew: nobody keeps what is not so any more.
TEST_P(TrackingTest, ACacheThatFollowsTheMessagesIsNeverStaleInTheEnd) {
  start();
  std::vector<TestClient> readers;
  readers.reserve(8);
  for (int i = 0; i < 8; ++i) readers.push_back(tracking());
  TestClient writer = client();
  std::string reads;
  for (int i = 0; i < 50; ++i) reads += request({"GET", "k"});
  for (int round = 0; round < 50; ++round) {
    for (TestClient& reader : readers) ASSERT_TRUE(reader.send(reads));
    ASSERT_EQ(writer.ask({"SET", "k", std::to_string(round)}), "OK");
    for (TestClient& reader : readers) {
      // After the last reply either it is the new value, or there is a message behind it.
      std::string last;
      int replies = 0;
      bool told = false;
      while (replies < 50) {
        const std::string line = reader.next();
        ASSERT_NE(line, "(nothing)");
        if (line == gone("k")) {
          told = true;
          last.clear();
        } else {
          ++replies;
          last = line;
        }
      }
      if (last != "\"" + std::to_string(round) + "\"") {
        ASSERT_EQ(reader.next(), gone("k")) << "holds " << last << ", told before: " << told;
      }
    }
  }
}

}  // namespace
}  // namespace baton
