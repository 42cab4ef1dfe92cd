// CLIENT and its subcommands.
#include <algorithm>

#include "server/main/test_server.h"

namespace baton {
namespace {

class ClientCommandsTest : public ServerTest {
 protected:
  static std::string id_of(TestClient& c) { return c.ask("CLIENT ID").substr(1); }
};
BATON_EACH_THREADING(ClientCommandsTest);

std::string field(const std::string& line, const std::string& name) {
  for (const std::string& word : split_words(line))
    if (word.starts_with(name + "=")) return word.substr(name.size() + 1);
  return "(none)";
}

TEST_P(ClientCommandsTest, ALineHasTheFieldsOfRedisInTheirOrder) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT SETNAME me"), "OK");
  const std::string line = c.text_of("CLIENT INFO");
  std::string names;
  for (const std::string& word : split_words(line)) names += word.substr(0, word.find('=')) + " ";
  EXPECT_EQ(names,
            "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf qbuf-free argv-mem "
            "multi-mem rbs rbp "
            "obl oll omem tot-mem events cmd user redir resp lib-name lib-ver io-thread tot-net-in "
            "tot-net-out tot-cmds ");
  EXPECT_EQ(field(line, "addr"), c.local_address());
  EXPECT_EQ(field(line, "laddr"), c.peer_address());
  EXPECT_EQ(field(line, "name"), "me");
  EXPECT_EQ(field(line, "flags"), "N");
  EXPECT_EQ(field(line, "cmd"), "client|info");
  EXPECT_EQ(field(line, "user"), "default");
  EXPECT_EQ(field(line, "resp"), "2");
  EXPECT_EQ(field(line, "io-thread") == "0", GetParam().io_threads == 1);
}

TEST_P(ClientCommandsTest, ListShowsEverybodyOrThoseAskedFor) {
  start();
  TestClient a = client();
  TestClient b = client();
  TestClient listener = client();
  EXPECT_EQ(listener.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  EXPECT_EQ(b.ask("MULTI"), "OK");
  EXPECT_EQ(b.ask("GET k"), "QUEUED");
  const std::string all = a.text_of("CLIENT LIST");
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 3);
  EXPECT_NE(all.find("flags=x db=0 sub=0 psub=0 ssub=0 multi=1 "), std::string::npos) << all;
  EXPECT_NE(all.find("flags=P db=0 sub=1 "), std::string::npos) << all;
  const std::string pubsub = a.text_of("CLIENT LIST TYPE pubsub");
  EXPECT_EQ(std::count(pubsub.begin(), pubsub.end(), '\n'), 1);
  EXPECT_EQ(field(pubsub, "addr"), listener.local_address());
  const std::string some = a.text_of("CLIENT LIST ID 1 999");
  EXPECT_EQ(std::count(some.begin(), some.end(), '\n'), 1);
  EXPECT_EQ(a.ask("CLIENT LIST TYPE foo"), "-ERR Unknown client type 'foo'");
  EXPECT_EQ(a.ask("CLIENT LIST ID x"), "-ERR Invalid client ID");
  EXPECT_EQ(a.ask("CLIENT LIST FOO"), "-ERR syntax error");
}

TEST_P(ClientCommandsTest, NamesAndLibrariesAreChecked) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT GETNAME"), "nil");
  EXPECT_EQ(c.ask({"CLIENT", "SETNAME", "with space"}),
            "-ERR Client names cannot contain spaces, newlines or special characters.");
  EXPECT_EQ(c.ask("CLIENT SETNAME me"), "OK");
  EXPECT_EQ(c.ask("CLIENT GETNAME"), "\"me\"");
  EXPECT_EQ(c.ask({"CLIENT", "SETNAME", ""}), "OK");
  EXPECT_EQ(c.ask("CLIENT GETNAME"), "nil");
  EXPECT_EQ(c.ask("CLIENT SETINFO lib-name redis-py"), "OK");
  EXPECT_EQ(c.ask("CLIENT SETINFO LIB-VER 4.3.4"), "OK");
  EXPECT_EQ(c.ask("CLIENT SETINFO foo bar"), "-ERR Unrecognized option 'foo'");
  EXPECT_EQ(c.ask({"CLIENT", "SETINFO", "lib-name", "a b"}),
            "-ERR lib-name cannot contain spaces, newlines or special characters.");
  const std::string line = c.text_of("CLIENT INFO");
  EXPECT_EQ(field(line, "lib-name"), "redis-py");
  EXPECT_EQ(field(line, "lib-ver"), "4.3.4");
}

