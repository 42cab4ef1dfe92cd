// The server as a process: how it starts, what it refuses, what it leaves in files, how it ends.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "server/main/test_server.h"

namespace baton {
namespace {

std::string content(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

TestClient unix_client(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return TestClient(fd);
}

// --- before it serves ---

TEST(ServerStart, TellsItsVersionAndItsUse) {
  for (const char* flag : {"-v", "--version"}) {
    const Ended ended = run_server({flag});
    EXPECT_EQ(ended.status, 0);
    EXPECT_TRUE(ended.output.starts_with("Baton server v=")) << ended.output;
  }
  for (const char* flag : {"-h", "--help"}) {
    const Ended ended = run_server({flag});
    EXPECT_EQ(ended.status, 0);
    EXPECT_TRUE(ended.output.starts_with("Usage: baton-server ")) << ended.output;
  }
}

TEST(ServerStart, AnUnknownOrMalformedDirectiveIsRefusedWithItsPlace) {
  const TemporaryDirectory directory;
  const std::pair<std::string, std::string> cases[] = {
      {"port 7000\nfoo bar\n", "foo bar"},
      {"port 7000\nio-threads many\n", "io-threads many"},
      {"port 7000\nio-threads 500\n", "io-threads 500"},
      {"port 7000\nsave \"900 1\n", "save \"900 1"},
  };
  for (const auto& [text, line] : cases) {
    const std::string path = directory.file("bad.conf");
    std::ofstream(path) << text;
    const Ended ended = run_server({path});
    EXPECT_EQ(ended.status, 1) << text;
    EXPECT_NE(ended.output.find(path), std::string::npos) << ended.output;
    EXPECT_NE(ended.output.find('2'), std::string::npos) << ended.output;
    EXPECT_NE(ended.output.find(line), std::string::npos) << ended.output;
  }
  const Ended words = run_server({"--nonsense", "1"});
  EXPECT_EQ(words.status, 1);
  EXPECT_NE(words.output.find("nonsense"), std::string::npos) << words.output;
  const Ended missing = run_server({directory.file("absent.conf")});
  EXPECT_EQ(missing.status, 1);
  EXPECT_NE(missing.output.find("absent.conf"), std::string::npos) << missing.output;
}

TEST(ServerStart, ATakenPortIsRefused) {
  const TemporaryDirectory directory;
  TestServer first(directory.path(), {});
  // Also when I/O threads run already by then.
  for (const char* const io_threads : {"1", "4"}) {
    const Ended second = run_server(
        {"--bind", "127.0.0.1", "--port", std::to_string(first.port()), "--io-threads", io_threads});
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.output.find(std::to_string(first.port())), std::string::npos) << second.output;
  }
  EXPECT_EQ(first.client().ask("PING"), "PONG");
}

TEST(ServerStart, AFolderThatIsNotThereIsRefused) {
  const Ended ended = run_server({"--port", "0", "--dir", "/nowhere/at/all"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.output.find("/nowhere/at/all"), std::string::npos) << ended.output;
}

TEST(ServerStart, RenamingACommandThatIsNotThereIsRefused) {
  const Ended ended = run_server({"--port", "0", "--rename-command", "nonsense", "x"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.output.find("rename-command nonsense x: No such command"), std::string::npos)
      << ended.output;
}

TEST(ServerStart, OrdersForWhatIsNotThereAreRefusedByName) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("redis.conf");
  const std::pair<const char*, const char*> cases[] = {
      {"loadmodule /a.so", "modules are not in this version"},
      {"user default on nopass ~k* &* +@all", "users other than the default one are not in this version"},
      {"replicaof 10.0.0.1 6379", "replication is not in this version"},
      {"save 900 1", "persistence is not in this version"}};
  for (const auto& [line, reason] : cases) {
    std::ofstream(path) << line << "\n";
    const Ended ended = run_server({path});
    EXPECT_EQ(ended.status, 1) << line;
    EXPECT_NE(ended.output.find(reason), std::string::npos) << ended.output;
  }
}

TEST(ServerStart, RemovingACommandThatIsNotThereHindersNobodyRenamingItDoes) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("redis.conf");
  std::ofstream(path) << "rename-command BGSAVE \"\"\nrename-command EVAL \"\"\n"
                      << "user default on nopass sanitize-payload ~* &* +@all\n";
  {
    TestServer server(directory.path(), {path});
    EXPECT_EQ(server.client().ask("PING"), "PONG");
  }
  std::ofstream(path) << "port 0\nrename-command BGSAVE other\n";
  const Ended ended = run_server({path});
  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.output.find("No such command (" + path + ", line 2)"), std::string::npos) << ended.output;
}

TEST(ServerStart, ABacklogBeyondTheKernelsIsSaid) {
  const long most = std::stol(content("/proc/sys/net/core/somaxconn"));
  const TemporaryDirectory directory;
  for (const long asked : {most, most + 1}) {
    TestServer server(directory.path(), {"--tcp-backlog", std::to_string(asked)});
    const std::string output = server.stop().output;
    EXPECT_EQ(output.find("net.core.somaxconn is " + std::to_string(most)) != std::string::npos, asked > most)
        << output;
  }
}

// The process that is started ends at once, and another one goes on, without an output.
TEST(ServerStart, ADaemonGoesOnAndItsPidFileSaysWhere) {
  const TemporaryDirectory directory;
  const std::string pidfile = directory.file("pid");
  const std::string socket = directory.file("socket");
  const Ended started =
      run_server({"--port", "0", "--unixsocket", socket, "--daemonize", "yes", "--supervised", "auto",
                  "--pidfile", pidfile, "--logfile", directory.file("log"), "--dir", directory.path()});
  EXPECT_EQ(started.status, 0) << started.output;
  ASSERT_TRUE(eventually([&] { return content(pidfile).ends_with("\n"); })) << content(directory.file("log"));
  const auto pid = static_cast<pid_t>(std::stol(content(pidfile)));
  {
    TestClient c = unix_client(socket);
    EXPECT_EQ(c.ask("PING"), "PONG");
    EXPECT_NE(c.text_of("INFO server").find("process_id:" + std::to_string(pid) + "\r"), std::string::npos);
  }
  EXPECT_NE(::getsid(pid), ::getsid(0)) << "a session of its own";
  EXPECT_EQ(::kill(pid, SIGTERM), 0);
  const bool gone = eventually([&] { return !std::filesystem::exists(pidfile); });
  EXPECT_TRUE(gone) << content(directory.file("log"));
  if (!gone) ::kill(pid, SIGKILL);
  EXPECT_TRUE(
      eventually([&] { return content(directory.file("log")).find("ready to exit") != std::string::npos; }));
}

TEST(ServerStart, ASupervisedServerSaysThatItIsReadyAndStaysInTheForeground) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("notify");
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto told = [&] {
    char text[64];
    pollfd wait{fd, POLLIN, 0};
    const ssize_t got = ::poll(&wait, 1, TestClient::kPatienceMs) > 0 ? ::recv(fd, text, sizeof text, 0) : -1;
    return got < 0 ? std::string("(nothing)") : std::string(text, static_cast<std::size_t>(got));
  };
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  TestServer server(directory.path(), {"--supervised", "systemd", "--daemonize", "yes"});
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(told(), "READY=1");
  EXPECT_EQ(server.client().ask("PING"), "PONG");
  EXPECT_EQ(server.stop().status, 0);
  EXPECT_EQ(told(), "STOPPING=1");
  ::close(fd);
}

