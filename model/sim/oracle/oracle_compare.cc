// oracle_compare: is the reference right? Random requests to a running server, one at a time over several
// connections, each reply against the reference's.
//
//   oracle_compare PORT [--seed N] [--plans N] [--redis-7.0] [--verbose]
//
// By hand, against Baton and against an installed Redis (`--redis-7.0` leaves newer commands out). The
// server's data are flushed between plans. Time is real here, so expiries are far away or past, and times to
// live have a tolerance.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "model/sim/oracle/reference.h"
#include "model/sim/oracle/workload.h"

namespace baton::sim {
namespace {

constexpr std::int64_t kToleranceMs = 2'000;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    open_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool open() const { return open_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return open_ = false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // The next frame; nothing: the server closed, or did not answer in time.
  std::optional<Reply> frame() {
    std::vector<char> piece(65536);
    for (;;) {
      if (auto reply = decoder_.next()) return reply;
      const ssize_t received = decoder_.malformed() ? 0 : ::recv(socket_, piece.data(), piece.size(), 0);
      if (received <= 0) {
        open_ = false;
        return std::nullopt;
      }
      decoder_.feed({piece.data(), static_cast<std::size_t>(received)});
    }
  }

 private:
  int socket_;
  bool open_ = false;
  ReplyDecoder decoder_;
};

// A message among replies: the publisher's own subscription or another's.
bool is_message(const Reply& frame) {
  if (frame.items.size() < 3) return false;
  const std::string& word = frame.items[0].text;
  return word == "message" || word == "pmessage" || word == "smessage";
}

struct CompareOptions {
  std::uint16_t port = 0;
  std::uint64_t seed = 1;
  std::uint64_t plans = 100;
  bool redis = false;
  bool verbose = false;
};

// False, and says why: a reply was not as expected.
bool compare(const CompareOptions& options, std::uint64_t seed, std::size_t& requests) {
  WorkloadOptions workload;
  workload.start_ms = now_ms();
  workload.actions = false;
  workload.short_times = false;
  workload.value_bytes_max = 5'000;
  workload.recent_commands = !options.redis;
  workload.without = bit(Group::others) | bit(Group::monitor) | bit(Group::tracking) | bit(Group::config);
  Plan plan = make_plan(seed, workload);
  // What is not answered cannot be waited for: a silent client is compared when it is alone.
  for (std::size_t c = 0; plan.clients.size() > 1 && c < plan.clients.size(); ++c)
    if (plan.clients[c].role == Role::silent) plan.clients[c].operations.clear();
  Reference reference({16, kToleranceMs});
  std::vector<std::unique_ptr<Connection>> connections;
  std::vector<std::size_t> next(plan.clients.size(), 0);
  for (std::size_t c = 0; c < plan.clients.size(); ++c)
    connections.push_back(std::make_unique<Connection>(options.port));
  {
    Connection first(options.port);
    if (!first.send("FLUSHALL\r\n") || !first.frame()) {
      fmt::print(stderr, "no server at 127.0.0.1:{}\n", options.port);
      return false;
    }
  }
  Random random(seed ^ 0x5eed);
  for (std::size_t left = plan.size(); left > 0; --left) {
    std::size_t c = random.below(plan.clients.size());
    while (next[c] == plan.clients[c].operations.size()) c = (c + 1) % plan.clients.size();
    const Operation& operation = plan.clients[c].operations[next[c]++];
    Connection& connection = *connections[c];
    if (!connection.open()) continue;
    const auto complain = [&](std::string_view expected, std::string_view heard) {
      fmt::print("seed {}, client {}, operation {}: {}\n  expected {}\n  heard    {}\n", seed, c,
                 operation.number, to_text(operation), expected, heard);
      return false;
    };
    connection.send(operation.wire([](unsigned) { return std::uint64_t{999'999}; }));
    std::vector<Reply> expected;
    // Whether a client that wants no replies is told of its bad protocol is a matter of taste.
    if (operation.kind == Operation::Kind::malformed && plan.clients[c].role == Role::silent) break;
    if (operation.kind == Operation::Kind::malformed)
      expected = {Reply::error("ERR Protocol error")};
    else
      expected =
          reference.execute(c, operation.resolved([](unsigned) { return std::uint64_t{999'999}; }), now_ms());
    ++requests;
    if (options.verbose) fmt::print("client {} db {}: {}\n", c, reference.client(c).db, to_text(operation));
    for (const Reply& frame : expected) {
      auto heard = connection.frame();
      while (heard && is_message(*heard)) heard = connection.frame();
      if (!heard) return complain(to_text(frame), "nothing");
      if (options.verbose && heard) fmt::print("    {}\n", to_text(*heard));
      if (!matches(frame, *heard)) return complain(to_text(frame), to_text(*heard));
    }
    if (operation.kind == Operation::Kind::malformed || reference.is_closing(c)) {
      if (auto more = connection.frame()) return complain("the end", to_text(*more));
      reference.closed(c);
    }
  }
  // What is left over after the last request is one frame too many; and nothing may run into the next plan.
  for (std::size_t c = 0; c < connections.size(); ++c) {
    if (!connections[c]->open()) continue;
    const bool silent = plan.clients[c].role == Role::silent;
    connections[c]->send(silent ? "CLIENT REPLY ON\r\nCLIENT REPLY ON\r\nRESET\r\n" : "RESET\r\n");
    auto heard = connections[c]->frame();
    while (heard && (is_message(*heard) || (silent && heard->text == "OK"))) heard = connections[c]->frame();
    if (heard && heard->text == "RESET") continue;
    if (heard && silent && heard->text.starts_with("ERR Protocol error")) continue;
    fmt::print("seed {}, client {}: not the end: {}\n", seed, c, heard ? to_text(*heard) : "nothing");
    return false;
  }
  return true;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool read(int argc, char** argv, CompareOptions& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--redis-7.0") {
      options.redis = true;
    } else if (word == "--verbose") {
      options.verbose = true;
    } else if ((word == "--seed" || word == "--plans") && i + 1 < argc) {
      const auto value = number(argv[++i]);
      if (!value) return false;
      (word == "--seed" ? options.seed : options.plans) = *value;
    } else {
      const auto port = number(word);
      if (!port || *port == 0 || *port > 65'535 || options.port != 0) return false;
      options.port = static_cast<std::uint16_t>(*port);
    }
  }
  return options.port != 0;
}

}  // namespace
}  // namespace baton::sim

int main(int argc, char** argv) {
  using namespace baton::sim;
  CompareOptions options;
  if (!read(argc, argv, options)) {
    std::fputs("usage: oracle_compare PORT [--seed N] [--plans N] [--redis-7.0] [--verbose]\n", stderr);
    return 2;
  }
  std::size_t requests = 0, wrong = 0;
  for (std::uint64_t i = 0; i < options.plans; ++i)
    if (!compare(options, options.seed + i, requests) && ++wrong == 20) break;
  fmt::print("{} requests in {} plans from seed {}: {} plans differ\n", requests, options.plans, options.seed,
             wrong);
  return wrong == 0 ? 0 : 1;
}
