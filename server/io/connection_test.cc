#include "server/io/connection.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include "server/io/loop_fixture.h"

namespace baton {
namespace {

using testing::ElementsAre;

class ConnectionTest : public LoopFixture {};

TEST_F(ConnectionTest, ACommandGoesAndItsReplyComesBack) {
  const int client = connect(1);
  say(client, "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
  settle();
  EXPECT_THAT(run("$1\r\nv\r\n"), ElementsAre("GET k"));
  EXPECT_EQ(hear(client), "$1\r\nv\r\n");
}

TEST_F(ConnectionTest, WhileTheSessionIsAwayNothingElseIsHandedOver) {
  const int client = connect(1);
  say(client, "PING 1\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  say(client, "PING 2\r\n");
  settle();
  EXPECT_EQ(take_session(), nullptr);
  EXPECT_THAT(commands_of(*session), ElementsAre("PING 1"));
  send_home(session, "+1\r\n");
  settle();
  EXPECT_THAT(run("+2\r\n"), ElementsAre("PING 2"));
  EXPECT_EQ(hear(client), "+1\r\n+2\r\n");
}

TEST_F(ConnectionTest, APipelineOfAnyDepthComesInOrderInBoundedBatches) {
  constexpr int kCommands = 1500;
  const int client = connect(1);
  std::string all;
  for (int i = 0; i < kCommands; ++i) all += "ECHO " + std::to_string(i) + "\r\n";
  say(client, all);
  settle();
  int next = 0;
  while (next < kCommands) {
    const std::vector<std::string> batch = run("+\r\n");
    ASSERT_FALSE(batch.empty());
    ASSERT_LE(batch.size(), CommandBatch::kCommandsMax);
    for (const std::string& command : batch) ASSERT_EQ(command, "ECHO " + std::to_string(next++));
  }
  EXPECT_EQ(take_session(), nullptr);
}

TEST_F(ConnectionTest, APipelineBeforeTheEndOfTheStreamIsAnsweredWholeThenItCloses) {
  constexpr int kCommands = 1200;
  const int client = connect(1);
  std::string all;
  for (int i = 0; i < kCommands; ++i) all += "ECHO " + std::to_string(i) + "\r\n";
  say(client, all);
  real_.platform().sockets.shutdown_write(client);
  settle();
  std::size_t commands = 0;
  while (commands < kCommands) {
    const auto batch = run("+\r\n");
    ASSERT_FALSE(batch.empty());
    commands += batch.size();
  }
  expect_gone();
  EXPECT_EQ(commands, std::size_t{kCommands});
}

TEST_F(ConnectionTest, AReplyThatIsNotReadYetOutlivesTheEndOfTheStream) {
  const int client = connect(1);
  say(client, "GET big\r\n");
  real_.platform().sockets.shutdown_write(client);
  settle();
  const std::string big(8 << 20, 'x');
  run(big);
  EXPECT_EQ(loop().clients(), 1u);
  EXPECT_EQ(hear_slowly(client, big.size()), big.size());
  expect_gone();
}

TEST_F(ConnectionTest, ABigArgumentMayBeCutAnywhereWithCommandsBeforeAndBehindIt) {
  const std::string body(100'000, 'b');
  const std::string all = "PING\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n" + body + "\r\nECHO after\r\n";
  for (const std::size_t cut : {30u, 41u, 20'000u, 100'000u, 100'040u, 100'041u, 100'042u, 100'045u}) {
    const int client = connect(cut);
    std::vector<std::string> seen;
    const auto run_all = [&] {
      settle();
      while (Session* session = take_session()) {
        for (std::string& command : commands_of(*session)) seen.push_back(std::move(command));
        send_home(session, "+\r\n");
        settle();
      }
    };
    say(client, std::string_view(all).substr(0, cut));
    run_all();
    say(client, std::string_view(all).substr(cut));
    run_all();
    EXPECT_THAT(seen, ElementsAre("PING", "SET k " + body, "ECHO after")) << cut;
  }
}

TEST_F(ConnectionTest, WhatFollowsABigArgumentThatCameInOnePieceIsKept) {
  const int client = connect(1);
  // Many small arguments make the buffer grow, so that the big one and what follows fit behind them.
  std::string most = "*602\r\n$4\r\nMSET\r\n";
  std::string words = "MSET";
  for (int i = 0; i < 600; ++i) {
    most += "$100\r\n" + std::string(100, 'a') + "\r\n";
    words += " " + std::string(100, 'a');
  }
  say(client, most);
  settle();
  const std::string body(40'000, 'b');
  say(client, "$40000\r\n" + body + "\r\nECHO after\r\n");
  settle();
  EXPECT_THAT(run("+\r\n"), ElementsAre(words + " " + body, "ECHO after"));
}

TEST_F(ConnectionTest, AProtocolErrorTravelsBehindTheCommandsBeforeItAndEndsTheInput) {
  const int client = connect(1);
  say(client, "PING\r\n*1\r\n:5\r\nPING\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(commands_of(*session), ElementsAre("PING"));
  EXPECT_EQ(session->batch.protocol_error, "Protocol error: expected '$', got ':'");
  session->close_after_replies = true;
  send_home(session, "+PONG\r\n-ERR\r\n");
  settle();
  EXPECT_EQ(hear(client), "+PONG\r\n-ERR\r\n");
  EXPECT_TRUE(ended(client));
  expect_gone();
}

TEST_F(ConnectionTest, AReaderOfALongReplyDoesNotKeepOthersWaiting) {
  const std::string longest(2 * Connection::kSendMaxEachTurn + 1000, 'x');
  const int greedy = connect(1);
  const int modest = connect(2);
  say(greedy, "PING\r\n");
  settle();
  Session* const first = take_session();
  say(modest, "PING\r\n");
  settle();
  Session* const second = take_session();
  ASSERT_TRUE(first && second);
  send_home(first, longest);
  send_home(second, "+PONG\r\n");
  std::string heard;
  for (const std::size_t share :
       {Connection::kSendMaxEachTurn, Connection::kSendMaxEachTurn, std::size_t{1000}}) {
    one_->turn();
    EXPECT_EQ(loop().timeout_ms() == 0, share != 1000);  // it goes on by itself
    const std::string piece = hear(greedy);
    EXPECT_EQ(piece.size(), share);
    heard += piece;
    EXPECT_EQ(hear(modest), heard.size() == share ? "+PONG\r\n" : "");
  }
  EXPECT_EQ(heard, longest);
}

TEST_F(ConnectionTest, AReaderAboveTheLimitIsClosedThoughItHasMoreToSendNextTurn) {
  IoLimits limits;
  limits.output_limits[static_cast<std::size_t>(ClientClass::normal)].hard_bytes =
      2 * Connection::kSendMaxEachTurn;
  set_limits(limits);
  const int client = connect(1);
  auto* const delivery = new Delivery();
  delivery->client_ids = {1};
  delivery->bytes.assign(4 * Connection::kSendMaxEachTurn, 'x');
  one_->post(delivery);
  one_->turn();
  EXPECT_EQ(hear(client).size(), Connection::kSendMaxEachTurn);
  EXPECT_TRUE(ended(client));
  EXPECT_EQ(loop().clients(), 0u);
  EXPECT_EQ(loop().timeout_ms(), -1);  // nobody is left to go on with
  Session* const session = take_session();
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->errand, Errand::closed);
  delete session;
  settle();
}

TEST_F(ConnectionTest, AKillAtHomeClosesAtOnce) {
  const int client = connect(1);
  one_->post(new KillOrder(1));
  settle();
  EXPECT_TRUE(ended(client));
  expect_gone();
}

TEST_F(ConnectionTest, AKillWhileAwayClosesTheSocketAndBuriesWhenTheSessionIsBack) {
  const int client = connect(1);
  say(client, "PING\r\n");
  settle();
  Session* session = take_session();
  one_->post(new KillOrder(1));
  one_->post(new KillOrder(1));
  settle();
  EXPECT_TRUE(ended(client));
  EXPECT_EQ(loop().clients(), 1u);
  EXPECT_EQ(take_session(), nullptr);
  EXPECT_THAT(commands_of(*session), ElementsAre("PING"));  // its input still stands
  send_home(session, "+PONG\r\n");
  settle();
  expect_gone();
}

TEST_F(ConnectionTest, AMessageIsSentWhetherTheSessionIsHereOrAway) {
  const int client = connect(1);
  const auto deliver = [&](std::string_view bytes) {
    auto* delivery = new Delivery();
    delivery->client_ids = {1, 77};
    delivery->bytes = bytes;
    one_->post(delivery);
    settle();
  };
  deliver("+home\r\n");
  say(client, "PING\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  deliver("+away\r\n");
  EXPECT_EQ(hear(client), "+home\r\n+away\r\n");
  send_home(session, "+reply\r\n");
  deliver("+after\r\n");
  EXPECT_EQ(hear(client), "+reply\r\n+after\r\n");
}

TEST_F(ConnectionTest, CommandsThatArrivedBeforeThePeerWentAreStillHandedOver) {
  // A unix socket reports the end as a hang-up at once, with bytes still to read.
  const int client = connect(1);
  say(client, "PING 1\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  say(client, "PING 2\r\n");
  close_client(client);
  settle();
  send_home(session, "");  // as with CLIENT REPLY OFF
  settle();
  EXPECT_THAT(run(""), ElementsAre("PING 2"));
  expect_gone();
}

TEST_F(ConnectionTest, ArgumentsOfAnUnfinishedCommandCountTowardsTheQueryBufferLimit) {
  IoLimits limits;
  limits.query_buffer_limit = 1 << 20;
  set_limits(limits);
  const int client = connect(1);
  say(client, "*100\r\n$4\r\nMSET\r\n");
  const std::string argument = "$40000\r\n" + std::string(40'000, 'a') + "\r\n";
  for (int i = 0; i < 20; ++i) say(client, argument);
  settle();
  EXPECT_EQ(stat(IoStat::query_limit_closed), 0u);
  for (int i = 0; i < 20 && stat(IoStat::query_limit_closed) == 0; ++i) {
    say(client, argument);
    settle();
  }
  EXPECT_EQ(stat(IoStat::query_limit_closed), 1u);
  expect_gone();
}

TEST_F(ConnectionTest, AnArgumentThatIsAnnouncedCountsTowardsTheQueryBufferLimit) {
  IoLimits limits;
  limits.query_buffer_limit = 1 << 20;
  set_limits(limits);
  const int client = connect(1);
  say(client, "*2\r\n$4\r\nECHO\r\n$2000000\r\nx");
  settle();
  EXPECT_EQ(stat(IoStat::query_limit_closed), 1u);
  expect_gone();
}

TEST_F(ConnectionTest, LimitsThatChangeHoldForClientsThatAreThere) {
  const int client = connect(1);
  IoLimits limits;
  limits.proto_max_bulk_len = 1 << 20;
  set_limits(limits);
  settle();
  say(client, "*2\r\n$4\r\nECHO\r\n$2000000\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->batch.protocol_error, "Protocol error: invalid bulk length");
  send_home(session, "");
  settle();
}

TEST_F(ConnectionTest, AReaderAboveTheHardLimitIsClosed) {
  IoLimits limits;
  limits.output_limits[static_cast<std::size_t>(ClientClass::normal)].hard_bytes = 1 << 20;
  set_limits(limits);
  const int client = connect(1);
  say(client, "GET big\r\n");
  settle();
  run(std::string(64 << 20, 'x'));
  EXPECT_EQ(stat(IoStat::output_limit_closed), 1u);
  expect_gone();
}

TEST_F(ConnectionTest, AReaderAboveTheSoftLimitIsClosedWhenItsTimeIsOverEvenAfterQuit) {
  IoLimits limits;
  limits.output_limits[static_cast<std::size_t>(ClientClass::normal)] = {0, 1 << 20, 10};
  set_limits(limits);
  const int client = connect(1);
  say(client, "QUIT\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  session->close_after_replies = true;
  send_home(session, std::string(64 << 20, 'x'));
  settle();
  one_->now_ns += 9'000'000'000;
  settle();
  EXPECT_EQ(loop().clients(), 1u);
  one_->now_ns += 12'000'000'000;
  settle();
  EXPECT_EQ(stat(IoStat::output_limit_closed), 1u);
  expect_gone();
}

// Soft limits are the default for subscribers: they are no reason to wake while nobody is above them.
TEST_F(ConnectionTest, ALoopLooksAtTheSoftLimitOnlyWhileAReaderIsAboveIt) {
  IoLimits limits;
  limits.output_limits[static_cast<std::size_t>(ClientClass::normal)] = {0, 1 << 20, 10};
  set_limits(limits);
  const int client = connect(1);
  settle();
  EXPECT_EQ(loop().timeout_ms(), -1);
  const std::string big(8 << 20, 'x');
  say(client, "GET big\r\n");
  settle();
  run(big);
  EXPECT_GE(loop().timeout_ms(), 0);
  EXPECT_EQ(hear_slowly(client, big.size()), big.size());
  one_->now_ns += 2'000'000'000;
  settle();
  EXPECT_EQ(loop().timeout_ms(), -1);

  // One that leaves takes its count with it.
  say(client, "GET big\r\n");
  settle();
  run(big);
  EXPECT_GE(loop().timeout_ms(), 0);
  one_->now_ns += 20'000'000'000;
  settle();
  connect(2);
  settle();
  EXPECT_EQ(stat(IoStat::output_limit_closed), 1u);
  EXPECT_EQ(loop().timeout_ms(), -1);
}

TEST_F(ConnectionTest, ALimitThatComesLaterHoldsForWhatWaitsAlready) {
  const int client = connect(1);
  say(client, "GET big\r\n");
  settle();
  run(std::string(64 << 20, 'x'));
  EXPECT_EQ(loop().timeout_ms(), -1);
  IoLimits limits;
  limits.output_limits[static_cast<std::size_t>(ClientClass::normal)] = {0, 1 << 20, 10};
  set_limits(limits);
  settle();
  EXPECT_EQ(loop().clients(), 1u);
  EXPECT_GE(loop().timeout_ms(), 0);
  one_->now_ns += 12'000'000'000;
  settle();
  EXPECT_EQ(stat(IoStat::output_limit_closed), 1u);
  expect_gone();
}

TEST_F(ConnectionTest, AReaderThatCatchesUpHasTheSoftLimitsWholeTimeAgain) {
  IoLimits limits;
  limits.output_limits[static_cast<std::size_t>(ClientClass::normal)] = {0, 1 << 20, 10};
  set_limits(limits);
  const int client = connect(1);
  const std::string big(8 << 20, 'x');
  for (int round = 0; round < 3; ++round) {
    say(client, "GET big\r\n");
    settle();
    run(big);
    one_->now_ns += 6'000'000'000;
    settle();
    EXPECT_EQ(hear_slowly(client, big.size()), big.size()) << round;
    one_->now_ns += 2'000'000'000;
    settle();
  }
  EXPECT_EQ(stat(IoStat::output_limit_closed), 0u);
}

TEST_F(ConnectionTest, AReaderThatDiesWhileItsLastRepliesWaitIsClosed) {
  const int client = connect(1);
  say(client, "QUIT\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  session->close_after_replies = true;
  send_home(session, std::string(8 << 20, 'x'));
  settle();
  EXPECT_EQ(loop().clients(), 1u);
  close_client(client);
  settle();
  expect_gone();
}

TEST_F(ConnectionTest, AClientWhoseCommandTakesLongIsNotIdle) {
  IoLimits limits;
  limits.timeout_seconds = 5;
  set_limits(limits);
  const int client = connect(1);
  say(client, "PING\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  one_->now_ns += 20'000'000'000;
  settle();
  EXPECT_FALSE(ended(client));
  send_home(session, "+PONG\r\n");
  settle();
  EXPECT_EQ(hear(client), "+PONG\r\n");
}

TEST_F(ConnectionTest, AnIdleClientIsClosedAndOneThatListensIsNot) {
  IoLimits limits;
  limits.timeout_seconds = 5;
  set_limits(limits);
  const int idle = connect(1);
  const int listener = connect(2);
  say(listener, "SUBSCRIBE a\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  session->may_idle = true;
  send_home(session, "+\r\n");
  settle();
  one_->now_ns += 4'000'000'000;
  settle();
  EXPECT_EQ(loop().clients(), 2u);
  one_->now_ns += 3'000'000'000;
  settle();
  EXPECT_TRUE(ended(idle));
  EXPECT_EQ(hear(listener), "+\r\n");
  EXPECT_FALSE(ended(listener));
  EXPECT_EQ(stat(IoStat::idle_closed), 1u);
}

TEST_F(ConnectionTest, StoppingSendsWhatIsQueuedAndWaitsForTheSessionThatIsAway) {
  const int client = connect(1);
  const int idle = connect(2);
  say(client, "PING\r\n");
  settle();
  Session* session = take_session();
  one_->post(new StopOrder(one_->now_ns + 1));
  settle();
  EXPECT_TRUE(ended(idle));
  EXPECT_FALSE(loop().stopped());
  EXPECT_FALSE(ended(client));
  send_home(session, "+PONG\r\n");
  settle();
  EXPECT_EQ(hear(client), "+PONG\r\n");
  EXPECT_TRUE(ended(client));
  EXPECT_TRUE(loop().stopped());
}

TEST_F(ConnectionTest, OneThatArrivesAfterTheStopIsClosed) {
  one_->post(new StopOrder(one_->now_ns + 1));
  settle();
  const int late = connect(1);
  EXPECT_TRUE(ended(late));
  expect_gone();
  EXPECT_TRUE(loop().stopped());
}

TEST_F(ConnectionTest, ADescriptorThatCannotBeRegisteredIsClosed) {
  const int fd = ::open("/", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  offer(1, fd);
  settle();
  expect_gone();
  EXPECT_LT(::fcntl(fd, F_GETFD), 0);
}

}  // namespace
}  // namespace baton
