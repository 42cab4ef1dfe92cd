#include "server/exec/io_crew.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "server/io/plain_resolver.h"
#include "server/net/epoll_reactor.h"
#include "server/platform/real_platform.h"

namespace baton {
namespace {

// The test is the executor: it answers every command with the command's own words. Clients sit at the other
// ends of socket pairs and check that every answer comes, once and in order.
class IoCrewTest : public testing::TestWithParam<Channel::Kind> {
 protected:
  struct Peer {
    int fd;
    std::string to_send;
    std::string expected;
    std::size_t heard = 0;
  };

  IoCrewTest()
      : log_(real_.platform().clock, {.level = LogLevel::nothing, .file = {}}),
        reactor_(make_reactor()),
        crew_({real_.platform(), log_, *reactor_, resolver_, clients_, bell_, GetParam()}, IoLimits{}) {}
  ~IoCrewTest() override {
    for (const Peer& peer : peers_) real_.platform().sockets.close(peer.fd);
    if (!stopped_) crew_.stop(0);
    do {
      turn();
    } while (clients_.size() != 0);
    crew_.join();
    EXPECT_EQ(clients_.added(), clients_.removed());
  }

  std::unique_ptr<EpollReactor> make_reactor() {
    int error = 0;
    return std::make_unique<EpollReactor>(real_.platform().sockets, real_.platform().pollers.open(error));
  }
  void connect() {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    Client& client = clients_.add(0);
    auto* session = new Session(client.id, &client);
    session->fd = ends[1];
    session->authenticated = true;
    session->stats = client.stats.get();
    crew_.assign(client, Held<Session>(session));
    peers_.push_back({ends[0], {}, {}, 0});
  }
  // What the executor's loop does in a turn.
  void turn() {
    const auto now = real_.platform().clock.monotonic_ns();
    reactor_->poll(0);
    crew_.local().set_now(static_cast<std::int64_t>(now));
    crew_.set_now(now);
    ParcelChain mail;
    crew_.drain(64, mail);
    while (!mail.empty()) {
      Held<Session> session(static_cast<Session*>(mail.pop_front().release()));
      Client& client = *session->client;
      if (session->errand == Errand::closed) {
        crew_.forget(client);
        clients_.remove(client);
        delete session.release();
        continue;
      }
      if (keep_) {
        kept_.push_back(std::move(session));
        continue;
      }
      answer(std::move(session));
    }
    crew_.local().take_mail(512);
    crew_.local().flush();
    (void)crew_.flush();
  }
  void answer(Held<Session> session) {
    for (const ParsedCommand& command : session->batch.commands) {
      session->replies.append(session->batch.arguments_of(command)[0]);
      session->replies.append("\n");
    }
    Client& client = *session->client;
    crew_.send_home(client, std::move(session));
  }
  void answer_kept() {
    keep_ = false;
    for (Held<Session>& session : kept_) answer(std::move(session));
    kept_.clear();
  }
  void say(Peer& peer, int commands) {
    for (int i = 0; i < commands; ++i) {
      const std::string line = "n" + std::to_string(++said_) + "\n";
      peer.to_send += line;
      peer.expected += line;
    }
  }
  // Moves bytes at the clients' ends; false when an answer is not the one that is due.
  [[nodiscard]] bool move_bytes() {
    std::vector<char> room(1 << 16);
    Sockets& sockets = real_.platform().sockets;
    for (Peer& peer : peers_) {
      if (!peer.to_send.empty()) {
        const ssize_t sent = sockets.send(peer.fd, peer.to_send);
        if (sent > 0) peer.to_send.erase(0, static_cast<std::size_t>(sent));
      }
      ssize_t n = 0;
      while ((n = sockets.recv(peer.fd, room)) > 0) {
        const auto bytes = static_cast<std::size_t>(n);
        if (peer.expected.compare(peer.heard, bytes, room.data(), bytes) != 0) return false;
        peer.heard += bytes;
      }
      if (n != -EAGAIN) return false;
    }
    return true;
  }
  [[nodiscard]] bool all_heard() const {
    return std::all_of(peers_.begin(), peers_.end(),
                       [](const Peer& peer) { return peer.heard == peer.expected.size(); });
  }
  // Until every answer is there. A lost one ends in the test's own time limit.
  void finish() {
    while (!all_heard()) {
      ASSERT_TRUE(move_bytes());
      turn();
    }
  }
  [[nodiscard]] std::size_t counted(unsigned first, unsigned last) const {
    std::size_t sum = 0;
    for (unsigned slot = first; slot <= last; ++slot) sum += crew_.clients_in(slot);
    return sum;
  }

