#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "server/platform/real_sockets.h"
#include "server/platform/temporary_directory.h"

namespace baton {
namespace {

class SocketsTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const int fd : open_) sockets_.close(fd);
  }
  int keep(int fd) {
    EXPECT_GE(fd, 0) << std::strerror(-fd);
    if (fd >= 0) open_.push_back(fd);
    return fd;
  }
  std::uint16_t port_of(int fd) {
    const std::string name = sockets_.local_name(fd);
    return static_cast<std::uint16_t>(std::stoi(name.substr(name.rfind(':') + 1)));
  }
  static void await(int fd, short what) {
    pollfd waiting{fd, what, 0};
    ASSERT_EQ(::poll(&waiting, 1, 5000), 1);
  }
  struct Pair {
    int client;
    int server;
  };
  Pair connected(const std::string& address = "127.0.0.1") {
    const int listener = keep(sockets_.listen_tcp(address, 0, 16));
    const int client = keep(sockets_.connect_tcp(address, port_of(listener)));
    await(listener, POLLIN);
    return {client, keep(sockets_.accept(listener))};
  }
  int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    EXPECT_EQ(::getsockopt(fd, level, name, &value, &size), 0);
    return value;
  }

  RealSockets sockets_;
  std::vector<int> open_;
};

TEST_F(SocketsTest, BytesArriveInBothDirections) {
  const auto [client, server] = connected();
  std::array<char, 64> block;
  EXPECT_EQ(sockets_.recv(server, block), -EAGAIN);
  EXPECT_EQ(sockets_.send(client, "hello"), 5);
  await(server, POLLIN);
  EXPECT_EQ(sockets_.recv(server, block), 5);
  EXPECT_EQ(std::string_view(block.data(), 5), "hello");

  std::string one = "one ", two = "two";
  const iovec slices[] = {{one.data(), one.size()}, {two.data(), two.size()}};
  EXPECT_EQ(sockets_.sendv(server, slices), 7);
  await(client, POLLIN);
  EXPECT_EQ(sockets_.recv(client, block), 7);
  EXPECT_EQ(std::string_view(block.data(), 7), "one two");
}

TEST_F(SocketsTest, AHalfClosedPeerIsTheEndOfTheStreamAndStillReceives) {
  const auto [client, server] = connected();
  EXPECT_EQ(sockets_.shutdown_write(client), 0);
  await(server, POLLIN);
  std::array<char, 8> block;
  EXPECT_EQ(sockets_.recv(server, block), 0);
  EXPECT_EQ(sockets_.send(server, "x"), 1);
  await(client, POLLIN);
  EXPECT_EQ(sockets_.recv(client, block), 1);
}

TEST_F(SocketsTest, AFullSocketTakesAPartAndThenRefuses) {
  const auto [client, server] = connected();
  const std::string block(1 << 20, 'x');
  ssize_t sent = 0;
  int rounds = 0;
  while ((sent = sockets_.send(server, block)) > 0) ASSERT_LT(++rounds, 1000);
  EXPECT_EQ(sent, -EAGAIN);
}

