#include "server/io/io_loop.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>

#include "server/io/loop_fixture.h"

namespace baton {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

// A move of every connection to another loop, with the client in each state that it can be in.
class MoveTest : public LoopFixture {
 protected:
  // What the crew does while all threads rest: mail first, then connections, then what the loop had sent.
  void move() {
    ParcelChain on_its_way;
    one_->channel->reclaim_to_io(on_its_way);
    one_->loop.take_at_rest(on_its_way);
    const std::array<IoLoop*, 1> targets = {&other_->loop};
    one_->loop.move_to(targets, static_cast<std::size_t>(-1));
    ParcelChain sent;
    one_->channel->reclaim_to_executor(sent);
    while (!sent.empty()) other_->channel->to_executor(sent.pop_front());
    EXPECT_EQ(one_->loop.clients(), 0u);
    EXPECT_EQ(one_->stats.get(IoStat::clients), 0u);
    settle(*other_);
  }
  std::vector<std::string> run_there(std::string_view reply) { return run(*other_, reply); }
};

TEST_F(MoveTest, AnIdleClientGoesOnAtTheOtherLoop) {
  const int client = connect(1);
  move();
  say(client, "PING\r\n");
  settle(*other_);
  EXPECT_THAT(run_there("+PONG\r\n"), ElementsAre("PING"));
  EXPECT_EQ(hear(client), "+PONG\r\n");
  EXPECT_EQ(other_->stats.get(IoStat::clients), 1u);
}

TEST_F(MoveTest, InputThatWaitsInTheSocketIsFoundThere) {
  const int client = connect(1);
  say(client, "PING\r\n");
  move();
  EXPECT_THAT(run_there("+PONG\r\n"), ElementsAre("PING"));
  EXPECT_EQ(hear(client), "+PONG\r\n");
}

TEST_F(MoveTest, AHalfCommandIsCompletedThere) {
  const int client = connect(1);
  say(client, "*2\r\n$4\r\nECHO\r\n$5\r\nhe");
  settle();
  move();
  say(client, "llo\r\n");
  settle(*other_);
  EXPECT_THAT(run_there("+\r\n"), ElementsAre("ECHO hello"));
}

TEST_F(MoveTest, AHalfBodyIsCompletedThere) {
  const std::string body(100'000, 'b');
  const int client = connect(1);
  say(client, "*2\r\n$4\r\nECHO\r\n$100000\r\n" + body.substr(0, 70'000));
  settle();
  move();
  say(client, body.substr(70'000) + "\r\n");
  settle(*other_);
  EXPECT_THAT(run_there("+\r\n"), ElementsAre("ECHO " + body));
}

TEST_F(MoveTest, ASessionThatTheExecutorHoldsComesHomeToTheOtherLoop) {
  const int client = connect(1);
  say(client, "PING 1\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  say(client, "PING 2\r\n");
  settle();
  move();
  EXPECT_EQ(take_session(*other_), nullptr);
  send_home(*other_, session, "+1\r\n");
  settle(*other_);
  EXPECT_THAT(run_there("+2\r\n"), ElementsAre("PING 2"));
  EXPECT_EQ(hear(client), "+1\r\n+2\r\n");
}

TEST_F(MoveTest, ASessionOnItsWayToTheExecutorIsNotLost) {
  const int client = connect(1);
  say(client, "PING\r\n");
  settle();
  move();
  EXPECT_THAT(run_there("+PONG\r\n"), ElementsAre("PING"));
  EXPECT_EQ(hear(client), "+PONG\r\n");
}

TEST_F(MoveTest, ASessionOnItsWayHomeArrivesBeforeTheMove) {
  const int client = connect(1);
  say(client, "PING\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  send_home(session, "+PONG\r\n");
  move();
  EXPECT_EQ(hear(client), "+PONG\r\n");
  EXPECT_EQ(take_session(*other_), nullptr);
}

TEST_F(MoveTest, CommandsThatAreReadAlreadyGoOnThereThoughTheRepliesBeforeThemAreEmpty) {
  constexpr int kCommands = 3 * CommandBatch::kCommandsMax;
  const int client = connect(1);
  std::string all;
  for (int i = 0; i < kCommands; ++i) all += "E " + std::to_string(i) + "\r\n";
  say(client, all);
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  int next = static_cast<int>(commands_of(*session).size());
  ASSERT_LT(next, kCommands);
  send_home(session, "");  // as with CLIENT REPLY OFF
  move();
  while (next < kCommands) {
    const std::vector<std::string> batch = run_there("");
    ASSERT_FALSE(batch.empty());
    for (const std::string& command : batch) ASSERT_EQ(command, "E " + std::to_string(next++));
  }
}

TEST_F(MoveTest, ANewConnectionOnItsWayIsAdoptedBeforeTheMove) {
  const int client = offer(1);
  move();
  say(client, "PING\r\n");
  settle(*other_);
  EXPECT_THAT(run_there("+PONG\r\n"), ElementsAre("PING"));
}

TEST_F(MoveTest, AKillOnItsWayIsObeyedBeforeTheMove) {
  const int client = connect(1);
  one_->post(new KillOrder(1));
  move();
  EXPECT_TRUE(ended(client));
  expect_gone(*other_);
}

TEST_F(MoveTest, AShellWaitsForItsSessionAtTheOtherLoop) {
  connect(1);
  say(clients_.back(), "PING\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  one_->post(new KillOrder(1));
  settle();
  move();
  EXPECT_EQ(other_->loop.clients(), 1u);
  send_home(*other_, session, "+PONG\r\n");
  settle(*other_);
  expect_gone(*other_);
}

TEST_F(MoveTest, OutputThatASlowReaderLeftIsSentFromThere) {
  const int client = connect(1);
  say(client, "GET big\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  const std::string big(8 << 20, 'x');
  send_home(session, big);
  settle();
  move();
  EXPECT_EQ(hear_slowly(*other_, client, big.size()), big.size());
  say(client, "PING\r\n");
  settle(*other_);
  EXPECT_THAT(run_there("+PONG\r\n"), ElementsAre("PING"));
}

TEST_F(MoveTest, OneThatIsClosingSendsTheRestFromThereAndCloses) {
  const int client = connect(1);
  say(client, "QUIT\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  session->close_after_replies = true;
  const std::string big(8 << 20, 'x');
  send_home(session, big);
  settle();
  move();
  EXPECT_EQ(hear_slowly(*other_, client, big.size()), big.size());
  EXPECT_TRUE(ended(client));
  EXPECT_EQ(other_->loop.clients(), 0u);
}

TEST_F(MoveTest, ConnectionsAreSpreadEvenly) {
  for (std::uint64_t id = 1; id <= 4; ++id) connect(id);
  LoopUnderTest third(real_.platform(), log_, resolver_, IoLimits{});
  const std::array<IoLoop*, 2> targets = {&other_->loop, &third.loop};
  one_->loop.move_to(targets, static_cast<std::size_t>(-1));
  EXPECT_EQ(other_->loop.clients(), 2u);
  EXPECT_EQ(third.loop.clients(), 2u);
  std::vector<std::uint64_t> ids = other_->loop.client_ids();
  const std::vector<std::uint64_t> others = third.loop.client_ids();
  ids.insert(ids.end(), others.begin(), others.end());
  EXPECT_THAT(ids, UnorderedElementsAre(1, 2, 3, 4));
  third.loop.close_all();
  third.loop.flush();
  while (Session* session = take_session(third)) delete session;
}

TEST_F(MoveTest, SomeMayLeaveWhileOthersStayWithWhatTheyHaveToSend) {
  std::vector<int> clients;
  for (std::uint64_t id = 1; id <= 5; ++id) clients.push_back(connect(id));
  // Each has a reply that its loop is about to send.
  for (const int client : clients) say(client, "PING\r\n");
  settle();
  ParcelChain replies;
  while (Session* session = take_session()) {
    session->replies.append("+PONG " + std::to_string(session->id) + "\r\n");
    replies.push_back(Held<Parcel>(session));
  }
  one_->loop.take_at_rest(replies);
  const std::array<IoLoop*, 1> targets = {&other_->loop};
  one_->loop.move_to(targets, 2);
  EXPECT_EQ(one_->loop.clients(), 3u);
  EXPECT_EQ(other_->loop.clients(), 2u);
  EXPECT_EQ(one_->stats.get(IoStat::clients), 3u);
  EXPECT_EQ(other_->stats.get(IoStat::clients), 2u);
  one_->loop.flush();
  std::vector<std::string> heard;
  heard.reserve(clients.size());
  for (const int client : clients) heard.push_back(hear(client));
  EXPECT_EQ(std::count(heard.begin(), heard.end(), ""), 2);
  settle(*other_);
  for (std::size_t i = 0; i < clients.size(); ++i)
    EXPECT_EQ(heard[i] + hear(clients[i]), "+PONG " + std::to_string(i + 1) + "\r\n");
}

}  // namespace
}  // namespace baton