// --- while it serves ---

class ProcessTest : public ServerTest {};
BATON_EACH_THREADING(ProcessTest);

TEST_P(ProcessTest, TheCommandLineWinsOverTheFile) {
  const std::string path = directory() + "/baton.conf";
  std::ofstream(path) << "maxmemory 10mb\nslowlog-max-len 5\n";
  start({path, "--maxmemory", "20mb"});
  TestClient c = client();
  EXPECT_EQ(c.ask("CONFIG GET maxmemory"), "[\"maxmemory\" \"20971520\"]");
  EXPECT_EQ(c.ask("CONFIG GET slowlog-max-len"), "[\"slowlog-max-len\" \"5\"]");
  EXPECT_NE(c.text_of("INFO server").find("config_file:" + path), std::string::npos);
}

TEST_P(ProcessTest, AUnixSocketServesWithTheModeAskedFor) {
  const std::string path = directory() + "/baton.sock";
  start({"--unixsocket", path, "--unixsocketperm", "700"});
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  {
    TestClient local = unix_client(path);
    EXPECT_EQ(local.ask("SET k v"), "OK");
    const std::string line = local.text_of("CLIENT INFO");
    EXPECT_NE(line.find("flags=U "), std::string::npos) << line;
    EXPECT_NE(line.find(path + ":0 "), std::string::npos) << line;
    EXPECT_EQ(client().ask("GET k"), "\"v\"");
  }
  TearDown();
  EXPECT_NE(::stat(path.c_str(), &status), 0) << "the socket's file is removed at the end";
}

