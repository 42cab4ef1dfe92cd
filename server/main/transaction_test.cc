// MULTI, EXEC, DISCARD, WATCH, UNWATCH.
#include "server/main/test_server.h"

namespace baton {
namespace {

class TransactionTest : public ServerTest {};
BATON_EACH_THREADING(TransactionTest);

constexpr const char* kAborted = "-EXECABORT Transaction discarded because of previous errors.";

TEST_P(TransactionTest, QueuedCommandsRunAtExec) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("SET k 1"), "QUEUED");
  EXPECT_EQ(c.ask("INCR k"), "QUEUED");
  EXPECT_EQ(c.ask("PING"), "QUEUED");
  EXPECT_EQ(client().ask("GET k"), "nil");
  EXPECT_EQ(c.ask("EXEC"), "[OK :2 PONG]");
  EXPECT_EQ(c.ask("EXEC"), "-ERR EXEC without MULTI");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("EXEC"), "[]");
}

TEST_P(TransactionTest, AnErrorInsideDoesNotStopTheRest) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("SET text abc"), "OK");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("INCR text"), "QUEUED");
  EXPECT_EQ(c.ask("SET k v"), "QUEUED");
  EXPECT_EQ(c.ask("EXEC"), "[-ERR value is not an integer or out of range OK]");
  EXPECT_EQ(c.ask("GET k"), "\"v\"");
}

TEST_P(TransactionTest, ACommandThatCannotBeQueuedAborts) {
  start();
  TestClient c = client();
  for (const std::string bad : {"FOO", "GET", "CLIENT FOO"}) {
    EXPECT_EQ(c.ask("MULTI"), "OK");
    EXPECT_TRUE(c.ask(bad).starts_with("-ERR"));
    EXPECT_EQ(c.ask("SET k v"), "QUEUED");
    EXPECT_EQ(c.ask("EXEC"), kAborted);
  }
  EXPECT_EQ(c.ask("GET k"), "nil");
}

TEST_P(TransactionTest, NestedMultiAndWatchInsideAreRefusedWithoutAborting) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("MULTI"), "-ERR MULTI calls can not be nested");
  EXPECT_EQ(c.ask("WATCH k"), "-ERR WATCH inside MULTI is not allowed");
  EXPECT_EQ(c.ask("SET k v"), "QUEUED");
  EXPECT_EQ(c.ask("EXEC"), "[OK]");
}

TEST_P(TransactionTest, DiscardForgetsTheQueue) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("DISCARD"), "-ERR DISCARD without MULTI");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("SET k v"), "QUEUED");
  EXPECT_EQ(c.ask("DISCARD"), "OK");
  EXPECT_EQ(c.ask("GET k"), "nil");
}

TEST_P(TransactionTest, AWatchedKeyThatChangedFailsExec) {
  start();
  TestClient c = client();
  TestClient other = client();
  const std::pair<const char*, const char*> changes[] = {
      {"SET k new", "SET k old"},    {"DEL k", "SET k old"},          {"SET k v", "DEL k"},
      {"EXPIRE k 100", "SET k old"}, {"RENAME k l", "SET k old"},     {"FLUSHALL", "SET k old"},
      {"FLUSHDB", "SET k old"},      {"SWAPDB 0 1", "SET k old"},     {"APPEND k x", "SET k old"},
      {"MOVE k 5", "SET k old"},     {"COPY l k REPLACE", "SET l x"}, {"PEXPIREAT k 1", "SET k old"},
  };
  for (const auto& [change, before] : changes) {
    EXPECT_EQ(other.ask("FLUSHALL"), "OK");
    (void)other.ask(before);
    EXPECT_EQ(c.ask("WATCH k"), "OK");
    EXPECT_FALSE(other.ask(change).starts_with("-")) << change;
    EXPECT_EQ(c.ask("MULTI"), "OK");
    EXPECT_EQ(c.ask("PING"), "QUEUED");
    EXPECT_EQ(c.ask("EXEC"), "nil*") << change;
  }
}

