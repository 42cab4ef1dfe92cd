// The zoo at the whole server, over its sockets: costs that are not paid, by the server's own counters and
// the kernel's, and orders of commands that broke others.
#include <dirent.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "server/main/test_server.h"

namespace baton {
namespace {

// A number of INFO.
std::uint64_t number(TestClient& client, std::string_view field) {
  const std::string info = client.text_of("INFO ALL");
  const std::size_t at = info.find("\n" + std::string(field) + ":");
  EXPECT_NE(at, std::string::npos) << field;
  return at == std::string::npos ? 0 : std::strtoull(info.c_str() + at + field.size() + 2, nullptr, 10);
}

// How often each thread of the process gave the processor up to wait: one for each time that it slept.
struct ThreadSleeps {
  std::string name;
  std::uint64_t sleeps = 0;
};
std::vector<ThreadSleeps> sleeps_of(pid_t pid) {
  std::vector<ThreadSleeps> all;
  const std::string folder = "/proc/" + std::to_string(pid) + "/task/";
  DIR* const directory = ::opendir(folder.c_str());
  if (!directory) return all;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    ThreadSleeps one;
    std::ifstream(folder + entry->d_name + "/comm") >> one.name;
    std::ifstream status(folder + entry->d_name + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("voluntary_ctxt_switches:")) one.sleeps = std::stoull(line.substr(24));
    all.push_back(one);
  }
  ::closedir(directory);
  return all;
}

class ServerZooTest : public ServerTest {
 protected:
  std::vector<TestClient> many(int count) {
    std::vector<TestClient> clients;
    clients.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) clients.push_back(client());
    return clients;
  }
  static void wait_until_paused(TestClient& admin, std::uint64_t clients) {
    EXPECT_TRUE(eventually([&] { return number(admin, "blocked_clients") == clients; }));
  }
};

// A consumer that called itself asleep while it was busy made each producer pay a notification.
TEST_P(ServerZooTest, A2_ABusyExecutorIsNotRung) {
  start({"--enable-debug-command", "yes"});
  TestClient admin = client();
  std::vector<TestClient> clients = many(100);
  for (TestClient& each : clients) EXPECT_EQ(each.ask("PING"), "PONG");
  const std::uint64_t rung = number(admin, "doorbells_rung");
  const std::uint64_t handed = number(admin, "handoff_to_executor_total");
  TestClient busy = client();
  busy.post("DEBUG SLEEP 1");
  for (TestClient& each : clients) each.post("PING");
  for (TestClient& each : clients) EXPECT_EQ(each.next(), "PONG");
  EXPECT_EQ(busy.next(), "OK");
  const std::uint64_t handed_since = number(admin, "handoff_to_executor_total") - handed;
  EXPECT_GE(handed_since, 100u);
  EXPECT_LT(number(admin, "doorbells_rung") - rung, handed_since / 2);
}

