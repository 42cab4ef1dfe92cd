// CONFIG GET, SET, RESETSTAT, REWRITE, and io-threads changed under traffic.
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "server/main/test_server.h"

namespace baton {
namespace {

class ConfigCommandsTest : public ServerTest {
 protected:
  static std::string content(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
  }
};
BATON_EACH_THREADING(ConfigCommandsTest);

TEST_P(ConfigCommandsTest, GetShowsWhatMatches) {
  start({"--maxmemory", "100mb"});
  TestClient c = client();
  EXPECT_EQ(c.ask("CONFIG GET maxmemory"), "[\"maxmemory\" \"104857600\"]");
  EXPECT_EQ(c.ask("CONFIG GET io-threads io-threads"),
            "[\"io-threads\" \"" + std::to_string(GetParam().io_threads) + "\"]");
  EXPECT_EQ(c.ask("CONFIG GET nothing*"), "[]");
  EXPECT_NE(c.ask("CONFIG GET *").find("\"maxclients\" \"10000\""), std::string::npos);
  EXPECT_TRUE(c.ask("HELLO 3").starts_with("{"));
  EXPECT_EQ(c.ask("CONFIG GET maxmemory"), "{\"maxmemory\" \"104857600\"}");
}

TEST_P(ConfigCommandsTest, SetChangesAllOrNothing) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CONFIG SET maxmemory 50mb slowlog-max-len 7"), "OK");
  EXPECT_EQ(c.ask("CONFIG GET slowlog-max-len"), "[\"slowlog-max-len\" \"7\"]");
  EXPECT_TRUE(c.ask("CONFIG SET slowlog-max-len 9 maxmemory nonsense").starts_with("-ERR CONFIG SET failed"));
  EXPECT_EQ(c.ask("CONFIG GET slowlog-max-len"), "[\"slowlog-max-len\" \"7\"]");
  EXPECT_TRUE(c.ask("CONFIG SET slowlog-max-len 9 nothing 1")
                  .starts_with("-ERR Unknown option or number of arguments"));
  EXPECT_EQ(c.ask("CONFIG GET slowlog-max-len"), "[\"slowlog-max-len\" \"7\"]");
  EXPECT_TRUE(c.ask("CONFIG SET databases 3").starts_with("-ERR CONFIG SET failed"));
  EXPECT_EQ(c.ask("CONFIG SET maxmemory"), "-ERR wrong number of arguments for 'config|set' command");
}

TEST_P(ConfigCommandsTest, ResetstatStartsTheCountsAnew) {
  start();
  TestClient c = client();
  for (int i = 0; i < 50; ++i) (void)c.ask("GET k");
  (void)c.ask("FOO");
  EXPECT_EQ(c.ask("CONFIG RESETSTAT"), "OK");
  const std::string info = c.text_of("INFO all");
  EXPECT_NE(info.find("total_commands_processed:1\r"), std::string::npos) << info;
  EXPECT_NE(info.find("keyspace_misses:0\r"), std::string::npos);
  EXPECT_NE(info.find("total_error_replies:0\r"), std::string::npos);
  EXPECT_EQ(info.find("cmdstat_get"), std::string::npos);
  EXPECT_EQ(info.find("errorstat_"), std::string::npos);
}

TEST_P(ConfigCommandsTest, RewriteWritesTheFileItWasStartedFrom) {
  const std::string path = directory() + "/baton.conf";
  std::ofstream(path) << "# mine\nmaxmemory 10mb\n";
  start({path});
  TestClient c = client();
  EXPECT_EQ(c.ask("CONFIG SET maxmemory 20mb loglevel verbose"), "OK");
  EXPECT_EQ(c.ask("CONFIG REWRITE"), "OK");
  const std::string text = content(path);
  EXPECT_TRUE(text.starts_with("# mine\nmaxmemory 20mb\n")) << text;
  EXPECT_NE(text.find("loglevel verbose\n"), std::string::npos) << text;
  start({path});
  EXPECT_EQ(client().ask("CONFIG GET maxmemory"), "[\"maxmemory\" \"20971520\"]");
}

TEST_P(ConfigCommandsTest, RewriteThatFailsKeepsTheFile) {
  start();
  EXPECT_TRUE(client().ask("CONFIG REWRITE").starts_with("-ERR The server is running without a config file"));
  const std::string folder = directory() + "/folder";
  ASSERT_EQ(::mkdir(folder.c_str(), 0700), 0);
  std::ofstream(folder + "/baton.conf") << "maxmemory 10mb\n";
  start({folder + "/baton.conf"});
  TestClient c = client();
  EXPECT_EQ(c.ask("CONFIG SET maxmemory 20mb"), "OK");
  // Root may write everywhere, so the folder goes away instead.
  ASSERT_EQ(::rename(folder.c_str(), (directory() + "/moved").c_str()), 0);
  EXPECT_TRUE(c.ask("CONFIG REWRITE").starts_with("-ERR Rewriting config file"));
  EXPECT_EQ(content(directory() + "/moved/baton.conf"), "maxmemory 10mb\n");
}

TEST_P(ConfigCommandsTest, IoThreadsChangeUnderTrafficWithoutLosingAReply) {
  start();
  TestClient boss = client();
  constexpr int kClients = 12;
  constexpr int kPerRound = 200;
  std::vector<TestClient> clients;
  std::vector<int> sent(kClients), got(kClients);
  for (int i = 0; i < kClients; ++i) clients.push_back(client());
  const auto send_round = [&] {
    for (int i = 0; i < kClients; ++i) {
      std::string pipeline;
      for (int n = 0; n < kPerRound; ++n) pipeline += request({"INCR", "counter" + std::to_string(i)});
      ASSERT_TRUE(clients[static_cast<std::size_t>(i)].send(pipeline));
      sent[static_cast<std::size_t>(i)] += kPerRound;
    }
  };
  for (const int threads : {4, 1, 2, 8, 3, 1, 5, 1, 2, 4}) {
    send_round();
    boss.send(request({"CONFIG", "SET", "io-threads", std::to_string(threads)}));
    send_round();
    ASSERT_EQ(boss.next(), "OK");
    send_round();
    EXPECT_EQ(boss.ask("CONFIG GET io-threads"), "[\"io-threads\" \"" + std::to_string(threads) + "\"]");
    for (std::size_t i = 0; i < kClients; ++i)
      while (got[i] < sent[i]) ASSERT_EQ(clients[i].next(), ":" + std::to_string(++got[i])) << "client " << i;
    const std::string info = boss.text_of("INFO threads");
    EXPECT_NE(info.find("io_thread_" + std::to_string(threads - 1) + ":"), std::string::npos) << info;
    EXPECT_EQ(info.find("io_thread_" + std::to_string(threads) + ":"), std::string::npos) << info;
  }
  EXPECT_EQ(boss.text_of("CLIENT LIST").find("flags=A"), std::string::npos);
}

TEST_P(ConfigCommandsTest, IoThreadsChangeWhileClientsArePausedOrSubscribed) {
  start();
  TestClient boss = client();
  TestClient writer = client();
  TestClient listener = client();
  EXPECT_EQ(listener.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  EXPECT_EQ(boss.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  writer.send(request({"SET", "k", "v"}) + request({"GET", "k"}));
  for (const int threads : {3, 1, 4, 2}) {
    EXPECT_EQ(boss.ask("CONFIG SET io-threads " + std::to_string(threads)), "OK");
    EXPECT_EQ(boss.ask("GET k"), "nil");
  }
  EXPECT_EQ(boss.ask("CLIENT UNPAUSE"), "OK");
  EXPECT_EQ(writer.next(), "OK");
  EXPECT_EQ(writer.next(), "\"v\"");
  EXPECT_EQ(boss.ask("PUBLISH ch m"), ":1");
  EXPECT_EQ(listener.next(), "[\"message\" \"ch\" \"m\"]");
}

TEST_P(ConfigCommandsTest, PortCanBeMoved) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CONFIG SET port " + std::to_string(server().port())), "OK");
  EXPECT_EQ(c.ask("PING"), "PONG");
  EXPECT_EQ(client().ask("PING"), "PONG");
}

}  // namespace
}  // namespace baton