TEST_P(TransactionTest, WhatLeavesAWatchedKeyAloneDoesNotFailExec) {
  start();
  TestClient c = client();
  TestClient other = client();
  for (const std::string harmless :
       {"GET k", "SET l v", "DEL absent", "FLUSHDB", "SWAPDB 0 1", "EXPIRE k 10", "TOUCH k"}) {
    EXPECT_EQ(other.ask("FLUSHALL"), "OK");
    EXPECT_EQ(c.ask("WATCH k"), "OK");
    (void)other.ask(harmless);
    EXPECT_EQ(c.ask("MULTI"), "OK");
    EXPECT_EQ(c.ask("PING"), "QUEUED");
    EXPECT_EQ(c.ask("EXEC"), "[PONG]") << harmless;
  }
}

TEST_P(TransactionTest, AWatchedKeyIsChangedFromAnotherDatabase) {
  start();
  TestClient c = client();
  TestClient other = client();
  EXPECT_EQ(c.ask("SELECT 1"), "OK");
  for (const std::string change :
       {"COPY s k DB 1 REPLACE", "MOVE k 1", "SWAPDB 0 1", "SWAPDB 1 0", "FLUSHALL"}) {
    EXPECT_EQ(c.ask("FLUSHALL"), "OK");
    EXPECT_EQ(other.ask("SET s v"), "OK");
    EXPECT_EQ(other.ask("SET k v"), "OK");
    if (!change.starts_with("MOVE")) {
      EXPECT_EQ(c.ask("SET k old"), "OK");
    }
    EXPECT_EQ(c.ask("WATCH k"), "OK");
    EXPECT_FALSE(other.ask(change).starts_with("-")) << change;
    EXPECT_EQ(c.ask("MULTI"), "OK");
    EXPECT_EQ(c.ask("PING"), "QUEUED");
    EXPECT_EQ(c.ask("EXEC"), "nil*") << change;
  }
}

TEST_P(TransactionTest, WhatHappensInAnotherDatabaseLeavesAKeyOfThatNameAlone) {
  start();
  struct Case {
    const char* watched_in;
    const char* key;
    const char* writer_in;
    const char* command;
    const char* answer;
  };
  for (const Case& it :
       {Case{"0", "other", "1", "COPY k other DB 2 REPLACE", ":1"},
        Case{"0", "other", "0", "COPY k other DB 2 REPLACE", ":1"}, Case{"0", "k", "1", "MOVE k 2", ":1"},
        Case{"0", "k", "0", "FLUSHDB nope", "-ERR syntax error"},
        Case{"0", "k", "0", "FLUSHALL nope", "-ERR syntax error"}, Case{"0", "k", "0", "SWAPDB 0 0", "OK"},
        Case{"0", "k", "0", "COPY k other DB 3 REPLACE", ":1"}}) {
    TestClient writer = client();
    EXPECT_EQ(writer.ask("FLUSHALL"), "OK");
    for (const std::string db : {"0", "1"}) {
      EXPECT_EQ(writer.ask("SELECT " + db), "OK");
      EXPECT_EQ(writer.ask("SET k v"), "OK");
    }
    TestClient watcher = client();
    EXPECT_EQ(watcher.ask(std::string("SELECT ") + it.watched_in), "OK");
    EXPECT_EQ(watcher.ask(std::string("WATCH ") + it.key), "OK");
    EXPECT_EQ(writer.ask(std::string("SELECT ") + it.writer_in), "OK");
    EXPECT_EQ(writer.ask(it.command), it.answer) << it.command;
    EXPECT_EQ(watcher.ask("MULTI"), "OK");
    EXPECT_EQ(watcher.ask("PING"), "QUEUED");
    EXPECT_EQ(watcher.ask("EXEC"), "[PONG]") << it.command;
  }
}

