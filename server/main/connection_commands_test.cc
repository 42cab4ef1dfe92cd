// PING, ECHO, AUTH, HELLO, RESET, SELECT as clients see them.
#include "server/main/test_server.h"

namespace baton {
namespace {

class ConnectionCommandsTest : public ServerTest {};
BATON_EACH_THREADING(ConnectionCommandsTest);

constexpr const char* kNoAuth = "-NOAUTH Authentication required.";
constexpr const char* kWrongPass = "-WRONGPASS invalid username-password pair or user is disabled.";

TEST_P(ConnectionCommandsTest, PingAndEchoGiveBackTheirArgument) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("ping"), "PONG");
  EXPECT_EQ(c.ask("PING hi"), "\"hi\"");
  EXPECT_EQ(c.ask("PING hi you"), "-ERR wrong number of arguments for 'ping' command");
  EXPECT_EQ(c.ask("ECHO hi"), "\"hi\"");
}

TEST_P(ConnectionCommandsTest, WithAPasswordOnlyTheAuthenticatedAreServed) {
  start({"--requirepass", "secret"});
  TestClient c = client();
  EXPECT_EQ(c.ask("PING"), kNoAuth);
  EXPECT_EQ(c.ask("GET k"), kNoAuth);
  EXPECT_EQ(c.ask("AUTH wrong"), kWrongPass);
  EXPECT_EQ(c.ask("AUTH secre"), kWrongPass);
  EXPECT_EQ(c.ask("AUTH secretsecret"), kWrongPass);
  EXPECT_EQ(c.ask("AUTH somebody secret"), kWrongPass);
  EXPECT_EQ(c.ask("AUTH a b c"), "-ERR syntax error");
  EXPECT_EQ(c.ask("PING"), kNoAuth);
  EXPECT_EQ(c.ask("AUTH secret"), "OK");
  EXPECT_EQ(c.ask("PING"), "PONG");
  EXPECT_EQ(c.ask("RESET"), "RESET");
  EXPECT_EQ(c.ask("PING"), kNoAuth);
  EXPECT_EQ(c.ask("AUTH default secret"), "OK");
  EXPECT_EQ(c.ask("PING"), "PONG");
}

TEST_P(ConnectionCommandsTest, WithoutAPasswordAuthSaysSo) {
  start();
  TestClient c = client();
  EXPECT_EQ(
      c.ask("AUTH x"),
      "-ERR AUTH <password> called without any password configured for the default user. Are you sure your "
      "configuration is correct?");
  EXPECT_EQ(c.ask("AUTH default x"), "OK");
  EXPECT_EQ(c.ask("AUTH nobody x"), kWrongPass);
}

TEST_P(ConnectionCommandsTest, UnauthenticatedClientsCannotSendLargeRequests) {
  start({"--requirepass", "secret"});
  TestClient many = client();
  many.send("*100\r\n");
  EXPECT_EQ(many.next(), "-ERR Protocol error: unauthenticated multibulk length");
  EXPECT_TRUE(many.closed_by_server());
  TestClient large = client();
  large.send("*2\r\n$4\r\nECHO\r\n$20000\r\n");
  EXPECT_EQ(large.next(), "-ERR Protocol error: unauthenticated bulk length");
  EXPECT_TRUE(large.closed_by_server());
}

TEST_P(ConnectionCommandsTest, WhatFollowsAuthInOnePacketIsJudgedAfterIt) {
  start({"--requirepass", "secret"});
  TestClient c = client();
  const std::string large(20'000, 'x');
  c.send(request({"PING"}) + request({"AUTH", "secret"}) + request({"ECHO", large}));
  EXPECT_EQ(c.next(), "-NOAUTH Authentication required.");
  EXPECT_EQ(c.next(), "OK");
  EXPECT_EQ(c.next(), '"' + large + '"');
}

TEST_P(ConnectionCommandsTest, APasswordSetLaterBindsNewClients) {
  start();
  TestClient old = client();
  EXPECT_EQ(old.ask("CONFIG SET requirepass later"), "OK");
  EXPECT_EQ(old.ask("PING"), "PONG");
  TestClient fresh = client();
  EXPECT_EQ(fresh.ask("PING"), kNoAuth);
  EXPECT_EQ(fresh.ask("AUTH later"), "OK");
  EXPECT_EQ(fresh.ask("PING"), "PONG");
}

TEST_P(ConnectionCommandsTest, HelloTellsTheServerAndChoosesTheProtocol) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT ID"), ":1");
  const std::string facts =
      "\"proto\" :2 \"id\" :1 \"mode\" \"standalone\" \"role\" \"master\" \"modules\" []]";
  const std::string in_two = c.ask("HELLO");
  EXPECT_TRUE(in_two.starts_with("[\"server\" \"redis\" \"version\" \"")) << in_two;
  EXPECT_TRUE(in_two.ends_with(facts)) << in_two;
  EXPECT_EQ(c.ask("HELLO 2"), in_two);
  const std::string in_three = c.ask("HELLO 3 SETNAME me");
  EXPECT_TRUE(in_three.starts_with("{\"server\" \"redis\"")) << in_three;
  EXPECT_NE(in_three.find("\"proto\" :3"), std::string::npos) << in_three;
  EXPECT_EQ(c.ask("GET absent"), "null");
  EXPECT_EQ(c.ask("CLIENT GETNAME"), "\"me\"");
  EXPECT_TRUE(c.ask("HELLO").starts_with("{")) << "without a version the protocol stays";
  EXPECT_EQ(c.ask("HELLO 2"), in_two);
  EXPECT_EQ(c.ask("GET absent"), "nil");
}

