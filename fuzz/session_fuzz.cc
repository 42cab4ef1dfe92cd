// Bytes in, replies out: the whole server on a platform in memory, with up to three clients, under hostile
// streams.
//
// Input       One byte of options (how the stream is cut, how slowly clients read, how they leave), then what
// the
//             clients say. 0xff and a digit: the client that goes on speaking; 0xff t: a second passes; 0xff
//             h and 0xff r: the client closes its side, or is gone at once.
// Properties  Replies are well-formed RESP, and whole unless the connection was closed on the way. The server
// sleeps
//             when nothing is left to do, keeps its invariants (they trap), stops when it is asked to, and
//             frees everything (the sanitizers see to that). How one client's stream is cut does not change
//             its replies.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz/memory_platform.h"
#include "fuzz/reply_stream.h"
#include "queues/check.h"
#include "server/config/settings.h"
#include "server/main/server.h"
#include "server/net/epoll_reactor.h"
#include "server/platform/log.h"

namespace baton {
namespace {

constexpr std::array<std::size_t, 8> kPieces = {SIZE_MAX, 1, 2, 3, 7, 16, 64, 1000};
constexpr std::array<std::size_t, 4> kSendPieces = {SIZE_MAX, 7, 100, 5000};
constexpr std::size_t kInputMax = 256 * 1024;
constexpr int kClients = 3;
constexpr char kMark = '\xff';

struct Manners {
  std::size_t piece;
  std::size_t send_piece;
  bool reset_at_end;
};

// The clients of one run, and what they will say.
class Script {
 public:
  Script(std::string_view stream, const Manners& manners)
      : rest_(stream),
        manners_(manners),
        world_({.when_idle = [this] { go_on(); }, .piece = manners.piece, .send_piece = manners.send_piece}) {
    clients_.fill(-1);
  }

  void run() {
    Log log(world_.platform().clock, {.level = LogLevel::nothing, .file = ""});
    Config config;
    // DEBUG can be told to crash, to run out of memory and to fill a database with billions of keys: it does
    // what it is asked for then, and a fuzzer would report each as a find.
    config.process.enable_debug_command = Permission::no;
    config.process.databases = 4;
    config.network.bind = {"127.0.0.1"};  // one listener, which the platform has
    Settings settings(std::move(config), "");
    int error = 0;
    auto reactor =
        std::make_unique<EpollReactor>(world_.platform().sockets, world_.platform().pollers.open(error));
    Server server(world_.platform(), log, settings, std::move(reactor));
    check(server.start().empty(), "the server starts");
    check(server.run() == 0, "the server stops when it is asked to");
    for (const int client : clients_)
      if (client >= 0) check_replies(client);
  }

  // What the first client received, when it was alone and nothing but its bytes could matter.
  [[nodiscard]] bool alone() const { return alone_; }
  [[nodiscard]] std::string heard() const {
    return clients_[0] < 0 ? std::string() : world_.received(clients_[0]);
  }

 private:
  void check_replies(int client) {
    const ReplyStream stream = read_replies(world_.received(client));
    check(stream.well_formed, "replies are well-formed");
  }

  // Called when the server has nothing to do: one more piece of the script, until its end.
  void go_on() {
    if (rest_.empty()) return leave();
    const std::size_t mark = rest_.find(kMark);
    if (mark != 0) {
      world_.send(speaker(), rest_.substr(0, mark));
      rest_.remove_prefix(std::min(mark, rest_.size()));
      return;
    }
    const char what = rest_.size() > 1 ? rest_[1] : '0';
    rest_.remove_prefix(std::min<std::size_t>(2, rest_.size()));
    obey(what);
  }

  void obey(char what) {
    alone_ = false;
    if (what >= '0' && what < '0' + kClients) current_ = what - '0';
    if (what == 't') world_.advance_ms(1000);
    if (what == 'h') world_.half_close(speaker());
    if (what == 'r') world_.reset(speaker());
  }

  int speaker() {
    int& client = clients_[static_cast<std::size_t>(current_)];
    if (client < 0) client = world_.connect();
    return client;
  }

  // The first time clients leave, the second time the server is asked to stop; by then it has seen that they
  // are gone.
  void leave() {
    if (left_) return world_.ask_to_stop();
    left_ = true;
    for (const int client : clients_) {
      if (client < 0) continue;
      if (!world_.closed_by_server(client) && !world_.gone(client))
        check(read_replies(world_.received(client)).whole,
              "replies are whole when the server has nothing left to do");
      manners_.reset_at_end ? world_.reset(client) : world_.half_close(client);
    }
  }

  std::string_view rest_;
  Manners manners_;
  std::array<int, kClients> clients_{};
  int current_ = 0;
  bool alone_ = true;
  bool left_ = false;
  MemoryPlatform world_;
};

// Commands whose answers tell how the bytes came: sizes of buffers, numbers of reads, memory.
bool tells_of_its_cuts(std::string_view stream) {
  std::string lower(stream);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const std::string_view word : {"info", "client", "memory", "debug", "pause", "shutdown"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace
}  // namespace baton

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace baton;
  if (size < 2 || size > kInputMax) return 0;
  const Manners manners{.piece = kPieces[data[0] & 7],
                        .send_piece = kSendPieces[(data[0] >> 3) & 3],
                        .reset_at_end = (data[0] & 32) != 0};
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  Script cut(stream, manners);
  cut.run();
  if (manners.piece == SIZE_MAX && manners.send_piece == SIZE_MAX) return 0;
  if (!cut.alone() || tells_of_its_cuts(stream)) return 0;
  Script uncut(stream, {.piece = SIZE_MAX, .send_piece = SIZE_MAX, .reset_at_end = false});
  uncut.run();
  check(cut.heard() == uncut.heard(), "how the bytes are cut does not change the replies");
  return 0;
}
