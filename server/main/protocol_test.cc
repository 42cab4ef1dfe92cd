// What clients may send and how it is answered: pipelines, inline commands, bytes cut anywhere, errors of the
// protocol.
#include "server/main/test_server.h"

namespace baton {
namespace {

class ProtocolTest : public ServerTest {};
BATON_EACH_THREADING(ProtocolTest);

TEST_P(ProtocolTest, TenThousandPipelinedCommandsAreAnsweredInOrder) {
  start();
  TestClient c = client();
  std::string pipeline;
  for (int i = 0; i < 10'000; ++i) pipeline += request({"ECHO", std::to_string(i)});
  ASSERT_TRUE(c.send(pipeline));
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(c.next(), '"' + std::to_string(i) + '"');
  EXPECT_FALSE(c.has_reply());
}

TEST_P(ProtocolTest, PipelinesOfManyClientsKeepTheirOrder) {
  start();
  std::vector<TestClient> clients;
  clients.reserve(20);
  for (int i = 0; i < 20; ++i) clients.push_back(client());
  for (int round = 0; round < 100; ++round)
    for (std::size_t i = 0; i < clients.size(); ++i)
      ASSERT_TRUE(clients[i].send(request({"INCR", "counter" + std::to_string(i)})));
  for (int round = 1; round <= 100; ++round)
    for (TestClient& c : clients) ASSERT_EQ(c.next(), ":" + std::to_string(round));
}

TEST_P(ProtocolTest, InlineCommandsMayBeQuoted) {
  start();
  TestClient c = client();
  c.send("PING\r\nSET 'a key' \"a\\tvalue\\x21\"\nGET 'a key'\r\n\r\nECHO last\r\n");
  EXPECT_EQ(c.next(), "PONG");
  EXPECT_EQ(c.next(), "OK");
  EXPECT_EQ(c.next(), "\"a\tvalue!\"");
  EXPECT_EQ(c.next(), "\"last\"");
}

TEST_P(ProtocolTest, ACommandMayBeCutAtEveryByte) {
  start();
  TestClient c = client();
  const std::string bytes = request({"SET", "key", "value"}) + "ECHO inline\r\n" + request({"GET", "key"});
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ASSERT_TRUE(c.send(bytes.substr(0, cut)));
    // The first part is to arrive alone; replies to whole commands in it may come already.
    (void)c.has_reply(1);
    ASSERT_TRUE(c.send(bytes.substr(cut)));
    ASSERT_EQ(c.next(), "OK") << "cut at " << cut;
    ASSERT_EQ(c.next(), "\"inline\"");
    ASSERT_EQ(c.next(), "\"value\"");
  }
  for (const char byte : bytes) ASSERT_TRUE(c.send(std::string_view(&byte, 1)));
  EXPECT_EQ(c.next(), "OK");
  EXPECT_EQ(c.next(), "\"inline\"");
  EXPECT_EQ(c.next(), "\"value\"");
}

TEST_P(ProtocolTest, ArgumentsAreBytes) {
  start();
  TestClient c = client();
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(c.ask({"SET", bytes, bytes}), "OK");
  EXPECT_EQ(c.ask({"GET", bytes}), '"' + bytes + '"');
  EXPECT_EQ(c.ask({"SET", "", ""}), "OK");
  EXPECT_EQ(c.ask({"GET", ""}), "\"\"");
}

TEST_P(ProtocolTest, ALargeArgumentArrivesWhole) {
  start();
  TestClient c = client();
  std::string large(20 << 20, 'x');
  large[12'345'678] = 'y';
  EXPECT_EQ(c.ask({"SET", "large", large}), "OK");
  EXPECT_TRUE(c.ask({"GET", "large"}) == '"' + large + '"');
  EXPECT_EQ(c.ask({"GETRANGE", "large", "12345677", "12345679"}), "\"xyx\"");
}

TEST_P(ProtocolTest, AProtocolErrorIsToldAndClosesThatClientOnly) {
  start();
  TestClient other = client();
  const std::pair<std::string, std::string> cases[] = {
      {"*x\r\n", "-ERR Protocol error: invalid multibulk length"},
      {"*2147483648\r\n", "-ERR Protocol error: invalid multibulk length"},
      {"*1\r\n+PING\r\n", "-ERR Protocol error: expected '$', got '+'"},
      {"*1\r\n$-1\r\n", "-ERR Protocol error: invalid bulk length"},
      {"*1\r\n$x\r\n", "-ERR Protocol error: invalid bulk length"},
      {"*1\r\n$536870913\r\n", "-ERR Protocol error: invalid bulk length"},
      {"SET \"unbalanced\r\n", "-ERR Protocol error: unbalanced quotes in request"},
      {std::string(70'000, 'a'), "-ERR Protocol error: too big inline request"},
      {"*" + std::string(70'000, '1'), "-ERR Protocol error: too big mbulk count string"},
  };
  for (const auto& [bytes, error] : cases) {
    TestClient c = client();
    // What came before it is answered.
    c.send(request({"PING"}) + bytes);
    EXPECT_EQ(c.next(), "PONG");
    EXPECT_EQ(c.next(), error);
    EXPECT_TRUE(c.closed_by_server());
    EXPECT_EQ(other.ask("PING"), "PONG");
  }
}

TEST_P(ProtocolTest, EmptyRequestsAreIgnored) {
  start();
  TestClient c = client();
  c.send("*0\r\n*-1\r\n\r\n");
  EXPECT_EQ(c.ask("PING"), "PONG");
}

TEST_P(ProtocolTest, UnknownCommandsAreQuotedBack) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("FOO bar baz"), "-ERR unknown command 'FOO', with args beginning with: 'bar' 'baz' ");
  EXPECT_EQ(c.ask("GET"), "-ERR wrong number of arguments for 'get' command");
  EXPECT_EQ(c.ask("CLIENT"), "-ERR wrong number of arguments for 'client' command");
  EXPECT_EQ(c.ask("CLIENT FOO"), "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.");
  EXPECT_EQ(c.ask("CLIENT SETNAME"), "-ERR wrong number of arguments for 'client|setname' command");
  // An error does not break a line of the reply.
  EXPECT_EQ(c.ask({"a\r\nb"}), "-ERR unknown command 'a  b', with args beginning with: ");
}

TEST_P(ProtocolTest, RepliesAreSentBeforeAHalfClosedConnectionEnds) {
  start();
  TestClient c = client();
  std::string pipeline;
  for (int i = 0; i < 1000; ++i) pipeline += request({"ECHO", std::to_string(i)});
  ASSERT_TRUE(c.send(pipeline));
  c.half_close();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(c.next(), '"' + std::to_string(i) + '"');
  EXPECT_TRUE(c.closed_by_server());
}

// Whatever a client was in the middle of when it died, it is forgotten, and what it had sent whole was run.
TEST_P(ProtocolTest, AClientThatDiesIsForgotten) {
  start();
  TestClient boss = client();
  EXPECT_EQ(boss.ask({"SET", "large", std::string(1 << 20, 'x')}), "OK");
  const auto alone = [&] {
    return eventually(
        [&] { return boss.text_of("INFO clients").find("connected_clients:1\r") != std::string::npos; });
  };
  {
    SCOPED_TRACE("it says nothing");
    TestClient c = client();
    EXPECT_EQ(c.ask("PING"), "PONG");
    c.abort();
    EXPECT_TRUE(alone());
  }
  {
    SCOPED_TRACE("it is half way through a command");
    TestClient c = client();
    const std::string half = "*3\r\n$3\r\nSET\r\n$1\r\nh\r\n$100000\r\nhalf";
    EXPECT_TRUE(c.send(half));
    const std::string read = "tot-net-in=" + std::to_string(half.size()) + " ";
    EXPECT_TRUE(eventually([&] { return boss.text_of("CLIENT LIST").find(read) != std::string::npos; }));
    c.abort();
    EXPECT_TRUE(alone());
    EXPECT_EQ(boss.ask("EXISTS h"), ":0");
  }
  {
    SCOPED_TRACE("it does not read its replies");
    TestClient c = client();
    std::string pipeline;
    for (int i = 0; i < 50; ++i) pipeline += request({"GET", "large"});
    EXPECT_TRUE(c.send(pipeline));
    c.abort();
    EXPECT_TRUE(alone());
  }
  {
    SCOPED_TRACE("it waits for the end of a pause");
    TestClient c = client();
    EXPECT_EQ(boss.ask("CLIENT PAUSE 100000 WRITE"), "OK");
    c.post("INCR n");
    EXPECT_TRUE(eventually(
        [&] { return boss.text_of("INFO clients").find("blocked_clients:1\r") != std::string::npos; }));
    c.abort();
    EXPECT_EQ(boss.ask("CLIENT UNPAUSE"), "OK");
    EXPECT_TRUE(alone());
    EXPECT_EQ(boss.ask("GET n"), "\"1\"");
  }
  {
    SCOPED_TRACE("it is in a transaction, watches, listens");
    TestClient c = client();
    EXPECT_EQ(c.ask("WATCH w"), "OK");
    EXPECT_EQ(c.ask("HELLO 3").substr(0, 1), "{");
    EXPECT_EQ(c.ask("SUBSCRIBE ch").substr(0, 1), ">");
    EXPECT_EQ(c.ask("MULTI"), "OK");
    c.abort();
    EXPECT_TRUE(alone());
    EXPECT_EQ(boss.ask("SET w 1"), "OK");
    EXPECT_EQ(boss.ask("PUBLISH ch m"), ":0");
  }
}

TEST_P(ProtocolTest, QuitIsAnsweredAndWhatFollowsIsNotRun) {
  start();
  TestClient c = client();
  c.send(request({"SET", "k", "before"}) + request({"QUIT"}) + request({"SET", "k", "after"}));
  EXPECT_EQ(c.next(), "OK");
  EXPECT_EQ(c.next(), "OK");
  EXPECT_TRUE(c.closed_by_server());
  EXPECT_EQ(client().ask("GET k"), "\"before\"");
}

TEST_P(ProtocolTest, NonsenseBehindQuitIsNotAnswered) {
  start();
  TestClient c = client();
  c.send(request({"QUIT"}) + "*1\r\n:5\r\n");
  EXPECT_EQ(c.next(), "OK");
  EXPECT_TRUE(c.closed_by_server());
}

TEST_P(ProtocolTest, Resp3TypesAreMappedToResp2) {
  start({"--enable-debug-command", "yes"});
  TestClient two = client();
  TestClient three = client();
  EXPECT_TRUE(three.ask("HELLO 3").starts_with("{"));
  const std::tuple<std::string, std::string, std::string> cases[] = {
      {"string", "\"Hello World\"", "\"Hello World\""},
      {"integer", ":12345", ":12345"},
      {"double", "\"3.141\"", ",3.141"},
      {"null", "nil", "null"},
      {"array", "[:0 :1 :2]", "[:0 :1 :2]"},
      {"set", "[:0 :1 :2]", "~[:0 :1 :2]"},
      {"map", "[:0 :0 :1 :1 :2 :0]", "{:0 #f :1 #t :2 #f}"},
      {"true", ":1", "#t"},
      {"false", ":0", "#f"},
      {"verbatim", "\"This is a verbatim\nstring\"", "=txt:This is a verbatim\nstring"},
      {"bignum", "\"1234567999999999999999999999999999999\"", "(1234567999999999999999999999999999999"},
  };
  for (const auto& [type, in_two, in_three] : cases) {
    EXPECT_EQ(two.ask("DEBUG PROTOCOL " + type), in_two);
    EXPECT_EQ(three.ask("DEBUG PROTOCOL " + type), in_three);
  }
  EXPECT_EQ(three.ask("DEBUG PROTOCOL attrib"), "|{\"key-popularity\" [\"key:123\" :90]}");
  EXPECT_EQ(three.next(), "\"Some real reply following the attribute\"");
}

}  // namespace
}  // namespace baton
