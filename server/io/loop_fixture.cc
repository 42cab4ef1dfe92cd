#include "server/io/loop_fixture.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace baton {

LoopUnderTest::LoopUnderTest(Platform& platform, Log& log, const Resolver& resolver, const IoLimits& limits)
    : channel(make_channel(Channel::Kind::local, nullptr, nullptr)),
      loop(
          [&] {
            int error = 0;
            reactor = std::make_unique<EpollReactor>(platform.sockets, platform.pollers.open(error));
            return IoLoop::Parts{platform.sockets, platform.clock, log, *reactor, *channel, resolver, stats};
          }(),
          limits) {
  loop.set_now(now_ns);
}

void LoopUnderTest::turn() {
  loop.set_now(now_ns);
  reactor->poll(0);
  loop.take_mail(512);
  loop.tick_if_due();
  loop.flush();
}

LoopFixture::LoopFixture()
    : log_(real_.platform().clock, {.level = LogLevel::nothing, .file = {}}),
      one_(std::make_unique<LoopUnderTest>(real_.platform(), log_, resolver_, IoLimits{})),
      other_(std::make_unique<LoopUnderTest>(real_.platform(), log_, resolver_, IoLimits{})) {}

LoopFixture::~LoopFixture() {
  for (LoopUnderTest* loop : {one_.get(), other_.get()}) {
    loop->loop.close_all();
    loop->loop.flush();
    while (Session* session = take_session(*loop)) delete session;
  }
  for (const int fd : clients_) real_.platform().sockets.close(fd);
}

void LoopFixture::offer(std::uint64_t id, int fd) {
  socket_stats_.push_back(std::make_unique<SocketStats>());
  auto* session = new Session(id, nullptr);
  session->fd = fd;
  session->authenticated = true;
  session->stats = socket_stats_.back().get();
  one_->post(session);
}

int LoopFixture::offer(std::uint64_t id) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  clients_.push_back(ends[0]);
  offer(id, ends[1]);
  return ends[0];
}

int LoopFixture::connect(std::uint64_t id) {
  const int client = offer(id);
  settle();
  return client;
}

void LoopFixture::close_client(int fd) {
  real_.platform().sockets.close(fd);
  std::erase(clients_, fd);
}

// Turns the loop while the socket is full.
void LoopFixture::say(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = real_.platform().sockets.send(fd, bytes);
    if (n > 0)
      bytes.remove_prefix(static_cast<std::size_t>(n));
    else if (n == -EAGAIN)
      settle();
    else
      return;
  }
}

std::string LoopFixture::hear(int fd) {
  std::string heard;
  std::vector<char> room(1 << 16);
  for (ssize_t n = 0; (n = real_.platform().sockets.recv(fd, room)) > 0;)
    heard.append(room.data(), static_cast<std::size_t>(n));
  return heard;
}

bool LoopFixture::ended(int fd) {
  std::vector<char> room(1 << 16);
  ssize_t n = 0;
  while ((n = real_.platform().sockets.recv(fd, room)) > 0) {
  }
  return n != -EAGAIN;
}

void LoopFixture::settle(LoopUnderTest& loop) {
  for (int i = 0; i < 8; ++i) loop.turn();
}

Session* LoopFixture::take_session(LoopUnderTest& loop) {
  // A test takes one session at a time; the channel hands out all at once.
  ParcelChain out;
  loop.channel->drain_from_io(1, out);
  if (out.empty()) return nullptr;
  auto* session = static_cast<Session*>(out.pop_front().release());
  while (!out.empty()) loop.channel->to_executor(out.pop_front());
  return session;
}

std::vector<std::string> LoopFixture::commands_of(const Session& session) {
  std::vector<std::string> commands;
  for (const ParsedCommand& command : session.batch.commands) {
    std::string& text = commands.emplace_back();
    for (const std::string_view word : session.batch.arguments_of(command)) {
      if (!text.empty()) text += ' ';
      text += word;
    }
  }
  return commands;
}

void LoopFixture::send_home(LoopUnderTest& loop, Session* session, std::string_view reply) {
  session->replies.append(reply);
  loop.post(session);
}

std::vector<std::string> LoopFixture::run(LoopUnderTest& loop, std::string_view reply) {
  Session* session = take_session(loop);
  EXPECT_NE(session, nullptr);
  if (!session) return {};
  std::vector<std::string> commands = commands_of(*session);
  send_home(loop, session, reply);
  settle(loop);
  return commands;
}

void LoopFixture::expect_gone(LoopUnderTest& loop) {
  EXPECT_EQ(loop.loop.clients(), 0u);
  Session* session = take_session(loop);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->errand, Errand::closed);
  delete session;
}

std::size_t LoopFixture::hear_slowly(LoopUnderTest& loop, int fd, std::size_t bytes) {
  std::size_t heard = 0;
  for (int quiet = 0; quiet < 3 && heard < bytes;) {
    const std::size_t more = hear(fd).size();
    quiet = more == 0 ? quiet + 1 : 0;
    heard += more;
    settle(loop);
  }
  return heard;
}

}  // namespace baton