  RealPlatform real_;
  Log log_;
  PlainResolver resolver_;
  ClientRegistry clients_;
  Bell bell_;
  std::unique_ptr<EpollReactor> reactor_;
  IoCrew crew_;
  std::vector<Peer> peers_;
  std::vector<Held<Session>> kept_;
  bool keep_ = false;
  bool stopped_ = false;
  int said_ = 0;
};

TEST_P(IoCrewTest, ResizingUnderTrafficLosesNoAnswer) {
  for (int i = 0; i < 12; ++i) connect();
  for (const unsigned io_threads : {3u, 1u, 2u, 5u, 2u, 1u, 4u, 3u, 1u, 2u}) {
    for (Peer& peer : peers_) say(peer, 700);
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(move_bytes());
      turn();
    }
    ASSERT_EQ(crew_.resize(io_threads), "");
    EXPECT_EQ(crew_.io_threads(), io_threads);
    EXPECT_EQ(io_threads == 1 ? counted(0, 0) : counted(1, io_threads - 1), peers_.size());
  }
  finish();
}

TEST_P(IoCrewTest, SessionsThatTheExecutorHoldsGoHomeToTheThreadThatHasTheirConnectionNow) {
  ASSERT_EQ(crew_.resize(4), "");
  for (int i = 0; i < 9; ++i) connect();
  keep_ = true;
  for (Peer& peer : peers_) say(peer, 3);
  while (kept_.size() < peers_.size()) {
    ASSERT_TRUE(move_bytes());
    turn();
  }
  ASSERT_EQ(crew_.resize(2), "");
  ASSERT_EQ(crew_.resize(1), "");
  ASSERT_EQ(crew_.resize(3), "");
  answer_kept();
  finish();
}

TEST_P(IoCrewTest, AnswersThatAreNotFlushedYetMoveWithTheirClients) {
  ASSERT_EQ(crew_.resize(2), "");
  for (int i = 0; i < 8; ++i) connect();
  for (const unsigned io_threads : {1u, 5u}) {
    keep_ = true;
    for (Peer& peer : peers_) say(peer, 3);
    while (kept_.size() < peers_.size()) {
      ASSERT_TRUE(move_bytes());
      turn();
    }
    answer_kept();  // posted, in no queue yet
    ASSERT_EQ(crew_.resize(io_threads), "");
  }
  for (unsigned slot = 1; slot < 5; ++slot) EXPECT_EQ(crew_.clients_in(slot), 2u);
  finish();
}

TEST_P(IoCrewTest, NewThreadsTakeTheirShareOfTheClientsThatAreThere) {
  ASSERT_EQ(crew_.resize(3), "");
  for (int i = 0; i < 14; ++i) connect();
  keep_ = true;
  for (Peer& peer : peers_) say(peer, 400);
  while (kept_.size() < 5) {
    ASSERT_TRUE(move_bytes());
    turn();
  }
  answer_kept();  // some sessions on their way to both sides, some at home
  ASSERT_EQ(crew_.resize(6), "");
  for (unsigned slot = 1; slot <= 5; ++slot)
    EXPECT_NEAR(static_cast<double>(crew_.clients_in(slot)), 2.8, 0.9);
  EXPECT_EQ(counted(1, 5), 14u);
  finish();
}

TEST_P(IoCrewTest, AtRestNoThreadMovesAnything) {
  ASSERT_EQ(crew_.resize(4), "");
  for (int i = 0; i < 6; ++i) connect();
  for (Peer& peer : peers_) say(peer, 500);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(move_bytes());
    turn();
  }
  const auto turns = [this] {
    std::uint64_t sum = 0;
    for (unsigned slot = 1; slot < 4; ++slot) sum += crew_.stats(slot).get(IoStat::turns);
    return sum;
  };
  crew_.at_rest([&] {
    const std::uint64_t before = turns();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(move_bytes());  // awake, they would have much to do
    EXPECT_EQ(turns(), before);
  });
  EXPECT_EQ(crew_.pauses().pauses % 3, 0u);
  finish();
}