TEST_F(SocketsTest, SendingToAResetPeerIsAnErrorAndNoSignal) {
  const auto previous = std::signal(SIGPIPE, SIG_DFL);
  const auto [client, server] = connected();
  const linger reset{1, 0};
  ASSERT_EQ(::setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
  sockets_.close(client);
  std::erase(open_, client);
  await(server, POLLERR);
  EXPECT_EQ(sockets_.so_error(server), -ECONNRESET);
  EXPECT_EQ(sockets_.so_error(server), 0);
  EXPECT_EQ(sockets_.send(server, "x"), -EPIPE);
  char byte = 'x';
  const iovec slice{&byte, 1};
  EXPECT_EQ(sockets_.sendv(server, {&slice, 1}), -EPIPE);
  std::signal(SIGPIPE, previous);
}

TEST_F(SocketsTest, AcceptHasNobodyWaiting) {
  const int listener = keep(sockets_.listen_tcp("127.0.0.1", 0, 16));
  EXPECT_EQ(sockets_.accept(listener), -EAGAIN);
}

TEST_F(SocketsTest, DescriptorsAreClosedOnExecAndDoNotBlock) {
  const auto [client, server] = connected();
  EXPECT_NE(::fcntl(server, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(::fcntl(server, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(client, F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(SocketsTest, NamesOfBothEndsAgree) {
  const auto [client, server] = connected();
  EXPECT_THAT(sockets_.local_name(server), testing::StartsWith("127.0.0.1:"));
  EXPECT_EQ(sockets_.peer_name(server), sockets_.local_name(client));
  EXPECT_EQ(sockets_.local_name(server), sockets_.peer_name(client));
  EXPECT_TRUE(sockets_.peer_is_local(server));
  EXPECT_EQ(sockets_.peer_name(-1), "?:0");
}

TEST_F(SocketsTest, Ipv6NamesAreInBrackets) {
  const int listener = sockets_.listen_tcp("::1", 0, 16);
  if (listener == -EADDRNOTAVAIL || listener == -EAFNOSUPPORT) return;  // a machine without IPv6
  keep(listener);
  const int client = keep(sockets_.connect_tcp("::1", port_of(listener)));
  await(listener, POLLIN);
  const int server = keep(sockets_.accept(listener));
  EXPECT_EQ(sockets_.local_name(server), "[::1]:" + std::to_string(port_of(listener)));
  EXPECT_EQ(sockets_.peer_name(server), sockets_.local_name(client));
  EXPECT_TRUE(sockets_.peer_is_local(server));
}

TEST_F(SocketsTest, BothWildcardsShareAPort) {
  const int four = keep(sockets_.listen_tcp("*", 0, 16));
  const int six = sockets_.listen_tcp("::*", port_of(four), 16);
  if (six == -EAFNOSUPPORT) return;  // a machine without IPv6
  keep(six);
  EXPECT_THAT(sockets_.local_name(four), testing::StartsWith("0.0.0.0:"));
  EXPECT_THAT(sockets_.local_name(six), testing::StartsWith("[::]:"));
}

TEST_F(SocketsTest, FaultsOfListeningAreReturned) {
  const int listener = keep(sockets_.listen_tcp("127.0.0.1", 0, 16));
  EXPECT_EQ(sockets_.listen_tcp("127.0.0.1", port_of(listener), 16), -EADDRINUSE);
  EXPECT_EQ(sockets_.listen_tcp("192.0.2.1", 0, 16), -EADDRNOTAVAIL);
  EXPECT_EQ(sockets_.listen_tcp("not an address", 0, 16), -EADDRNOTAVAIL);
}

TEST_F(SocketsTest, ConnectingToNobodyIsRefused) {
  const int listener = sockets_.listen_tcp("127.0.0.1", 0, 16);
  const std::uint16_t port = port_of(listener);
  sockets_.close(listener);
  EXPECT_EQ(sockets_.connect_tcp("127.0.0.1", port), -ECONNREFUSED);
}

TEST_F(SocketsTest, AUnixSocketIsNamedAfterItsPathAtBothEnds) {
  TemporaryDirectory directory;
  const std::string path = directory.file("s");
  const int listener = keep(sockets_.listen_unix(path, 0700, 16));
  struct stat now {};
  ASSERT_EQ(::stat(path.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777, 0700u);
  keep(sockets_.connect_unix(path));
  const int server = keep(sockets_.accept(listener));
  EXPECT_EQ(sockets_.peer_name(server), path + ":0");
  EXPECT_EQ(sockets_.local_name(server), path + ":0");
  EXPECT_TRUE(sockets_.peer_is_local(server));
}

TEST_F(SocketsTest, AUnixSocketReplacesAStaleSocketButNoOtherFile) {
  TemporaryDirectory directory;
  const std::string path = directory.file("s");
  sockets_.close(sockets_.listen_unix(path, 0, 16));
  keep(sockets_.listen_unix(path, 0, 16));
  std::ofstream(directory.file("data")) << "precious";
  EXPECT_EQ(sockets_.listen_unix(directory.file("data"), 0, 16), -EADDRINUSE);
  EXPECT_TRUE(std::filesystem::exists(directory.file("data")));
  EXPECT_EQ(sockets_.listen_unix(std::string(200, 'x'), 0, 16), -ENAMETOOLONG);
}

TEST_F(SocketsTest, OptionsReachTheKernel) {
  const auto [client, server] = connected();
  EXPECT_EQ(sockets_.set_nodelay(server), 0);
  EXPECT_NE(option(server, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_EQ(sockets_.set_keepalive(server, 300), 0);
  EXPECT_NE(option(server, SOL_SOCKET, SO_KEEPALIVE), 0);
  EXPECT_EQ(option(server, IPPROTO_TCP, TCP_KEEPIDLE), 300);
  EXPECT_EQ(option(server, IPPROTO_TCP, TCP_KEEPINTVL), 100);
  EXPECT_EQ(sockets_.set_keepalive(server, 0), 0);
  EXPECT_EQ(option(server, SOL_SOCKET, SO_KEEPALIVE), 0);
}

}  // namespace
}  // namespace baton