TEST_P(ClientCommandsTest, KillFindsItsVictimsByEachFilter) {
  start();
  TestClient killer = client();
  const auto victim_of = [&](auto&& command) {
    TestClient victim = client();
    EXPECT_EQ(victim.ask("PING"), "PONG");
    EXPECT_EQ(killer.ask(command(victim)), ":1");
    EXPECT_TRUE(victim.closed_by_server());
  };
  victim_of([](TestClient& v) { return "CLIENT KILL ID " + id_of(v); });
  victim_of([](TestClient& v) { return "CLIENT KILL ADDR " + v.local_address(); });
  victim_of([](TestClient& v) { return "CLIENT KILL LADDR " + v.peer_address() + " SKIPME yes"; });
  victim_of([](TestClient&) { return std::string("CLIENT KILL USER default"); });
  victim_of([](TestClient&) { return std::string("CLIENT KILL TYPE normal"); });
  victim_of([](TestClient& v) {
    EXPECT_EQ(v.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
    return std::string("CLIENT KILL TYPE pubsub");
  });
  EXPECT_EQ(killer.ask("PUBSUB NUMSUB ch"), "[\"ch\" :0]");
  TestClient victim = client();
  EXPECT_EQ(victim.ask("PING"), "PONG");
  EXPECT_EQ(killer.ask("CLIENT KILL " + victim.local_address()), "OK");
  EXPECT_TRUE(victim.closed_by_server());
  EXPECT_EQ(killer.ask("CLIENT KILL ID 999"), ":0");
  EXPECT_EQ(killer.ask("CLIENT KILL TYPE normal ID 999"), ":0");
  EXPECT_EQ(killer.ask("CLIENT KILL MAXAGE 100000"), ":0");
  EXPECT_EQ(killer.ask("CLIENT KILL 1.2.3.4:5"), "-ERR No such client");
}

// A client that kills others may count on it: nobody of them is served, or takes part in anything, any more.
TEST_P(ClientCommandsTest, KillAnswersWhenItsVictimsAreGone) {
  start();
  TestClient killer = client();
  for (int round = 0; round < 50; ++round) {
    std::vector<TestClient> victims;
    for (int i = 0; i < 4; ++i) {
      victims.push_back(client());
      EXPECT_EQ(victims.back().ask("PING"), "PONG");
    }
    EXPECT_EQ(killer.ask("CLIENT KILL TYPE normal"), ":4");
    for (TestClient& victim : victims) EXPECT_TRUE(victim.has_ended()) << "round " << round;
  }
  // Also when it kills in the middle of a pipeline or a transaction, and its victims have commands under way.
  TestClient victim = client();
  EXPECT_EQ(victim.ask("PING"), "PONG");
  killer.send(request({"MULTI"}) + request({"CLIENT", "KILL", "TYPE", "normal"}) + request({"EXEC"}) +
              request({"PING"}));
  EXPECT_EQ(killer.next(), "OK");
  EXPECT_EQ(killer.next(), "QUEUED");
  EXPECT_EQ(killer.next(), "[:1]");
  EXPECT_TRUE(victim.has_ended());
  EXPECT_EQ(killer.next(), "PONG");
}

// Neither may wait for the other for ever.
TEST_P(ClientCommandsTest, ClientsThatKillEachOtherAllEnd) {
  start();
  for (int round = 0; round < 20; ++round) {
    TestClient a = client();
    TestClient b = client();
    const std::string kill_b = request({"CLIENT", "KILL", "ID", id_of(b)});
    const std::string kill_a = request({"CLIENT", "KILL", "ID", id_of(a)});
    a.send(kill_b);
    b.send(kill_a);
    // Whoever came first was answered, and may have been killed by nobody.
    const std::string to_a = a.next();
    const std::string to_b = b.next();
    EXPECT_TRUE((to_a == ":1" && to_b == "(closed)") || (to_a == "(closed)" && to_b == ":1"))
        << to_a << " and " << to_b;
  }
  TestClient last = client();
  EXPECT_EQ(last.ask("CLIENT KILL TYPE normal SKIPME yes"), ":0");
}

TEST_P(ClientCommandsTest, KillRefusesBadFilters) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT KILL ID 0"), "-ERR client-id should be greater than 0");
  EXPECT_EQ(c.ask("CLIENT KILL ID x"), "-ERR client-id should be greater than 0");
  EXPECT_EQ(c.ask("CLIENT KILL TYPE x"), "-ERR Unknown client type 'x'");
  EXPECT_EQ(c.ask("CLIENT KILL USER nobody"), "-ERR No such user 'nobody'");
  EXPECT_EQ(c.ask("CLIENT KILL SKIPME maybe"), "-ERR syntax error");
  EXPECT_EQ(c.ask("CLIENT KILL MAXAGE x"), "-ERR maxage is not an integer or out of range");
  EXPECT_EQ(c.ask("CLIENT KILL MAXAGE 0"), "-ERR maxage should be greater than 0");
  EXPECT_EQ(c.ask("CLIENT KILL ID 1 TYPE"), "-ERR syntax error");
  EXPECT_EQ(c.ask("CLIENT KILL FOO bar"), "-ERR syntax error");
}