TEST_P(ProcessTest, ARenamedCommandHasItsNewNameAlone) {
  start({"--rename-command", "CONFIG", "b840fc02d524045429941cc15f59e41cb7be6c52", "--rename-command", "KEYS",
         ""});
  TestClient c = client();
  EXPECT_TRUE(c.ask("CONFIG GET port").starts_with("-ERR unknown command 'CONFIG'"));
  EXPECT_TRUE(c.ask("KEYS *").starts_with("-ERR unknown command 'KEYS'"));
  EXPECT_EQ(c.ask("b840fc02d524045429941cc15f59e41cb7be6c52 GET maxclients"), "[\"maxclients\" \"10000\"]");
}

TEST_P(ProcessTest, TheTitleSaysWhereItListens) {
  start();
  const std::string cmdline = "/proc/" + std::to_string(server().pid()) + "/cmdline";
  const std::string name = "127.0.0.1:" + std::to_string(server().port());
  EXPECT_STREQ(content(cmdline).c_str(), ("baton-server " + name).c_str());
  TestClient c = client();
  EXPECT_EQ(c.ask({"CONFIG", "SET", "proc-title-template", "{title} on {port}"}), "OK");
  EXPECT_STREQ(content(cmdline).c_str(), ("baton-server on " + std::to_string(server().port())).c_str());
  const std::string port = std::to_string(free_port());
  EXPECT_EQ(c.ask({"CONFIG", "SET", "port", port}), "OK");
  EXPECT_STREQ(content(cmdline).c_str(), ("baton-server on " + port).c_str());
  EXPECT_TRUE(
      c.ask({"CONFIG", "SET", "proc-title-template", "{nonsense}"}).starts_with("-ERR CONFIG SET failed"));
  start({"--set-proc-title", "no"});
  EXPECT_NE(content("/proc/" + std::to_string(server().pid()) + "/cmdline").find("--set-proc-title"),
            std::string::npos);
}

TEST_P(ProcessTest, HugePagesMayBeDisabled) {
  const auto allowed = [this] {
    const std::string status = content("/proc/" + std::to_string(server().pid()) + "/status");
    return status.substr(status.find("THP_enabled:"), sizeof "THP_enabled:\t1" - 1);
  };
  start();
  EXPECT_EQ(allowed(), "THP_enabled:\t1");
  start({"--disable-thp", "yes"});
  EXPECT_EQ(allowed(), "THP_enabled:\t0");
}

TEST_P(ProcessTest, PidFileAndLogFile) {
  const std::string pid = directory() + "/baton.pid";
  const std::string log = directory() + "/baton.log";
  // Its output says nothing now, so that its readiness shows in the log.
  start({"--pidfile", pid});
  EXPECT_EQ(content(pid), std::to_string(server().pid()) + "\n");
  EXPECT_EQ(client().ask({"CONFIG", "SET", "loglevel", "debug"}), "OK");
  TearDown();
  EXPECT_EQ(content(pid), "") << "removed at the end";
  const Ended refused =
      run_server({"--port", "0", "--logfile", log, "--bind", "127.0.0.1", "--unixsocket", "/nowhere/a.sock"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(content(log).find("/nowhere/a.sock"), std::string::npos) << content(log) << refused.output;
}

// --- the end ---

TEST_P(ProcessTest, ShutdownEndsTheServer) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("SHUTDOWN ABORT"), "-ERR No shutdown in progress.");
  EXPECT_EQ(c.ask("SHUTDOWN FOO"), "-ERR syntax error");
  c.post("SHUTDOWN NOSAVE");
  EXPECT_TRUE(c.closed_by_server());
  EXPECT_EQ(server().wait().status, 0);
}