// Replies were handed back at the end of the executor's loop only.
TEST_P(ServerZooTest, A3_RepliesLeaveWhileTheExecutorGoesOn) {
  if (GetParam().io_threads == 1) return;  // one thread cannot send while it executes
  start({"--enable-debug-command", "yes"});
  TestClient admin = client();
  EXPECT_EQ(admin.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  std::vector<TestClient> clients = many(40);
  std::uint64_t waiting = 0;
  for (TestClient& each : clients) {
    each.post("SET key value");
    wait_until_paused(admin, ++waiting);
  }
  TestClient slow = client();
  slow.send(request({"SET", "key", "value"}) + request({"DEBUG", "SLEEP", "2"}));
  wait_until_paused(admin, ++waiting);
  EXPECT_EQ(admin.ask("CLIENT UNPAUSE"), "OK");  // all of them run in one turn, the slow one last
  EXPECT_EQ(clients.front().next(), "OK");
  EXPECT_FALSE(slow.has_reply()) << "the first reply came after the last command";
  EXPECT_EQ(slow.next(), "OK");
  EXPECT_EQ(slow.next(), "OK");
}

// Maintenance and administration stopped every thread, ten times a second.
TEST_P(ServerZooTest, A8_NothingOnTheWayOfARequestPausesAThread) {
  start();
  TestClient admin = client();
  const std::uint64_t pauses = number(admin, "thread_pauses");  // of the start
  for (int i = 0; i < 50; ++i) {
    TestClient victim = client();
    EXPECT_EQ(victim.ask("CLIENT SETNAME victim"), "OK");
    EXPECT_EQ(admin.ask("CONFIG SET maxmemory 100mb timeout 1000"), "OK");
    EXPECT_NE(admin.text_of("CLIENT LIST").find("victim"), std::string::npos);
    EXPECT_NE(admin.ask("CLIENT KILL TYPE normal"), "0");
    EXPECT_NE(admin.text_of("INFO ALL"), "");
    EXPECT_EQ(admin.ask("FLUSHALL"), "OK");
  }
  EXPECT_EQ(number(admin, "thread_pauses"), pauses);
  if (GetParam().io_threads == 1) return;
  EXPECT_EQ(admin.ask("CONFIG SET io-threads 3"), "OK");  // the counter can move
  EXPECT_GT(number(admin, "thread_pauses"), pauses);
}

// Idle threads woke ten times a second, or never slept at all. What one of them may: not once while the
// executor, whose clock ticks on ten times a second, slept 20 times. A thread that another process kept from
// its first sleep gets another chance; one that wakes by itself never gets through.
bool idle_threads_stay_asleep(pid_t pid) {
  const auto is_io = [](const ThreadSleeps& one) { return one.name.starts_with("io_thd_"); };
  const auto ticks = [&](const std::vector<ThreadSleeps>& all) {
    for (const ThreadSleeps& one : all)
      if (!is_io(one)) return one.sleeps;
    return std::uint64_t{0};
  };
  return eventually([&] {
    const std::vector<ThreadSleeps> before = sleeps_of(pid);
    std::vector<ThreadSleeps> after;
    EXPECT_TRUE(eventually([&] { return ticks(after = sleeps_of(pid)) >= ticks(before) + 20; }));
    std::size_t idle = 0;
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i)
      if (is_io(before[i]) && before[i].name == after[i].name)
        idle += after[i].sleeps == before[i].sleeps ? 1 : 0;
    return idle == 3;
  });
}

TEST_P(ServerZooTest, A9_H27_AnIdleThreadSleepsUntilThereIsWork) {
  if (GetParam().io_threads == 1) return;
  start();
  std::vector<TestClient> idle = many(12);
  for (TestClient& each : idle) EXPECT_EQ(each.ask("PING"), "PONG");
  EXPECT_TRUE(idle_threads_stay_asleep(server().pid())) << "an I/O thread wakes though nothing happens";
}

// The next client of a list that was being walked was freed by a kill.
TEST_P(ServerZooTest, C1_C2_ClientsWhoseCommandsArePendingMayKillOneAnother) {
  start();
  TestClient admin = client();
  EXPECT_EQ(admin.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  std::vector<TestClient> clients = many(40);
  for (TestClient& each : clients)
    each.send(request({"SET", "key", "value"}) + request({"CLIENT", "KILL", "TYPE", "normal"}));
  wait_until_paused(admin, 40);
  admin.post(
      "CLIENT UNPAUSE");  // all of them run in one turn; the first kills the rest, and the administrator
  int killers = 0;
  for (TestClient& each : clients) {
    std::string last = each.next();
    while (last == "OK") last = each.next();
    if (last == "(closed)") continue;
    ++killers;
    EXPECT_EQ(last, ":40");
    const std::string left = each.text_of("CLIENT LIST");
    EXPECT_EQ(std::count(left.begin(), left.end(), '\n'), 1) << left;
  }
  EXPECT_EQ(killers, 1);
}

// A reply pointed into a value that another command freed.
TEST_P(ServerZooTest, D3_AReplyOutlivesItsValue) {
  start();
  TestClient one = client();
  TestClient other = client();
  const std::string value(1 << 20, 'v');
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(one.ask({"SET", "key", value}), "OK");
    one.send(request({"GET", "key"}) + request({"SET", "key", "short"}) + request({"DEL", "key"}));
    other.post("FLUSHALL");
    EXPECT_EQ(other.next(), "OK");
    const std::string got = one.next();
    EXPECT_TRUE(got == '"' + value + '"' || got == "nil") << got.substr(0, 20);
    EXPECT_EQ(one.next(), "OK");
    (void)one.next();
  }
}

