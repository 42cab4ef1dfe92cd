// oracle_drive: a running server under plans of many clients at once, judged by what the clients saw.
//
//   oracle_drive PORT [--seed N] [--plans N]
//
// By hand: the judges that need no witness (history, linearizability, messages) on real sockets, where order
// and cuts of the stream are the kernel's. A seed repeats the requests, not the schedule; that is what the
// simulation is for.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "model/sim/oracle/linearizable.h"
#include "model/sim/oracle/pubsub_oracle.h"
#include "model/sim/oracle/workload.h"

namespace baton::sim {
namespace {

using SteadyClock = std::chrono::steady_clock;

class Socket {
 public:
  explicit Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) shut();
    if (fd_ >= 0) ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  ~Socket() { shut(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  void shut() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void tear() {
    const linger now{1, 0};
    if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    shut();
  }
  void half_close() { ::shutdown(fd_, SHUT_WR); }

 private:
  int fd_;
};

struct Driven {
  const ClientPlan* plan = nullptr;
  std::unique_ptr<Socket> socket;
  std::uint64_t connection = 0;
  std::size_t next = 0;
  std::size_t id_request = History::kNoRequest;
  std::string unsent;
  std::size_t read_max = 0;  // 0: as much as there is
  SteadyClock::time_point stalled_until{};
  bool half_closed = false;
  bool asked_last = false;
};

class Drive {
 public:
  Drive(std::uint16_t port, const Plan& plan) : port_(port), clients_(plan.clients.size()) {
    for (std::size_t c = 0; c < clients_.size(); ++c) {
      clients_[c].plan = &plan.clients[c];
      connect(clients_[c]);
    }
  }

  // False: the run did not come to rest.
  bool run() {
    const auto end = SteadyClock::now() + std::chrono::seconds(5);
    while (SteadyClock::now() < end) {
      bool busy = false;
      for (Driven& client : clients_) {
        advance(client);
        busy |= is_busy(client);
      }
      if (!busy && !ask_last()) return true;
      wait();
    }
    return false;
  }

  History history;

 private:
  void connect(Driven& client) {
    client.socket = std::make_unique<Socket>(port_);
    client.connection = ++connections_;
    client.unsent.clear();
    client.half_closed = false;
    history.opened(client.connection, ++step_);
    ask(client, {"client", "id"});
    client.id_request = history.requests().size() - 1;
  }

  void ask(Driven& client, Arguments args) {
    Operation operation;
    operation.args = std::move(args);
    send(client, operation);
  }
  void send(Driven& client, const Operation& operation) {
    const Operation::IdOf id_of = [this](unsigned other) {
      const std::size_t request = clients_[other % clients_.size()].id_request;
      const auto& frames = history.requests()[request].frames;
      return frames.empty() ? std::uint64_t{0} : static_cast<std::uint64_t>(frames[0].integer);
    };
    history.invoked(client.connection, operation.resolved(id_of), ++step_);
    client.unsent += operation.wire(id_of);
  }

  [[nodiscard]] bool is_open(const Driven& client) const { return client.socket && client.socket->fd() >= 0; }
  void end(Driven& client) {
    client.socket.reset();
    history.closed(client.connection, ++step_);
  }

  // Sends and acts as far as the pipeline allows.
  void advance(Driven& client) {
    using Kind = Operation::Kind;
    while (is_open(client) && !client.half_closed && client.next < client.plan->operations.size() &&
           SteadyClock::now() >= client.stalled_until &&
           history.open_requests(client.connection) < client.plan->pipeline) {
      const Operation& operation = client.plan->operations[client.next++];
      if (operation.dropped) continue;
      if (operation.is_request()) {
        send(client, operation);
      } else if (operation.kind == Kind::stall) {
        client.stalled_until = SteadyClock::now() + std::chrono::milliseconds(operation.amount % 20);
      } else if (operation.kind == Kind::slow_read) {
        client.read_max = operation.amount;
      } else if (operation.kind == Kind::half_close) {
        if (!client.unsent.empty()) flush(client);
        if (is_open(client)) client.socket->half_close();
        client.half_closed = true;
      } else {
        if (operation.kind == Kind::reset) client.socket->tear();
        end(client);
        connect(client);
      }
    }
    if (is_open(client)) flush(client);
  }

  void flush(Driven& client) {
    while (!client.unsent.empty()) {
      const ssize_t sent =
          ::send(client.socket->fd(), client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      client.unsent.erase(0, static_cast<std::size_t>(sent));
    }
  }

  [[nodiscard]] bool is_busy(const Driven& client) const {
    if (!is_open(client)) return false;
    const bool has_more = !client.half_closed && client.next < client.plan->operations.size();
    const History::Connection& seen = history.connections().at(client.connection);
    return client.half_closed || seen.ends || seen.decoder.pending() != 0 || has_more ||
           !client.unsent.empty() || history.open_requests(client.connection) != 0;
  }

  // A last request of each: what was on its way comes before its answer. False: all have asked.
  bool ask_last() {
    bool any = false;
    for (Driven& client : clients_) {
      if (!is_open(client) || std::exchange(client.asked_last, true)) continue;
      ask(client, {"ping"});
      any = true;
    }
    return any;
  }

  void wait() {
    std::vector<pollfd> polled;
    std::vector<Driven*> who;
    for (Driven& client : clients_) {
      if (!is_open(client) || SteadyClock::now() < client.stalled_until) continue;
      polled.push_back(
          {client.socket->fd(), static_cast<short>(POLLIN | (client.unsent.empty() ? 0 : POLLOUT)), 0});
      who.push_back(&client);
    }
    ::poll(polled.data(), polled.size(), 2);
    for (std::size_t i = 0; i < polled.size(); ++i)
      if (polled[i].revents != 0) receive(*who[i]);
  }

  void receive(Driven& client) {
    char piece[65536];
    const std::size_t most = client.read_max == 0 ? sizeof piece : client.read_max;
    const ssize_t got = ::recv(client.socket->fd(), piece, most, MSG_DONTWAIT);
    ++step_;
    if (got > 0) return history.heard(client.connection, {piece, static_cast<std::size_t>(got)}, step_);
    if (got == 0 || !would_block(client)) end(client);
  }
  // Nothing to read is no end: a look at the socket's own error tells, and at whether the peer has gone.
  static bool would_block(const Driven& client) {
    pollfd polled{client.socket->fd(), POLLIN, 0};
    return ::poll(&polled, 1, 0) == 0;
  }

  std::uint16_t port_;
  std::vector<Driven> clients_;
  std::uint64_t connections_ = 0;
  std::uint64_t step_ = 0;
};

// A control connection: between plans nobody else is there, and nothing is stored.
bool start_anew(std::uint16_t port) {
  Socket socket(port);
  if (socket.fd() < 0) return false;
  ::fcntl(socket.fd(), F_SETFL, 0);
  const timeval patience{5, 0};
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ReplyDecoder decoder;
  const auto ask = [&](std::string_view line) -> std::optional<Reply> {
    ::send(socket.fd(), line.data(), line.size(), MSG_NOSIGNAL);
    for (char piece[4096];;) {
      if (auto reply = decoder.next()) return reply;
      const ssize_t got = ::recv(socket.fd(), piece, sizeof piece, 0);
      if (got <= 0) return std::nullopt;
      decoder.feed({piece, static_cast<std::size_t>(got)});
    }
  };
  for (;;) {
    const auto list = ask("CLIENT LIST\r\n");
    if (!list) return false;
    if (std::count(list->text.begin(), list->text.end(), '\n') == 1) break;
  }
  return ask("CLIENT UNPAUSE\r\n") && ask("CONFIG SET timeout 0\r\n") && ask("FLUSHALL\r\n");
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::int64_t wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

int drive_all(std::uint16_t port, std::uint64_t seed, std::uint64_t plans) {
  std::size_t requests = 0, keys = 0, undecided = 0, messages = 0, wrong = 0;
  for (std::uint64_t i = 0; i < plans && wrong < 10; ++i) {
    if (!start_anew(port)) {
      fmt::print(stderr, "no server at 127.0.0.1:{}\n", port);
      return 1;
    }
    const Plan plan = make_plan(seed + i, {.start_ms = wall_ms()});
    Drive drive(port, plan);
    const bool at_rest = drive.run();
    const Verdict linearizable = check_linearizable(drive.history);
    const Verdict pubsub = check_pubsub(drive.history, at_rest);
    requests += drive.history.requests().size();
    keys += linearizable.checked;
    undecided += linearizable.not_decided;
    messages += pubsub.checked;
    for (const Verdict& verdict :
         {drive.history.check(), drive.history.check_all_answered(), linearizable, pubsub}) {
      if (verdict.ok()) continue;
      ++wrong;
      fmt::print("seed {}: {}\n", seed + i, verdict.wrong);
      break;
    }
  }
  fmt::print(
      "{} requests in {} plans from seed {}: {} keys judged, {} left out, {} messages, {} plans wrong\n",
      requests, plans, seed, keys, undecided, messages, wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace baton::sim

int main(int argc, char** argv) {
  using namespace baton::sim;
  std::optional<std::uint64_t> port, seed = 1, plans = 100;
  bool good = argc > 1;
  for (int i = 1; good && i < argc; ++i) {
    const std::string_view word = argv[i];
    if ((word == "--seed" || word == "--plans") && i + 1 < argc)
      good = ((word == "--seed" ? seed : plans) = number(argv[++i])).has_value();
    else
      good = !port && (port = number(word)) && *port > 0 && *port <= 65'535;
  }
  if (!good || !port) {
    std::fputs("usage: oracle_drive PORT [--seed N] [--plans N]\n", stderr);
    return 2;
  }
  return drive_all(static_cast<std::uint16_t>(*port), *seed, *plans);
}