TEST_P(ClientCommandsTest, AClientMayKillItselfAndIsTold) {
  start();
  TestClient c = client();
  c.send(request({"CLIENT", "KILL", "ID", id_of(c), "SKIPME", "no"}) + request({"SET", "k", "after"}));
  EXPECT_EQ(c.next(), ":1");
  EXPECT_TRUE(c.closed_by_server());
  TestClient old = client();
  EXPECT_EQ(old.ask("CLIENT KILL " + old.local_address()), "OK");
  EXPECT_TRUE(old.closed_by_server());
  EXPECT_EQ(client().ask("GET k"), "nil");
}

TEST_P(ClientCommandsTest, PauseLetsCommandsWaitUntilUnpause) {
  start();
  TestClient boss = client();
  TestClient writer = client();
  TestClient reader = client();
  TestClient transaction = client();
  EXPECT_EQ(transaction.ask("MULTI"), "OK");
  EXPECT_EQ(transaction.ask("INCR n"), "QUEUED");
  EXPECT_EQ(boss.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  writer.send(request({"SET", "k", "v"}) + request({"PING"}));
  EXPECT_EQ(reader.ask("GET k"), "nil");
  EXPECT_EQ(boss.text_of("INFO clients").find("paused_actions:write") != std::string::npos, true);
  EXPECT_FALSE(writer.has_reply());
  transaction.post("EXEC");
  TestClient publisher = client();
  publisher.post("PUBLISH ch m");
  EXPECT_TRUE(eventually(
      [&] { return boss.text_of("INFO clients").find("blocked_clients:3\r") != std::string::npos; }));
  EXPECT_EQ(reader.ask("GET n"), "nil");
  EXPECT_EQ(boss.ask("CLIENT UNPAUSE"), "OK");
  EXPECT_EQ(writer.next(), "OK");
  EXPECT_EQ(writer.next(), "PONG");
  EXPECT_EQ(transaction.next(), "[:1]");
  EXPECT_EQ(publisher.next(), ":0");
}

TEST_P(ClientCommandsTest, PauseEndsByItself) {
  start();
  TestClient boss = client();
  TestClient other = client();
  EXPECT_EQ(other.ask("SET k v"), "OK");
  EXPECT_EQ(boss.ask("CLIENT PAUSE 300"), "OK");
  const auto begin = std::chrono::steady_clock::now();
  other.send(request({"GET", "k"}) + request({"GET", "k"}));
  EXPECT_FALSE(other.has_reply(50));
  EXPECT_EQ(other.next(), "\"v\"");
  EXPECT_EQ(other.next(), "\"v\"");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(250));
}

TEST_P(ClientCommandsTest, APauseIsLengthenedNeverShortenedAndAnEndedOneIsForgotten) {
  start();
  TestClient boss = client();
  TestClient writer = client();
  EXPECT_EQ(boss.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  EXPECT_EQ(boss.ask("CLIENT PAUSE 1 WRITE"), "OK");
  writer.post("SET k v");
  EXPECT_FALSE(writer.has_reply(250)) << "the first pause holds";
  EXPECT_EQ(boss.ask("CLIENT UNPAUSE"), "OK");
  EXPECT_EQ(writer.next(), "OK");
  EXPECT_EQ(boss.ask("CLIENT PAUSE 1 WRITE"), "OK");
  EXPECT_EQ(writer.ask("SET k w"), "OK") << "the pause before is over";
}

TEST_P(ClientCommandsTest, APausedClientMayGoAway) {
  start();
  TestClient boss = client();
  {
    TestClient writer = client();
    EXPECT_EQ(writer.ask("PING"), "PONG");
    EXPECT_EQ(boss.ask("CLIENT PAUSE 100000 WRITE"), "OK");
    writer.post("SET k v");
  }
  TestClient killed = client();
  const std::string id = id_of(killed);
  killed.post("SET k v");
  EXPECT_TRUE(eventually(
      [&] { return boss.text_of("INFO clients").find("blocked_clients:0") == std::string::npos; }));
  EXPECT_EQ(boss.ask("CLIENT KILL ID " + id), ":1");
  EXPECT_TRUE(killed.closed_by_server());
  EXPECT_EQ(boss.ask("CLIENT UNPAUSE"), "OK");
  EXPECT_TRUE(eventually(
      [&] { return boss.text_of("INFO clients").find("connected_clients:1\r") != std::string::npos; }));
}

TEST_P(ClientCommandsTest, PauseRefusesBadArguments) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT PAUSE x"), "-ERR timeout is not an integer or out of range");
  EXPECT_EQ(c.ask("CLIENT PAUSE -1"), "-ERR timeout is negative");
  EXPECT_EQ(c.ask("CLIENT PAUSE 10 FOO"), "-ERR CLIENT PAUSE mode must be WRITE or ALL");
  EXPECT_EQ(c.ask("PING"), "PONG");
}