// Keys were fetched ahead of a table that a command before them emptied.
TEST_P(ServerZooTest, F2_ATableMayBeEmptiedInTheWindowThatWasFetchedAhead) {
  start();
  TestClient one = client();
  for (int round = 0; round < 20; ++round) {
    std::string pipeline;
    for (int i = 0; i < 200; ++i)
      pipeline += request({"SET", "key" + std::to_string(i), std::string(100, 'v')});
    pipeline += request({"FLUSHALL", round % 2 == 0 ? "SYNC" : "ASYNC"});
    for (int i = 0; i < 20; ++i) pipeline += request({"GET", "key" + std::to_string(i)});
    ASSERT_TRUE(one.send(pipeline));
    for (int i = 0; i < 201; ++i) EXPECT_EQ(one.next(), "OK");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(one.next(), "nil");
  }
}

// Batches were so small that nothing was fetched ahead.
TEST_P(ServerZooTest, F3_WindowsAreFullWhenThereIsWork) {
  start({"--prefetch-batch-max-size", "16", "--enable-debug-command", "yes"});
  TestClient one = client();
  const std::uint64_t batches = number(one, "batches");
  std::string pipeline = request({"DEBUG", "SLEEP", "0.3"});  // while it sleeps, the rest arrives
  for (int i = 0; i < 8000; ++i) pipeline += request({"GET", "key"});
  ASSERT_TRUE(one.send(pipeline));
  EXPECT_EQ(one.next(), "OK");
  for (int i = 0; i < 8000; ++i) EXPECT_EQ(one.next(), "nil");
  EXPECT_LT(number(one, "batches") - batches, 2u * 8000 / 16);
}

// The command that a client had waited with was run again.
TEST_P(ServerZooTest, H12_ACommandThatWaitedForThePauseRunsOnce) {
  start();
  TestClient admin = client();
  TestClient one = client();
  std::string pipeline;
  for (int i = 0; i < 50; ++i) pipeline += request({"GET", "n"}) + request({"INCR", "n"});
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(admin.ask("CLIENT PAUSE 100000 WRITE"), "OK");
    ASSERT_TRUE(one.send(pipeline));
    wait_until_paused(admin, 1);
    EXPECT_EQ(admin.ask("CLIENT UNPAUSE"), "OK");
    for (int i = 0; i < 50; ++i) {
      (void)one.next();
      EXPECT_EQ(one.next(), ":" + std::to_string(50 * round + i + 1));
    }
  }
  EXPECT_EQ(admin.ask("GET n"), "\"250\"");
}

// A client that had said QUIT was sent an invalidation behind its last reply.
TEST_P(ServerZooTest, H17_NothingFollowsTheReplyToQuit) {
  start();
  TestClient admin = client();
  TestClient leaving = client();
  TestClient writer = client();
  (void)leaving.ask("HELLO 3");
  EXPECT_EQ(leaving.ask("CLIENT TRACKING ON"), "OK");
  (void)leaving.ask("GET key");
  EXPECT_EQ(admin.ask("CLIENT PAUSE 100000 WRITE"), "OK");
  leaving.send(request({"SET", "mine", "1"}) + request({"QUIT"}));
  wait_until_paused(admin, 1);
  writer.post("SET key changed");
  wait_until_paused(admin, 2);
  EXPECT_EQ(admin.ask("CLIENT UNPAUSE"), "OK");  // both run in one turn: QUIT, then the write
  EXPECT_EQ(writer.next(), "OK");
  EXPECT_EQ(leaving.next(), "OK");
  EXPECT_EQ(leaving.next(), "OK");
  EXPECT_EQ(leaving.next(), "(closed)");
}

BATON_EACH_THREADING(ServerZooTest);

}  // namespace
}  // namespace baton
