// Network: byte pipes between simulated clients and the server's sockets.
//
//   struct Client final : Peer { ... on_bytes(...) ... };
//   const Network::Id id = network.connect(client, {.port = 6379});
//   network.send(id, "PING\r\n");               // arrives later, perhaps in pieces
//
// A client is a state machine: its callbacks run as events of the kernel, between the calls of the server's
// threads, and never wait. What it sends waits at its own end until the server's buffer has room; what the
// server sends is held for it by a bounded buffer, so a client that is stalled makes the server's sends
// refuse.
//
// TCP as Linux has it: bytes in order or not at all; a half-close arrives behind the bytes; a reset lets the
// server read what had arrived, then fails one call with ECONNRESET; closing with input unread resets the
// other side. A descriptor tells of new room only after a send that met none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/sim/kernel.h"

namespace baton::sim {

// The client's end of a connection.
class Peer {
 public:
  virtual void on_open() {}
  virtual void on_bytes(std::string_view bytes) = 0;
  // The last call: the server closed, the connection broke, or there was nobody to connect to.
  virtual void on_end() = 0;

 protected:
  ~Peer() = default;
};

class Listener;
class Wire;

class Network {
 public:
  using Id = std::size_t;

  struct Options {
    std::size_t to_server_max = 4096;  // bytes that the server's receive buffer holds
    std::size_t to_client_max = 4096;  // that are under way to a client or held for it
    std::uint64_t latency_least_ns = 2'000;
    std::uint64_t latency_most_ns = 40'000;
  };
  struct Target {
    std::uint16_t port = 6379;
    std::string unix_path;        // instead, if not empty
    bool from_elsewhere = false;  // not from a loopback address
  };

  Network(Kernel& kernel, const Options& options);
  ~Network();

  // ---- clients; the peer outlives the network
  Id connect(Peer& peer, const Target& target);
  void send(Id id, std::string_view bytes);
  void half_close(Id id);               // says no more, and still listens
  void close(Id id);                    // neither; no further callback
  void reset(Id id);                    // the same at once: what is under way is lost
  void stall(Id id, bool stalled);      // stops reading, or reads what was held
  void slow(Id id, std::size_t bytes);  // reads so many a turn, or all at once again (0)
  // Who has this address, as the server sees it; nobody: npos.
  static constexpr Id kNobody = static_cast<Id>(-1);
  [[nodiscard]] Id named(std::string_view address) const;
  [[nodiscard]] bool open(Id id) const;
  [[nodiscard]] bool accepted(Id id) const;
  [[nodiscard]] std::string state(Id id) const;   // for people
  [[nodiscard]] std::size_t unsent(Id id) const;  // bytes that the server's side has no room for yet

  // ---- the server's side, for SimSockets
  [[nodiscard]] Kernel& kernel() { return kernel_; }
  int listen(std::shared_ptr<Listener> listener);
  void drop(Listener& listener);
  int accept(Listener& listener);
  ssize_t receive(Wire& wire, char* into, std::size_t room);
  [[nodiscard]] ssize_t room(Wire& wire);
  void take(Wire& wire, std::string bytes, bool all);
  void shut(Wire& wire);
  void server_closed(const std::shared_ptr<Wire>& wire);

 private:
  std::uint64_t latency();
  std::uint64_t next_arrival(std::uint64_t& last);
  void knock(const std::shared_ptr<Wire>& wire, Target target);
  void deliver_to_server(const std::shared_ptr<Wire>& wire);
  void break_server_side(const std::shared_ptr<Wire>& wire);
  void end_client_side(const std::shared_ptr<Wire>& wire);
  void tear(const std::shared_ptr<Wire>& wire);
  void read_held(const std::shared_ptr<Wire>& wire);
  void offer_room(const std::shared_ptr<Wire>& wire);
  [[nodiscard]] std::shared_ptr<Wire> shared(Wire& wire);

  Kernel& kernel_;
  Options options_;
  Dice dice_;
  std::vector<std::shared_ptr<Wire>> wires_;
  std::vector<std::shared_ptr<Listener>> listeners_;
};

// What the server accepts from.
class Listener final : public Descriptor {
 public:
  Listener(Network& network, std::string address_, std::uint16_t port_, int backlog_max_)
      : address(std::move(address_)), port(port_), backlog_max(backlog_max_), network_(network) {}

  [[nodiscard]] const char* kind() const override { return "listener"; }
  [[nodiscard]] unsigned poll_bits() const override { return backlog.empty() ? 0u : kPollIn; }
  void closed() override { network_.drop(*this); }

  const std::string address;  // "*", an address, or the path of a unix socket, whose port is 0
  const std::uint16_t port;
  const int backlog_max;
  std::vector<std::shared_ptr<Wire>> backlog;

 private:
  Network& network_;
};

// One connection; the descriptor is the server's end of it.
class Wire final : public Descriptor, public std::enable_shared_from_this<Wire> {
 public:
  Wire(Network& network, Peer& peer_, Network::Id id_) : peer(&peer_), id(id_), network_(network) {}

  [[nodiscard]] const char* kind() const override { return "connection"; }
  [[nodiscard]] unsigned poll_bits() const override;
  void closed() override { network_.server_closed(shared_from_this()); }

  Peer* peer;  // null: it wants to hear no more
  const Network::Id id;
  std::string peer_name, local_name;
  bool from_elsewhere = false;

  // towards the server
  std::string coming;       // the client has sent it, it has not arrived
  std::string arrived;      // the server has not received it
  bool delivering = false;  // an event for `coming` is on its way
  bool fin_sent = false, fin_arrived = false;
  bool broken = false;  // a reset has arrived
  bool break_reported = false;

  // towards the client
  std::size_t under_way = 0;
  std::string held;  // arrived at a client that is stalled
  std::uint64_t last_arrival_ns = 0;
  std::size_t room_max = 0;
  bool stalled = false;
  std::size_t bytes_a_turn = 0;  // 0: all
  bool no_room_met = false;      // the server has been refused, and waits to hear
  bool write_shut = false;
  bool accepted = false;
  bool server_gone = false;
  bool client_gone = false;

 private:
  Network& network_;
};

}  // namespace baton::sim