TEST_P(ProcessTest, BothSignalsEndTheServer) {
  for (const int number : {SIGTERM, SIGINT}) {
    start();
    EXPECT_EQ(client().ask("PING"), "PONG");
    server().signal(number);
    const Ended ended = server().wait();
    EXPECT_EQ(ended.status, 0) << ended.output;
    EXPECT_NE(ended.output.find(number == SIGINT ? "SIGINT" : "SIGTERM"), std::string::npos) << ended.output;
  }
}

TEST_P(ProcessTest, WhatWasAnsweredBeforeTheEndIsWholeAndInOrder) {
  start();
  constexpr std::size_t kClients = 10;
  std::vector<TestClient> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.push_back(client());
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = 0; i < kClients; ++i) {
      std::string pipeline;
      for (int n = 0; n < 100; ++n) pipeline += request({"INCR", "counter" + std::to_string(i)});
      clients[i].send(pipeline);
    }
    if (round == 10) server().signal(SIGTERM);
  }
  for (TestClient& c : clients) {
    int got = 0;
    std::string reply = c.next();
    for (; reply == ":" + std::to_string(got + 1); reply = c.next()) ++got;
    EXPECT_EQ(reply, "(closed)") << "after " << got;
  }
  EXPECT_EQ(server().wait().status, 0);
}

TEST_P(ProcessTest, TheEndDoesNotWaitForPausedOrSubscribedClients) {
  start();
  TestClient listener = client();
  EXPECT_EQ(listener.ask("SUBSCRIBE ch"), "[\"subscribe\" \"ch\" :1]");
  TestClient boss = client();
  EXPECT_EQ(boss.ask("CLIENT PAUSE 1000000 ALL"), "OK");
  TestClient paused = client();
  paused.post("SET k v");
  EXPECT_FALSE(paused.has_reply(20));
  server().signal(SIGTERM);
  EXPECT_EQ(server().wait().status, 0);
  EXPECT_TRUE(listener.closed_by_server());
}

// Pauses that are still to come count as little as the one that there is.
TEST_P(ProcessTest, PausesInAPipelineDoNotDelayTheEnd) {
  start();
  TestClient c = client();
  TestClient other = client();
  std::string pauses;
  for (int i = 0; i < 300; ++i) pauses += request({"CLIENT", "PAUSE", "1000000", "ALL"});
  c.send(pauses);
  EXPECT_TRUE(eventually([&] {
    other.post("PING");
    return !other.has_reply(50) || other.next() != "PONG";
  }));
  server().signal(SIGTERM);
  EXPECT_EQ(c.next(), "OK");
  std::string last;
  while ((last = c.next()) == "OK") continue;
  EXPECT_EQ(last, "(closed)");
  EXPECT_EQ(server().wait().status, 0);
}

// Nobody ends the pause: the end does.
TEST_P(ProcessTest, WhatWaitsForTheEndOfAPauseIsAnsweredBeforeTheServerEnds) {
  start();
  TestClient boss = client();
  TestClient parked = client();
  TestClient gone = client();
  EXPECT_EQ(boss.ask("CLIENT PAUSE 1000000 WRITE"), "OK");
  parked.send(request({"SET", "k", "v"}) + request({"GET", "k"}));
  gone.post("SET k w");
  EXPECT_TRUE(eventually(
      [&] { return boss.text_of("INFO clients").find("blocked_clients:2\r") != std::string::npos; }));
  gone.abort();
  server().signal(SIGTERM);
  EXPECT_EQ(parked.next(), "OK");
  EXPECT_NE(parked.next(), "(closed)");
  EXPECT_TRUE(parked.closed_by_server());
  EXPECT_EQ(server().wait().status, 0);
}

TEST_P(ProcessTest, AClientThatDoesNotReadDelaysTheEndByItsBoundOnly) {
  start({"--shutdown-timeout", "1"});
  TestClient c = client();
  EXPECT_EQ(c.ask({"SET", "large", std::string(1 << 20, 'x')}), "OK");
  std::string pipeline;
  for (int i = 0; i < 100; ++i) pipeline += request({"GET", "large"});
  ASSERT_TRUE(c.send(pipeline));
  server().signal(SIGTERM);
  EXPECT_EQ(server().wait().status, 0);
}

}  // namespace
}  // namespace baton