TEST_P(TransactionTest, AKeyIsWatchedInItsDatabase) {
  start();
  TestClient c = client();
  TestClient other = client();
  EXPECT_EQ(other.ask("SELECT 1"), "OK");
  EXPECT_EQ(c.ask("WATCH k"), "OK");
  EXPECT_EQ(other.ask("SET k v"), "OK");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("EXEC"), "[]");
}

TEST_P(TransactionTest, AWatchedKeyWhoseTimeComesFailsExec) {
  start();
  TestClient c = client();
  TestClient other = client();
  EXPECT_EQ(c.ask("SET k v PX 60"), "OK");
  EXPECT_EQ(c.ask("WATCH k"), "OK");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("PING"), "QUEUED");
  EXPECT_TRUE(eventually([&] { return other.ask("GET k") == "nil"; }));
  EXPECT_EQ(c.ask("EXEC"), "nil*");
}

TEST_P(TransactionTest, AKeyThatWasExpiredWhenItWasWatchedDoesNotFailExec) {
  start({"--enable-debug-command", "yes"});
  TestClient c = client();
  TestClient other = client();
  EXPECT_EQ(c.ask("DEBUG SET-ACTIVE-EXPIRE 0"), "OK");
  EXPECT_EQ(c.ask("SET k v PX 1"), "OK");
  // Its time has come, and nobody has looked at it.
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  while (std::chrono::steady_clock::now() < until) (void)c.ask("PING");
  EXPECT_EQ(c.ask("WATCH k"), "OK");
  EXPECT_EQ(other.ask("GET k"), "nil");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("PING"), "QUEUED");
  EXPECT_EQ(c.ask("EXEC"), "[PONG]");
}

TEST_P(TransactionTest, UnwatchExecAndDiscardEndWatches) {
  start();
  TestClient c = client();
  TestClient other = client();
  const auto changed_then_exec = [&] {
    EXPECT_EQ(other.ask("SET k v"), "OK");
    EXPECT_EQ(c.ask("MULTI"), "OK");
    return c.ask("EXEC");
  };
  EXPECT_EQ(c.ask("WATCH k l"), "OK");
  EXPECT_EQ(c.ask("UNWATCH"), "OK");
  EXPECT_EQ(changed_then_exec(), "[]");
  EXPECT_EQ(c.ask("WATCH k"), "OK");
  EXPECT_EQ(changed_then_exec(), "nil*");
  EXPECT_EQ(changed_then_exec(), "[]");
  EXPECT_EQ(c.ask("WATCH k"), "OK");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("DISCARD"), "OK");
  EXPECT_EQ(changed_then_exec(), "[]");
}

TEST_P(TransactionTest, SessionCommandsWorkInside) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("SELECT 3"), "QUEUED");
  EXPECT_EQ(c.ask("SET k three"), "QUEUED");
  EXPECT_EQ(c.ask("HELLO 3"), "QUEUED");
  EXPECT_EQ(c.ask("GET absent"), "QUEUED");
  EXPECT_EQ(c.ask("SUBSCRIBE ch"), "QUEUED");
  EXPECT_EQ(c.ask("SHUTDOWN"), "-ERR Command not allowed inside a transaction");
  EXPECT_EQ(c.ask("EXEC"), kAborted);
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("SELECT 3"), "QUEUED");
  EXPECT_EQ(c.ask("SET k three"), "QUEUED");
  EXPECT_EQ(c.ask("EXEC"), "[OK OK]");
  EXPECT_EQ(c.ask("GET k"), "\"three\"");
}

TEST_P(TransactionTest, AClientThatLeavesForgetsItsTransaction) {
  start();
  {
    TestClient c = client();
    EXPECT_EQ(c.ask("WATCH k"), "OK");
    EXPECT_EQ(c.ask("MULTI"), "OK");
    EXPECT_EQ(c.ask("SET k v"), "QUEUED");
  }
  TestClient other = client();
  EXPECT_TRUE(eventually(
      [&] { return other.text_of("INFO clients").find("total_watched_keys:0") != std::string::npos; }));
  EXPECT_EQ(other.ask("SET k mine"), "OK");
}

}  // namespace
}  // namespace baton