TEST_P(ClientCommandsTest, ReplyOffIsSilentUntilReplyOn) {
  start();
  TestClient c = client();
  c.send(request({"CLIENT", "REPLY", "OFF"}) + request({"SET", "k", "v"}) + request({"FOO"}) +
         request({"CLIENT", "REPLY", "SKIP"}) + request({"PING"}) + request({"PING"}) +
         request({"CLIENT", "REPLY", "ON"}));
  EXPECT_EQ(c.next(), "OK");
  EXPECT_EQ(c.ask("GET k"), "\"v\"");
}

TEST_P(ClientCommandsTest, ReplySkipLeavesOutTheNextReplyOnly) {
  start();
  TestClient c = client();
  c.send(request({"CLIENT", "REPLY", "SKIP"}) + request({"SET", "k", "v"}) + request({"GET", "k"}));
  EXPECT_EQ(c.next(), "\"v\"");
  c.send(request({"CLIENT", "REPLY", "SKIP"}) + request({"CLIENT", "REPLY", "SKIP"}) +
         request({"ECHO", "one"}) + request({"ECHO", "two"}));
  EXPECT_EQ(c.next(), "\"two\"");
  EXPECT_EQ(c.ask("CLIENT REPLY FOO"), "-ERR syntax error");
}

TEST_P(ClientCommandsTest, FlagsOfAConnectionAreShown) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT NO-EVICT on"), "OK");
  EXPECT_EQ(c.ask("CLIENT NO-TOUCH ON"), "OK");
  EXPECT_EQ(field(c.text_of("CLIENT INFO"), "flags"), "eT");
  EXPECT_EQ(c.ask("CLIENT NO-EVICT off"), "OK");
  EXPECT_EQ(c.ask("CLIENT NO-TOUCH off"), "OK");
  EXPECT_EQ(field(c.text_of("CLIENT INFO"), "flags"), "N");
  EXPECT_EQ(c.ask("CLIENT NO-EVICT maybe"), "-ERR syntax error");
  EXPECT_EQ(c.ask("CLIENT GETREDIR"), ":-1");
  EXPECT_EQ(c.ask("CLIENT UNBLOCK 1"), ":0");
  EXPECT_EQ(c.ask("CLIENT UNBLOCK 1 FOO"), "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
}

TEST_P(ClientCommandsTest, NoTouchLeavesIdleTimesAlone) {
  start();
  TestClient quiet = client();
  TestClient other = client();
  EXPECT_EQ(quiet.ask("CLIENT NO-TOUCH on"), "OK");
  EXPECT_EQ(quiet.ask("SET k v"), "OK");
  EXPECT_EQ(quiet.ask("SET l v"), "OK");
  EXPECT_TRUE(eventually([&] {
    // Neither a read nor a transaction of the quiet client makes the key young again.
    EXPECT_EQ(quiet.ask("GET k"), "\"v\"");
    EXPECT_EQ(quiet.ask("MULTI"), "OK");
    EXPECT_EQ(quiet.ask("GET k"), "QUEUED");
    EXPECT_EQ(quiet.ask("EXEC"), "[\"v\"]");
    return quiet.ask("OBJECT IDLETIME k") != ":0";
  }));
  EXPECT_EQ(quiet.ask("TOUCH k"), ":1");
  EXPECT_EQ(quiet.ask("OBJECT IDLETIME k"), ":0");
  EXPECT_EQ(other.ask("GET l"), "\"v\"");
  EXPECT_EQ(quiet.ask("OBJECT IDLETIME l"), ":0") << "other clients touch as always";
}

TEST_P(ClientCommandsTest, HelpIsALineForEachPart) {
  start();
  TestClient c = client();
  for (const std::string command :
       {"CLIENT", "CONFIG", "COMMAND", "OBJECT", "PUBSUB", "SLOWLOG", "LATENCY", "MEMORY", "DEBUG"}) {
    c.post(command + " HELP");
    const TestReply help = c.next_reply();
    if (command == "DEBUG") continue;  // refused: asked for in another test
    ASSERT_GT(help.items.size(), 3u) << command << help.str();
    EXPECT_TRUE(help.items[0].text.starts_with(command + " <subcommand>")) << help.items[0].text;
  }
}

}  // namespace
}  // namespace baton
