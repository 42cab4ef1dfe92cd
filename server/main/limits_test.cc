// What protects the server from its clients: numbers of clients, idle times, buffers, memory.
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "server/main/test_server.h"

namespace baton {
namespace {

class LimitsTest : public ServerTest {};
BATON_EACH_THREADING(LimitsTest);

TEST_P(LimitsTest, OneClientTooManyIsToldAndClosed) {
  start({"--maxclients", "10"});
  std::vector<TestClient> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(client());
    EXPECT_EQ(clients.back().ask("PING"), "PONG");
  }
  TestClient extra = client();
  EXPECT_EQ(extra.next(), "-ERR max number of clients reached");
  EXPECT_TRUE(extra.closed_by_server());
  EXPECT_NE(clients[0].text_of("INFO stats").find("rejected_connections:1\r"), std::string::npos);
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return client().ask("PING") == "PONG"; }));
  EXPECT_EQ(clients[0].ask("CONFIG SET maxclients 20"), "OK");
  EXPECT_EQ(client().ask("PING"), "PONG");
  EXPECT_EQ(client().ask("PING"), "PONG");
}

// The default of maxclients, or what the system lets both processes open.
TEST(ManyClients, TheDefaultNumberIsServedAndOneMoreIsTold) {
  constexpr rlim_t kOfTheTest = 100;  // descriptors besides those of the clients, in either process
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 10'000 + kOfTheTest);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_GT(files.rlim_cur, 2 * kOfTheTest);
  const std::size_t most = files.rlim_cur - kOfTheTest;
  const TemporaryDirectory directory;
  TestServer server(directory.path(), {"--maxclients", std::to_string(most), "--io-threads", "4"});
  std::vector<TestClient> clients;
  clients.reserve(most);
  while (clients.size() < most) {
    clients.push_back(server.client());
    // So that the queue of the listening socket does not overflow.
    if (clients.size() % 100 == 0) {
      ASSERT_EQ(clients.back().ask("PING"), "PONG");
    }
  }
  TestClient extra = server.client();
  EXPECT_EQ(extra.next(), "-ERR max number of clients reached");
  EXPECT_TRUE(extra.closed_by_server());
  EXPECT_NE(clients.front().text_of("INFO clients").find("connected_clients:" + std::to_string(most) + "\r"),
            std::string::npos);
  EXPECT_NE(clients.front().text_of("INFO stats").find("rejected_connections:1\r"), std::string::npos);
  for (TestClient& c : clients) c.post("PING");
  for (TestClient& c : clients) ASSERT_EQ(c.next(), "PONG");
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return server.client().ask("PING") == "PONG"; }));
}

