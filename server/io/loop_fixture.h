// LoopFixture: an I/O loop on a real reactor and socket pairs, with the test in the executor's place.
//
// The channel is the local one and what one end of a socket pair sends is at the other at once, so everything
// happens in the test's thread and in the order in which the test asks for it: turn() is one round of the
// loop, take_session() plays the executor that receives a session, send_home() the one that returns it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/io/io_loop.h"
#include "server/io/plain_resolver.h"
#include "server/io/settings_order.h"
#include "server/net/epoll_reactor.h"
#include "server/platform/real_platform.h"

namespace baton {

// One loop with what it stands on.
struct LoopUnderTest {
  LoopUnderTest(Platform& platform, Log& log, const Resolver& resolver, const IoLimits& limits);

  // Polls without waiting, takes the mail, flushes.
  void turn();
  void post(Parcel* parcel) { channel->to_io(Held<Parcel>(parcel)); }

  std::unique_ptr<EpollReactor> reactor;
  std::unique_ptr<Channel> channel;
  IoStats stats;
  std::int64_t now_ns = 1'000'000'000;
  IoLoop loop;
};

class LoopFixture : public testing::Test {
 protected:
  LoopFixture();
  ~LoopFixture() override;

  // Posts a new session for the descriptor, as the acceptor does.
  void offer(std::uint64_t id, int fd);
  // Makes a connection, offers it, and returns the client's end.
  int offer(std::uint64_t id);
  // The same, adopted.
  int connect(std::uint64_t id);
  void close_client(int fd);
  void say(int fd, std::string_view bytes);
  // What has arrived at the client; `ended` tells whether the server has closed.
  std::string hear(int fd);
  [[nodiscard]] bool ended(int fd);

  // A few rounds, so that whatever can happen has happened.
  void settle() { settle(*one_); }
  void settle(LoopUnderTest& loop);
  // The next session that the loop posted, null: none.
  Session* take_session() { return take_session(*one_); }
  Session* take_session(LoopUnderTest& loop);
  // The commands of a session, each as its words joined by blanks.
  static std::vector<std::string> commands_of(const Session& session);
  void send_home(Session* session, std::string_view reply) { send_home(*one_, session, reply); }
  static void send_home(LoopUnderTest& loop, Session* session, std::string_view reply);
  // Executes the session that must be there with `reply`; returns its commands.
  std::vector<std::string> run(std::string_view reply) { return run(*one_, reply); }
  std::vector<std::string> run(LoopUnderTest& loop, std::string_view reply);
  // The last connection of the loop is closed, and its session is on the way to be forgotten.
  void expect_gone() { expect_gone(*one_); }
  void expect_gone(LoopUnderTest& loop);
  // Reads, while the loop sends, until so many bytes are there or no more come; returns how many came.
  std::size_t hear_slowly(int fd, std::size_t bytes) { return hear_slowly(*one_, fd, bytes); }
  std::size_t hear_slowly(LoopUnderTest& loop, int fd, std::size_t bytes);

  [[nodiscard]] IoLoop& loop() { return one_->loop; }
  [[nodiscard]] std::uint64_t stat(IoStat which) const { return one_->stats.get(which); }
  void set_limits(const IoLimits& limits) { one_->post(new SettingsOrder(limits)); }

  RealPlatform real_;
  Log log_;
  PlainResolver resolver_;
  std::vector<std::unique_ptr<SocketStats>> socket_stats_;
  std::vector<int> clients_;
  std::unique_ptr<LoopUnderTest> one_;
  std::unique_ptr<LoopUnderTest> other_;  // to move to; idle unless a test uses it
};

}  // namespace baton
