#include "server/net/epoll_reactor.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/platform/real_platform.h"

namespace baton {
namespace {

// One end of a loopback connection, with what the reactor reported to it.
class Peer final : public Endpoint {
 public:
  explicit Peer(std::size_t room = 4096) : buffer(room) {}
  std::span<char> receive_buffer() override { return buffer; }
  void on_received(std::ptrdiff_t n) override {
    results.push_back(n);
    if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
    if (on_result) on_result();
  }
  void on_sendable() override { ++sendable; }
  void on_hangup() override { ++hangups; }

  std::vector<char> buffer;
  std::vector<std::ptrdiff_t> results;
  std::string text;
  int sendable = 0;
  int hangups = 0;
  std::function<void()> on_result;
};

class EpollReactorTest : public testing::Test {
 protected:
  EpollReactorTest() {
    int error = 0;
    reactor = std::make_unique<EpollReactor>(sockets(), real.platform().pollers.open(error));
    const int listener = sockets().listen_tcp("127.0.0.1", 0, 8);
    const std::string name = sockets().local_name(listener);
    const auto port = static_cast<std::uint16_t>(std::stoi(name.substr(name.rfind(':') + 1)));
    client = sockets().connect_tcp("127.0.0.1", port);
    do {
      server = sockets().accept(listener);
    } while (server == -EAGAIN);
    sockets().close(listener);
  }
  ~EpollReactorTest() override {
    if (client >= 0) sockets().close(client);
    sockets().close(server);
  }
  Sockets& sockets() { return real.platform().sockets; }
  void close_client() {
    sockets().close(client);
    client = -1;
  }

  RealPlatform real;
  std::unique_ptr<EpollReactor> reactor;
  int client = -1;
  int server = -1;
};

TEST_F(EpollReactorTest, AReceiveIsReportedOnceWithItsBytes) {
  Peer peer;
  ASSERT_EQ(reactor->attach(peer, server), 0);
  reactor->receive(peer);
  sockets().send(client, "hello");
  while (peer.results.empty()) reactor->poll(1000);
  EXPECT_EQ(peer.text, "hello");
  EXPECT_EQ(peer.results.size(), 1u);
  reactor->detach(peer);
}

TEST_F(EpollReactorTest, BytesThatComeWhileNobodyReceivesWaitAndDoNotSpin) {
  Peer peer;
  ASSERT_EQ(reactor->attach(peer, server), 0);
  sockets().send(client, "early");
  // The edges of the attach and of the bytes; from then on there is nothing to report.
  while (reactor->poll(50) > 0) {
  }
  EXPECT_EQ(reactor->poll(0), 0);
  EXPECT_TRUE(peer.results.empty());
  reactor->receive(peer);
  EXPECT_TRUE(reactor->has_ready());
  reactor->poll(0);
  EXPECT_EQ(peer.text, "early");
  reactor->detach(peer);
}

TEST_F(EpollReactorTest, ALongInputIsReceivedInPiecesWithoutAnotherEdge) {
  Peer peer(10);
  ASSERT_EQ(reactor->attach(peer, server), 0);
  peer.on_result = [&] { reactor->receive(peer); };
  reactor->receive(peer);
  const std::string sent(95, 'x');
  sockets().send(client, sent);
  while (peer.text.size() < sent.size()) reactor->poll(1000);
  EXPECT_EQ(peer.text, sent);
  reactor->detach(peer);
}

TEST_F(EpollReactorTest, TheEndOfTheStreamIsReportedAfterItsLastBytes) {
  Peer peer;
  ASSERT_EQ(reactor->attach(peer, server), 0);
  peer.on_result = [&] {
    if (peer.results.back() > 0) reactor->receive(peer);
  };
  sockets().send(client, "last");
  close_client();
  reactor->receive(peer);
  while (peer.results.empty() || peer.results.back() > 0) reactor->poll(1000);
  EXPECT_EQ(peer.text, "last");
  EXPECT_EQ(peer.results.back(), 0);
  reactor->detach(peer);
}

TEST_F(EpollReactorTest, AFullSocketTakesPartAndSaysWhenItTakesMore) {
  Peer peer;
  ASSERT_EQ(reactor->attach(peer, server), 0);
  const std::string block(1 << 20, 'y');
  const iovec part{const_cast<char*>(block.data()), block.size()};
  std::size_t sent = 0;
  std::ptrdiff_t n = 0;
  do {
    n = reactor->send(peer, {&part, 1});
    ASSERT_GE(n, 0);
    sent += static_cast<std::size_t>(n);
  } while (n == static_cast<std::ptrdiff_t>(block.size()));
  std::vector<char> sink(1 << 16);
  std::size_t received = 0;
  while (peer.sendable == 0) {
    const auto got = sockets().recv(client, sink);
    if (got > 0) received += static_cast<std::size_t>(got);
    reactor->poll(1);
    ASSERT_LE(received, sent);
  }
  EXPECT_EQ(peer.sendable, 1);
  reactor->detach(peer);
}

TEST_F(EpollReactorTest, ADetachedEndpointHearsNothingMoreEvenWhenItWasReady) {
  Peer peer;
  ASSERT_EQ(reactor->attach(peer, server), 0);
  sockets().send(client, "late");
  while (reactor->poll(50) > 0) {
  }
  reactor->receive(peer);
  ASSERT_TRUE(reactor->has_ready());
  EXPECT_EQ(reactor->detach(peer), server);
  reactor->poll(0);
  EXPECT_TRUE(peer.results.empty());
}

TEST_F(EpollReactorTest, AWakeableThatAnotherUnwatchedInTheSamePollIsNotWoken) {
  struct Watcher final : Wakeable {
    void on_wake() override {
      ++woken;
      reactor->unwatch(other_fd);
    }
    EpollReactor* reactor = nullptr;
    int other_fd = -1;
    int woken = 0;
  };
  // Each unwatches the other, so that whichever the poller names first silences the second.
  Watcher first;
  Watcher second;
  first.reactor = second.reactor = reactor.get();
  first.other_fd = client;
  second.other_fd = server;
  ASSERT_EQ(reactor->watch(first, server, Trigger::level), 0);
  ASSERT_EQ(reactor->watch(second, client, Trigger::level), 0);
  sockets().send(client, "to the server");
  sockets().send(server, "to the client");
  reactor->poll(1000);
  EXPECT_EQ(first.woken + second.woken, 1);
}

}  // namespace
}  // namespace baton
