// The zoo at one I/O loop: defects of other servers that Baton's connections, reactor and sessions exclude.
//
// Real sockets, the test in the executor's place (server/io/loop_fixture.h). Each test is named by its row in
// docs/bug-zoo.md and fails when the mechanism described there is put into the code it names.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "server/io/channel.h"
#include "server/io/loop_fixture.h"

namespace baton {
namespace {

class IoZooTest : public LoopFixture {
 protected:
  // A connection whose client reads nothing, with more output than its socket takes.
  int stuck_reader(std::uint64_t id, std::size_t bytes) {
    const int client = connect(id);
    const int little = 4096;
    ::setsockopt(client, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    say(client, "GET big\r\n");
    settle();
    run(std::string(bytes, 'x'));
    return client;
  }
  // What the poller still has to say when everything is done: a readiness that nobody handles is said again.
  int reports() { return one_->reactor->poll(0); }
};

// Level-triggered readiness that outlived its purpose spun a thread at 100 %.
TEST_F(IoZooTest, B1_AWriteThatHadToWaitLeavesNothingArmed) {
  const int client = stuck_reader(1, 1 << 20);
  say(client, "GET next\r\n");
  settle();
  Session* away = take_session();
  ASSERT_NE(away, nullptr);
  EXPECT_EQ(hear_slowly(client, 1 << 20), 1u << 20);  // drained while the session is with the executor
  send_home(away, "+next\r\n");
  settle();
  EXPECT_EQ(hear(client), "+next\r\n");
  settle();
  EXPECT_EQ(reports(), 0);
  EXPECT_FALSE(one_->reactor->has_ready());
}

// A handler was taken off a connection that had none any more.
TEST_F(IoZooTest, B2_AConnectionThatWaitedToSendIsClosedAndDetachedOnce) {
  const int client = stuck_reader(1, 1 << 20);
  one_->post(new KillOrder(1));
  one_->post(new KillOrder(1));
  settle();
  expect_gone();
  EXPECT_GT(hear(client).size(), 0u);
  settle();
  EXPECT_EQ(reports(), 0);
}

// Input for a client that the executor holds was a readiness that nobody handled.
TEST_F(IoZooTest, B3_InputThatComesWhileTheSessionIsAwayDoesNotSpin) {
  const int client = connect(1);
  say(client, "SLOW\r\n");
  settle();
  Session* away = take_session();
  ASSERT_NE(away, nullptr);
  say(client, "MORE\r\n");
  settle();
  for (int turn = 0; turn < 20; ++turn) {
    EXPECT_EQ(reports(), 0);
    EXPECT_FALSE(one_->reactor->has_ready());
    EXPECT_NE(loop().timeout_ms(), 0);
  }
  send_home(away, "+slow\r\n");
  settle();
  EXPECT_EQ(run("+more\r\n"), (std::vector<std::string>{"MORE"}));
}

// Bytes that were read already, and that no socket will announce again, lay until a timer.
TEST_F(IoZooTest, B5_InputThatIsInTheBufferIsParsedWhenTheSessionIsBack) {
  const int client = connect(1);
  std::string many;
  for (std::uint32_t i = 0; i < 2 * CommandBatch::kCommandsMax; ++i) many += "PING\r\n";
  say(client, many);
  settle();
  std::size_t commands = 0;
  while (Session* session = take_session()) {
    commands += session->batch.commands.size();
    send_home(session, "+PONG\r\n");
    one_->turn();
    one_->turn();
  }
  EXPECT_EQ(commands, 2u * CommandBatch::kCommandsMax);
}

// An invalidation was sent, by pointer, to a client on its way to be freed.
TEST_F(IoZooTest, C5_WhatIsSentToAClientThatIsGoneIsDropped) {
  const int client = connect(1);
  say(client, "GET a\r\n");
  settle();
  Session* away = take_session();
  close_client(client);
  one_->post(new KillOrder(1));
  auto* to_shell = new Delivery();
  to_shell->client_ids = {1};
  to_shell->bytes = ">2\r\n";
  one_->post(to_shell);
  settle();
  send_home(away, "+late\r\n");
  settle();
  expect_gone();
  auto* to_nobody = new Delivery();
  to_nobody->client_ids = {1};
  to_nobody->bytes = ">2\r\n";
  one_->post(to_nobody);
  settle();
  EXPECT_EQ(loop().clients(), 0u);
}

// "Has it replies to send?" was asked of a client that another thread had.
TEST_F(IoZooTest, D16_AskingASessionThatIsAwayTraps) {
  Session session(1, nullptr);
  Held<Session> home(&session);
  Held<Session> away = std::move(home);
  EXPECT_DEATH((void)home->replies.empty(), "Held: used while empty");  // NOLINT(bugprone-use-after-move)
  (void)away.release();
}

// Maintenance freed the arguments of a command that had come in half, then went on with them.
TEST_F(IoZooTest, F4_AHalfCommandOutlivesTicksAndNewLimits) {
  IoLimits limits;
  limits.timeout_seconds = 3600;
  set_limits(limits);
  const int client = connect(1);
  say(client, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nva");
  for (int second = 0; second < 30; ++second) {
    one_->now_ns += 1'000'000'000;
    set_limits(limits);
    settle();
  }
  EXPECT_EQ(take_session(), nullptr);
  say(client, "lue\r\n");
  settle();
  EXPECT_EQ(run("+OK\r\n"), (std::vector<std::string>{"SET k value"}));
}

// The end of a read cleared what the beginning of a write had noted.
TEST_F(IoZooTest, H4_ReadsAndWritesUnderWayDoNotKnowOfEachOther) {
  const int client = stuck_reader(1, 1 << 20);
  say(client, "PI");  // a read ends while the write waits, and nothing else makes it go on
  settle();
  EXPECT_EQ(hear_slowly(client, 1u << 20), 1u << 20);
  say(client, "NG\r\n");
  settle();
  EXPECT_EQ(run("+PONG\r\n"), (std::vector<std::string>{"PING"}));
  EXPECT_EQ(reports(), 0);
}

// Maintenance resized the buffer between the first part of a write and the rest.
TEST_F(IoZooTest, H8_AHalfSentReplyOutlivesTicksAndMessages) {
  IoLimits limits;
  limits.timeout_seconds = 3600;
  set_limits(limits);
  const int client = connect(1);
  std::string reply;
  for (int i = 0; i < 200'000; ++i) reply += static_cast<char>('a' + i % 23);
  say(client, "GET big\r\n");
  settle();
  run(reply);
  std::string heard = hear(client);
  for (int second = 0; second < 10; ++second) {
    one_->now_ns += 1'000'000'000;
    set_limits(limits);
    auto* message = new Delivery();
    message->client_ids = {1};
    message->bytes = "MESSAGE";
    reply += message->bytes;
    one_->post(message);
    settle();
    heard += hear(client);
  }
  for (int i = 0; i < 100 && heard.size() < reply.size(); ++i) {
    settle();
    heard += hear(client);
  }
  EXPECT_EQ(heard, reply);
}

// A read that did not happen returned the count of the one before.
TEST_F(IoZooTest, H10_AConnectionThatIsClosingIsNotReadAgain) {
  const int client = connect(1);
  say(client, "FIRST\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  session->close_after_replies = true;
  say(client, "SECOND\r\n");
  const std::uint64_t reads = stat(IoStat::reads);
  send_home(session, std::string(1 << 20, 'b'));  // more than the socket takes: it closes later
  settle();
  EXPECT_EQ(stat(IoStat::reads), reads);
  EXPECT_EQ(hear_slowly(client, 1u << 20), 1u << 20);
  EXPECT_EQ(stat(IoStat::reads), reads);
  expect_gone();
}

// The count of a command that was there in half was taken for a whole one; or the half was queued, and the
// rest, for which nothing was armed, never came.
TEST_F(IoZooTest, H11_H30_AHalfCommandIsNeitherHandedOverNorForgotten) {
  const int client = connect(1);
  const std::string whole = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
  say(client, "PING\r\n" + whole.substr(0, 15));
  settle();
  EXPECT_EQ(run("+PONG\r\n"), (std::vector<std::string>{"PING"}));
  for (std::size_t at = 15; at < whole.size(); ++at) {
    EXPECT_EQ(take_session(), nullptr) << "handed over at byte " << at;
    say(client, whole.substr(at, 1));
    settle();
  }
  EXPECT_EQ(run("+OK\r\n"), (std::vector<std::string>{"SET k v"}));
}

// A client that had said QUIT was still sent invalidations.
TEST_F(IoZooTest, H17_AfterItsLastReplyAClientIsSentNothing) {
  const int client = connect(1);
  say(client, "QUIT\r\n");
  settle();
  Session* session = take_session();
  ASSERT_NE(session, nullptr);
  session->close_after_replies = true;
  std::string last(1 << 20, 'z');  // it does not fit the socket, so the connection lives on for a while
  send_home(session, last);
  settle();
  auto* message = new Delivery();
  message->client_ids = {1};
  message->bytes = "MESSAGE";
  one_->post(message);
  settle();
  std::string heard = hear(client);
  for (int i = 0; i < 100 && heard.size() < last.size(); ++i) {
    settle();
    heard += hear(client);
  }
  EXPECT_EQ(heard, last);
  settle();
  expect_gone();
}

// Whoever had no room waited for it: main for its workers, a worker for main.
TEST(ChannelZoo, H20_AFullQueueIsSaidAndNotWaitedFor) {
  Bell executor_bell;
  Bell io_bell;
  const auto channel = make_channel(Channel::Kind::ring, &executor_bell, &io_bell);
  constexpr std::size_t kMany = 5000;
  for (std::size_t i = 0; i < kMany; ++i) {
    channel->to_io(Held<Parcel>(new KillOrder(i)));
    channel->to_executor(Held<Parcel>(new KillOrder(i)));
  }
  std::size_t arrived = 0;
  std::size_t refused_to_io = 0;
  std::size_t refused_to_executor = 0;
  const auto count = [&](ParcelChain& mail) {
    for (; !mail.empty(); ++arrived) delete mail.pop_front().release();
  };
  while (arrived < 2 * kMany) {
    // Each side goes on with its own mail when the other has no room.
    if (!channel->flush_to_io()) ++refused_to_io;
    if (!channel->flush_to_executor()) ++refused_to_executor;
    ParcelChain mail;
    channel->drain_from_executor(512, mail);
    channel->drain_from_io(512, mail);
    count(mail);
  }
  EXPECT_GT(refused_to_io, 0u);
  EXPECT_GT(refused_to_executor, 0u);
  EXPECT_TRUE(channel->flush_to_io() && channel->flush_to_executor());
}

// What one thread allocated, another freed: 10 to 20 % of the main thread's time.
TEST_F(IoZooTest, H29_TheBlocksOfARequestAreTakenAndGivenBackByTheLoop) {
  const int client = connect(1);
  const char* lent = nullptr;
  for (int request = 0; request < 100; ++request) {
    say(client, "PING\r\n");
    settle();
    Session* session = take_session();
    ASSERT_NE(session, nullptr);
    const char* const room = session->replies.reserve(7);
    if (request == 0) lent = room;
    EXPECT_EQ(room, lent) << "a block was allocated for request " << request;
    send_home(*one_, session, "+PONG\r\n");
    settle();
    EXPECT_EQ(hear(client), "+PONG\r\n");
  }
}

// The exception, and what it costs: the executor allocates what of a reply the lent block does not take, a
// block for every 16 KiB of small pieces or one for a large value, and the loop frees those when they are
// sent.
TEST_F(IoZooTest, H29_ALongReplyCostsABlockForEach16KibAndALargeValueOne) {
  constexpr std::size_t kPiece = 1000;
  constexpr std::size_t kPieces = 100;
  constexpr std::size_t kLarge = 1 << 20;
  constexpr std::size_t kBlock = 16 * 1024;
  const int client = connect(1);
  const char* lent = nullptr;
  const auto take_with_lent_block = [&]() -> Session* {
    say(client, "GET\r\n");
    settle();
    Session* const session = take_session();
    if (session == nullptr) return nullptr;
    const char* const room = session->replies.reserve(kPiece);
    if (lent == nullptr) lent = room;
    EXPECT_EQ(room, lent) << "the loop did not lend the block that it has";
    return session;
  };
  for (int request = 0; request < 3; ++request) {
    Session* session = take_with_lent_block();
    ASSERT_NE(session, nullptr);
    std::size_t allocated = 0;
    const char* behind = lent;
    for (std::size_t i = 0; i < kPieces; ++i) {
      char* const room = session->replies.reserve(kPiece);
      if (room != behind) ++allocated;
      std::memset(room, 'p', kPiece);
      session->replies.commit(kPiece);
      behind = room + kPiece;
    }
    EXPECT_GT(allocated, 0u);
    EXPECT_LE(allocated, kPieces * kPiece / (kBlock - kPiece));
    send_home(session, "");
    EXPECT_EQ(hear_slowly(client, kPieces * kPiece), kPieces * kPiece);

    session = take_with_lent_block();
    ASSERT_NE(session, nullptr);
    const std::size_t before = session->replies.capacity();
    session->replies.append(std::string(kLarge, 'v'));
    const std::size_t taken = session->replies.capacity() - before;
    EXPECT_GT(taken, kLarge - kBlock - 64) << "it did not leave the lent block";
    EXPECT_LT(taken, kLarge) << "a second block for one value";
    send_home(session, "");
    EXPECT_EQ(hear_slowly(client, kLarge), kLarge);
  }
}

}  // namespace
}  // namespace baton