TEST_P(IoCrewTest, NewClientsGoWhereTheFewestAre) {
  ASSERT_EQ(crew_.resize(4), "");
  for (int i = 0; i < 9; ++i) connect();
  for (unsigned slot = 1; slot < 4; ++slot) EXPECT_EQ(crew_.clients_in(slot), 3u);
  EXPECT_EQ(crew_.clients_in(0), 0u);
}

TEST_P(IoCrewTest, AKilledClientIsForgottenOnceThoughItsSessionIsHeld) {
  ASSERT_EQ(crew_.resize(3), "");
  connect();
  keep_ = true;
  say(peers_[0], 1);
  while (kept_.empty()) {
    ASSERT_TRUE(move_bytes());
    turn();
  }
  crew_.kill(*clients_.find(1));
  crew_.kill(*clients_.find(1));
  ASSERT_EQ(crew_.resize(2), "");
  EXPECT_EQ(clients_.size(), 1u);
  answer_kept();
  while (clients_.size() != 0) turn();
  EXPECT_EQ(counted(0, 2), 0u);
}

TEST_P(IoCrewTest, AClientWhoseEndIsOnItsWayCountsWhereAThreadIs) {
  ASSERT_EQ(crew_.resize(3), "");
  connect();
  connect();
  turn();
  real_.platform().sockets.close(peers_[1].fd);
  peers_.pop_back();
  while (!crew_.mail()) continue;  // its thread says that it is closed
  ASSERT_EQ(crew_.resize(2), "");
  EXPECT_TRUE(crew_.mail()) << "what a thread that ended had sent waits here";
  EXPECT_EQ(crew_.clients_in(1), 2u);
  EXPECT_EQ(crew_.clients_in(2), 0u);
  while (clients_.size() != 1) turn();
  EXPECT_EQ(counted(0, 2), 1u);
}

TEST_P(IoCrewTest, WhatWasSentToThreadsThatEndedStaysCounted) {
  ASSERT_EQ(crew_.resize(4), "");
  for (int i = 0; i < 9; ++i) connect();
  for (Peer& peer : peers_) say(peer, 20);
  finish();
  const std::uint64_t posted = crew_.sent().posted;
  EXPECT_GE(posted, 2 * peers_.size());
  ASSERT_EQ(crew_.resize(2), "");
  EXPECT_GE(crew_.sent().posted, posted);
}

TEST_P(IoCrewTest, AStoppingCrewIsNotResized) {
  ASSERT_EQ(crew_.resize(3), "");
  crew_.stop(0);
  stopped_ = true;
  turn();
  EXPECT_NE(crew_.resize(1), "");
  EXPECT_NE(crew_.resize(5), "");
  EXPECT_EQ(crew_.io_threads(), 3u);
}

// That they are, AddressSanitizer sees, and the simulation (model/sim/heap.h).
TEST_P(IoCrewTest, OrdersThatNobodyTakesAreFreed) {
  IoCrew never_run({real_.platform(), log_, *reactor_, resolver_, clients_, bell_, GetParam()}, IoLimits{});
  never_run.set_limits(IoLimits{});
  ASSERT_EQ(crew_.resize(3), "");
  crew_.stop(0);
  stopped_ = true;
  turn();  // the orders leave
  crew_.join();
  crew_.set_limits(IoLimits{});
}

INSTANTIATE_TEST_SUITE_P(HandOff, IoCrewTest, testing::Values(Channel::Kind::ring, Channel::Kind::mutex),
                         [](const auto& kind) {
                           return kind.param == Channel::Kind::ring ? std::string("ring")
                                                                    : std::string("mutex");
                         });

}  // namespace
}  // namespace baton
