// CONFIG GET, SET, RESETSTAT, REWRITE, and io-threads changed under traffic.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
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
  static bool can_connect(const char* address, int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, address, &to.sin_addr);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    ::close(fd);
    return connected;
  }
  // Of the server's end: two hexadecimal digits.
  static std::string timer_of(const TestClient& client) {
    const auto hex_port = [](const std::string& address) {
      char text[5];
      std::snprintf(text, sizeof text, "%04X", std::stoi(address.substr(address.rfind(':') + 1)));
      return std::string(":") + text;
    };
    const std::string server = hex_port(client.peer_address());
    const std::string peer = hex_port(client.local_address());
    std::istringstream lines(content("/proc/net/tcp"));
    for (std::string line; std::getline(lines, line);) {
      const Words words = split_words(line);
      if (words.size() > 5 && words[1].ends_with(server) && words[2].ends_with(peer))
        return words[5].substr(0, 2);
    }
    return "(no such connection)";
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
  clients.reserve(kClients);
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

TEST_P(ConfigCommandsTest, ThePortMovesAndEstablishedConnectionsLiveOn) {
  start();
  TestClient c = client();
  const int old_port = server().port();
  const int new_port = free_port();
  EXPECT_EQ(c.ask("CONFIG SET port " + std::to_string(new_port)), "OK");
  EXPECT_EQ(c.ask("PING"), "PONG");
  EXPECT_FALSE(can_connect("127.0.0.1", old_port));
  EXPECT_TRUE(can_connect("127.0.0.1", new_port));
  EXPECT_NE(c.text_of("INFO server").find("tcp_port:" + std::to_string(new_port) + "\r"), std::string::npos);
  EXPECT_EQ(c.ask("CONFIG SET port " + std::to_string(old_port)), "OK");
  EXPECT_EQ(client().ask("PING"), "PONG");
  EXPECT_EQ(c.ask("CONFIG SET port 0"), "OK");
  EXPECT_FALSE(can_connect("127.0.0.1", old_port));
  EXPECT_EQ(c.ask("PING"), "PONG");
}

TEST_P(ConfigCommandsTest, ATakenPortIsRefusedAndNothingChanges) {
  start();
  TestServer other(directory(), {});
  TestClient c = client();
  const std::string port = std::to_string(server().port());
  const std::string taken = std::to_string(other.port());
  EXPECT_NE(c.ask("CONFIG SET maxclients 50 port " + taken).find("Address already in use"),
            std::string::npos);
  EXPECT_EQ(c.ask("CONFIG GET port maxclients"), "[\"port\" \"" + port + "\" \"maxclients\" \"10000\"]");
  EXPECT_EQ(client().ask("PING"), "PONG");
  EXPECT_EQ(other.client().ask("PING"), "PONG");
}

TEST_P(ConfigCommandsTest, AddressesMoveAndOnesThatAreNotHereAreRefused) {
  start();
  TestClient c = client();
  const int port = server().port();
  ASSERT_FALSE(can_connect("127.0.0.2", port)) << "it listens on 127.0.0.1 alone";
  EXPECT_EQ(c.ask({"CONFIG", "SET", "bind", "127.0.0.2"}), "OK");
  EXPECT_TRUE(can_connect("127.0.0.2", port));
  EXPECT_FALSE(can_connect("127.0.0.1", port));
  EXPECT_EQ(c.ask("PING"), "PONG");
  // 192.0.2.1 is for documentation: no machine has it.
  EXPECT_TRUE(c.ask({"CONFIG", "SET", "bind", "127.0.0.1 192.0.2.1"}).starts_with("-ERR CONFIG SET failed"));
  EXPECT_EQ(c.ask("CONFIG GET bind"), "[\"bind\" \"127.0.0.2\"]");
  EXPECT_TRUE(can_connect("127.0.0.2", port));
  EXPECT_EQ(c.ask({"CONFIG", "SET", "bind", "127.0.0.1 -192.0.2.1"}), "OK");
  EXPECT_EQ(client().ask("PING"), "PONG");
}

// The kernel says of each connection which timer runs: 02 is that of the probes.
TEST_P(ConfigCommandsTest, KeepaliveHoldsForNewConnections) {
  start();
  TestClient probed = client();
  EXPECT_EQ(probed.ask("PING"), "PONG");
  // Another one runs as long as the reply is on its way.
  EXPECT_TRUE(eventually([&] { return timer_of(probed) == "02"; })) << timer_of(probed);
  EXPECT_EQ(probed.ask("CONFIG SET tcp-keepalive 0"), "OK");
  TestClient silent = client();
  EXPECT_EQ(silent.ask("PING"), "PONG");
  EXPECT_TRUE(eventually([&] { return timer_of(silent) == "00"; })) << timer_of(silent);
  EXPECT_TRUE(eventually([&] { return timer_of(probed) == "02"; })) << timer_of(probed);
}

TEST_P(ConfigCommandsTest, AbsentFeaturesAreNamedWhenTheyAreAskedFor) {
  start();
  TestClient c = client();
  EXPECT_EQ(
      c.ask("CONFIG SET repl-timeout 120"),
      "-ERR CONFIG SET failed (possibly related to argument 'repl-timeout') - replication is not in this "
      "version of Baton, only '60' is accepted");
  EXPECT_EQ(c.ask("CONFIG SET appendonly no rdbcompression no hash-max-ziplist-entries 9"), "OK");
  EXPECT_EQ(c.ask("CONFIG GET hash-max-listpack-entries rdbcompression save"),
            "[\"save\" \"\" \"hash-max-listpack-entries\" \"9\" \"rdbcompression\" \"no\"]");
}

}  // namespace
}  // namespace baton