TEST_P(LimitsTest, IdleClientsAreClosedAndListenersAreNot) {
  start({"--timeout", "1"});
  TestClient idle = client();
  TestClient listener = client();
  EXPECT_EQ(listener.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  EXPECT_EQ(idle.ask("PING"), "PONG");
  TestClient busy = client();
  EXPECT_TRUE(eventually([&] { return busy.ask("PING") == "PONG" && idle.has_ended(); }));
  EXPECT_EQ(busy.ask("PUBLISH ch m"), ":1");
  EXPECT_EQ(listener.next(), "[\"message\" \"ch\" \"m\"]");
}

TEST_P(LimitsTest, AMonitorMayBeIdle) {
  start({"--timeout", "1"});
  TestClient monitor = client();
  EXPECT_EQ(monitor.ask("MONITOR"), "OK");
  for (int i = 0; i < 2; ++i) {
    // It came later, and is too old already.
    TestClient idle = client();
    EXPECT_TRUE(eventually([&] { return idle.has_ended(); }));
  }
  EXPECT_FALSE(monitor.has_ended());
}

TEST_P(LimitsTest, WhoCannotBeAcceptedIsServedWhenDescriptorsAreFreeAgain) {
  start();
  TestClient boss = client();
  EXPECT_EQ(boss.ask("PING"), "PONG");
  rlimit before{};
  ASSERT_EQ(::prlimit(server().pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const std::filesystem::directory_iterator open("/proc/" + std::to_string(server().pid()) + "/fd");
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(std::distance(begin(open), end(open)));
  ASSERT_EQ(::prlimit(server().pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  // The system takes connections that the server cannot: the last one of these.
  std::vector<TestClient> late;
  do {
    late.push_back(client());
    late.back().post("PING");
  } while (late.back().has_reply(50) && late.size() < 30);
  EXPECT_LT(late.size(), 30u);
  EXPECT_EQ(boss.ask("PING"), "PONG");
  ASSERT_EQ(::prlimit(server().pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  EXPECT_EQ(late.back().next(), "PONG");
}

TEST_P(LimitsTest, AListenerThatDoesNotReadIsClosed) {
  start({"--client-output-buffer-limit", "pubsub 1mb 0 0"});
  TestClient slow = client();
  TestClient good = client();
  EXPECT_EQ(slow.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  EXPECT_EQ(good.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  TestClient publisher = client();
  const std::string message(100'000, 'm');
  int received = 0;
  // More than the sockets' own buffers hold.
  EXPECT_TRUE(eventually([&] {
    const std::string listeners = publisher.ask({"PUBLISH", "ch", message});
    EXPECT_TRUE(good.next().starts_with("[\"message\" \"ch\" "));
    ++received;
    return listeners == ":1";
  }));
  EXPECT_LT(received, 1000);
  EXPECT_NE(publisher.text_of("INFO stats").find("client_output_buffer_limit_disconnections:1\r"),
            std::string::npos);
}

TEST_P(LimitsTest, AListenerOverTheSoftLimitIsClosedAfterItsTime) {
  start({"--client-output-buffer-limit", "pubsub 0 100kb 1"});
  TestClient slow = client();
  EXPECT_EQ(slow.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  TestClient publisher = client();
  for (int i = 0; i < 120; ++i) (void)publisher.ask({"PUBLISH", "ch", std::string(100'000, 'm')});
  EXPECT_TRUE(eventually([&] { return publisher.ask("PUBSUB NUMSUB ch") == "[\"ch\" :0]"; }));
}

TEST_P(LimitsTest, ARequestThatGrowsBeyondTheQueryBufferIsCutOff) {
  start({"--client-query-buffer-limit", "1mb"});
  TestClient other = client();
  TestClient c = client();
  // Many arguments of one command that never ends.
  std::string bytes = "*100000\r\n";
  for (int i = 0; i < 30'000; ++i) bytes += "$100\r\n" + std::string(100, 'x') + "\r\n";
  (void)c.send(bytes);
  EXPECT_TRUE(c.closed_by_server());
  EXPECT_EQ(other.ask("PING"), "PONG");
  EXPECT_NE(other.text_of("INFO stats").find("client_query_buffer_limit_disconnections:1\r"),
            std::string::npos);
}

TEST_P(LimitsTest, ATransactionThatGrowsBeyondTheQueryBufferIsCutOff) {
  start({"--client-query-buffer-limit", "1mb"});
  TestClient other = client();
  TestClient c = client();
  EXPECT_EQ(c.ask("MULTI"), "OK");
  const std::string value(100'000, 'x');
  std::string reply = "QUEUED";
  int queued = 0;
  for (; reply == "QUEUED" && queued < 20; ++queued) reply = c.ask({"SET", "k", value});
  EXPECT_EQ(reply, "(closed)");
  EXPECT_EQ(queued, 11);  // ten of them fit
  EXPECT_EQ(other.ask("EXISTS k"), ":0");
  EXPECT_NE(other.text_of("INFO stats").find("client_query_buffer_limit_disconnections:1\r"),
            std::string::npos);
}

// What a session that waits for the end of a pause has been given counts like what waits in its socket.
TEST_P(LimitsTest, RepliesOfAPausedClientAreHeldToItsOutputLimit) {
  start({"--client-output-buffer-limit", "normal 1mb 0 0"});
  TestClient boss = client();
  EXPECT_EQ(boss.ask({"SET", "large", std::string(100'000, 'x')}), "OK");
  EXPECT_EQ(boss.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  std::string pipeline;
  for (int i = 0; i < 30; ++i) pipeline += request({"GET", "large"});
  TestClient greedy = client();
  greedy.send(pipeline + request({"SET", "k", "v"}));
  EXPECT_TRUE(greedy.closed_by_server());
  EXPECT_EQ(boss.ask("EXISTS k"), ":0");
  EXPECT_TRUE(eventually([&] {
    return boss.text_of("INFO stats").find("client_output_buffer_limit_disconnections:1\r") !=
           std::string::npos;
  }));
  EXPECT_EQ(boss.ask("CLIENT UNPAUSE"), "OK");
  EXPECT_EQ(boss.ask("EXISTS k"), ":0");
}

TEST_P(LimitsTest, MessagesForAPausedClientAreHeldToItsOutputLimit) {
  start({"--client-output-buffer-limit", "normal 1mb 0 0"});
  TestClient boss = client();
  TestClient monitor = client();
  EXPECT_EQ(monitor.ask("MONITOR"), "OK");
  EXPECT_EQ(boss.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  monitor.post("SET k v");
  EXPECT_TRUE(eventually(
      [&] { return boss.text_of("INFO clients").find("blocked_clients:1\r") != std::string::npos; }));
  const std::string key(100'000, 'x');
  for (int i = 0; i < 8; ++i) EXPECT_EQ(boss.ask({"GET", key}), "nil");
  EXPECT_FALSE(monitor.has_ended()) << "it is within its limit";
  for (int i = 0; i < 8; ++i) EXPECT_EQ(boss.ask({"GET", key}), "nil");
  EXPECT_TRUE(eventually([&] { return monitor.has_ended(); }));
  EXPECT_TRUE(eventually(
      [&] { return boss.text_of("INFO clients").find("connected_clients:1\r") != std::string::npos; }));
  EXPECT_EQ(boss.ask("CLIENT UNPAUSE"), "OK");
  EXPECT_EQ(boss.ask("EXISTS k"), ":0");
}

TEST_P(LimitsTest, ThreadsThatStartLaterHoldClientsToTheLimitsOfNow) {
  start();
  TestClient boss = client();
  EXPECT_EQ(boss.ask("CONFIG SET proto-max-bulk-len 1mb"), "OK");
  EXPECT_EQ(boss.ask("CONFIG SET io-threads 3"), "OK");
  EXPECT_EQ(boss.ask("CONFIG SET io-threads 8"), "OK");
  for (int i = 0; i < 8; ++i) {
    TestClient c = client();
    c.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048577\r\n");
    EXPECT_EQ(c.next(), "-ERR Protocol error: invalid bulk length");
  }
}

TEST_P(LimitsTest, AnArgumentMayNotExceedItsBound) {
  start({"--proto-max-bulk-len", "1mb"});
  TestClient c = client();
  EXPECT_EQ(c.ask({"SET", "k", std::string(1 << 20, 'x')}), "OK");
  c.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048577\r\n");
  EXPECT_EQ(c.next(), "-ERR Protocol error: invalid bulk length");
  EXPECT_TRUE(c.closed_by_server());
}

TEST_P(LimitsTest, WritesAreRefusedWhenMemoryIsUsedUp) {
  start({"--maxmemory", "2mb"});
  TestClient c = client();
  std::string reply = "OK";
  int keys = 0;
  for (; reply == "OK" && keys < 100; ++keys)
    reply = c.ask({"SET", "k" + std::to_string(keys), std::string(100'000, 'x')});
  EXPECT_EQ(reply, "-OOM command not allowed when used memory > 'maxmemory'.");
  EXPECT_EQ(c.ask("APPEND k0 x"), reply);
  EXPECT_EQ(c.ask("GET absent"), "nil");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("SET k v"), reply);
  EXPECT_EQ(c.ask("EXEC"), "-EXECABORT Transaction discarded because of previous errors.");
  EXPECT_EQ(c.ask("DEL k0 k1"), ":2");
  EXPECT_EQ(c.ask("SET k v"), "OK");
  EXPECT_EQ(c.ask("CONFIG SET maxmemory 0"), "OK");
  EXPECT_EQ(c.ask({"SET", "more", std::string(3'000'000, 'x')}), "OK");
}

TEST_P(LimitsTest, AClientThatDoesNotReadHindersNobody) {
  start();
  TestClient other = client();
  EXPECT_EQ(other.ask({"SET", "large", std::string(1 << 20, 'x')}), "OK");
  {
    TestClient greedy = client();
    std::string pipeline;
    for (int i = 0; i < 200; ++i) pipeline += request({"GET", "large"});
    ASSERT_TRUE(greedy.send(pipeline));
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(other.ask("PING"), "PONG");
  }
  EXPECT_TRUE(eventually(
      [&] { return other.text_of("INFO clients").find("connected_clients:1\r") != std::string::npos; }));
}

TEST_P(LimitsTest, ManyConnectionsComeAndGo) {
  start();
  TestClient boss = client();
  for (int round = 0; round < 20; ++round) {
    std::vector<TestClient> clients;
    clients.reserve(50);
    for (int i = 0; i < 50; ++i) clients.push_back(client());
    for (TestClient& c : clients) c.post("SET k v");
    for (std::size_t i = 0; i < clients.size(); i += 2) EXPECT_EQ(clients[i].next(), "OK");
  }
  EXPECT_TRUE(eventually(
      [&] { return boss.text_of("INFO clients").find("connected_clients:1\r") != std::string::npos; }));
  EXPECT_NE(boss.text_of("INFO stats").find("total_connections_received:1001\r"), std::string::npos);
}

// Memory that was given up and is freed later must not stand in the way of a write.
TEST_P(LimitsTest, RoomIsMadeFromWhatWaitsToBeFreed) {
  start({"--maxmemory", "40mb"});
  TestClient c = client();
  const std::string value(1'000'000, 'v');
  for (int round = 0; round < 3; ++round) {
    int i = 0;
    std::string answer;
    while ((answer = c.ask({"SET", "key:" + std::to_string(i), value})) == "OK") ++i;
    ASSERT_TRUE(answer.starts_with("-OOM")) << answer;
    c.send(request({"FLUSHALL", "ASYNC"}) + request({"SET", "a", "b"}) + request({"DBSIZE"}));
    EXPECT_EQ(c.next(), "OK");
    EXPECT_EQ(c.next(), "OK");
    EXPECT_EQ(c.next(), ":1");
  }
}

}  // namespace
}  // namespace baton