TEST_P(ConnectionCommandsTest, HelloRefusesWhatItDoesNotKnow) {
  start({"--requirepass", "secret"});
  TestClient c = client();
  EXPECT_EQ(c.ask("HELLO 4"), "-NOPROTO unsupported protocol version");
  EXPECT_EQ(c.ask("HELLO x"), "-ERR Protocol version is not an integer or out of range");
  EXPECT_EQ(c.ask("HELLO 3 FOO"), "-ERR Syntax error in HELLO option 'FOO'");
  EXPECT_EQ(c.ask("HELLO 3 AUTH default"), "-ERR Syntax error in HELLO option 'AUTH'");
  EXPECT_EQ(c.ask({"HELLO", "3", "AUTH", "default", "secret", "SETNAME", "a b"}),
            "-ERR Client names cannot contain spaces, newlines or special characters.");
  EXPECT_TRUE(
      c.ask("HELLO 3").starts_with("-NOAUTH HELLO must be called with the client already authenticated"));
  EXPECT_EQ(c.ask("HELLO 3 AUTH default wrong"), kWrongPass);
  EXPECT_TRUE(c.ask("HELLO 3 AUTH default secret SETNAME me").starts_with("{"));
  EXPECT_EQ(c.ask("GET absent"), "null");
}

TEST_P(ConnectionCommandsTest, ResetGivesAConnectionTheStateOfANewOne) {
  start();
  TestClient c = client();
  EXPECT_TRUE(c.ask("HELLO 3 SETNAME me").starts_with("{"));
  EXPECT_EQ(c.ask("SELECT 3"), "OK");
  EXPECT_EQ(c.ask("SUBSCRIBE ch"), ">[\"subscribe\" \"ch\" :1]");
  EXPECT_EQ(c.ask("WATCH k"), "OK");
  EXPECT_EQ(c.ask("CLIENT NO-EVICT on"), "OK");
  EXPECT_EQ(c.ask("CLIENT NO-TOUCH on"), "OK");
  EXPECT_EQ(c.ask("MULTI"), "OK");
  EXPECT_EQ(c.ask("PING"), "QUEUED");
  EXPECT_EQ(c.ask("RESET"), "RESET");
  EXPECT_EQ(c.ask("CLIENT GETNAME"), "nil");
  const std::string line = c.text_of("CLIENT INFO");
  EXPECT_NE(line.find(" db=0 sub=0 "), std::string::npos) << line;
  EXPECT_NE(line.find(" multi=-1 watch=0 "), std::string::npos) << line;
  EXPECT_NE(line.find(" resp=2 "), std::string::npos) << line;
  EXPECT_NE(line.find(" flags=N "), std::string::npos) << line;
  EXPECT_EQ(client().ask("PUBSUB NUMSUB ch"), "[\"ch\" :0]");
}

TEST_P(ConnectionCommandsTest, SelectChoosesADatabase) {
  start({"--databases", "3"});
  TestClient c = client();
  EXPECT_EQ(c.ask("SET k zero"), "OK");
  EXPECT_EQ(c.ask("SELECT 2"), "OK");
  EXPECT_EQ(c.ask("GET k"), "nil");
  EXPECT_EQ(c.ask("SELECT 3"), "-ERR DB index is out of range");
  EXPECT_EQ(c.ask("SELECT -1"), "-ERR DB index is out of range");
  EXPECT_EQ(c.ask("SELECT x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(c.ask("SELECT 0"), "OK");
  EXPECT_EQ(c.ask("GET k"), "\"zero\"");
}

}  // namespace
}  // namespace baton
