#include "model/sim/network.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace baton::sim {

namespace {

constexpr std::uint64_t kStream = 20;          // of Dice
constexpr std::uint64_t kSlowNs = 12'000'000;  // below the patience of a run
constexpr std::uint64_t kSlowTurnNs = 100'000;
constexpr std::uint64_t kKnockAgainNs = 200'000;
constexpr std::size_t kShown = 60;  // bytes of what is told

}  // namespace

unsigned Wire::poll_bits() const {
  if (broken) return kPollIn | kPollOut | kPollHangup | kPollBroken;
  unsigned bits = 0;
  if (!arrived.empty() || fin_arrived) bits |= kPollIn;
  if (fin_arrived) bits |= kPollHangup;
  if (fin_arrived && write_shut) bits |= kPollBroken;
  // Whoever says no more may always "write": that fails at once.
  if (write_shut || (!no_room_met && under_way + held.size() < room_max)) bits |= kPollOut;
  return bits;
}

Network::Network(Kernel& kernel, const Options& options)
    : kernel_(kernel), options_(options), dice_(kernel.seed(), kStream) {}

Network::~Network() = default;

std::uint64_t Network::latency() {
  std::uint64_t ns = dice_.between(options_.latency_least_ns, options_.latency_most_ns);
  if (kernel_.faults().strike(Fault::slow_network))
    ns += kernel_.faults().below(Fault::slow_network, kSlowNs);
  return ns;
}

// Bytes do not pass those sent before them.
std::uint64_t Network::next_arrival(std::uint64_t& last) {
  return last = std::max(last, kernel_.now_ns() + latency());
}

std::shared_ptr<Wire> Network::shared(Wire& wire) { return wire.shared_from_this(); }

// --- clients ---

Network::Id Network::connect(Peer& peer, const Target& target) {
  const Id id = wires_.size();
  auto wire = std::make_shared<Wire>(*this, peer, id);
  wire->room_max = options_.to_client_max;
  wire->from_elsewhere = target.from_elsewhere;
  wires_.push_back(wire);
  std::uint64_t wait = latency();
  if (kernel_.faults().strike(Fault::late_accept))
    wait += kernel_.faults().below(Fault::late_accept, kSlowNs);
  kernel_.after(wait, [this, wire, target] { knock(wire, target); });
  return id;
}

void Network::knock(const std::shared_ptr<Wire>& wire, Target target) {
  if (wire->client_gone) return;
  const auto found = std::find_if(listeners_.begin(), listeners_.end(), [&](const auto& listener) {
    return target.unix_path.empty() ? listener->port == target.port : listener->address == target.unix_path;
  });
  if (found == listeners_.end()) return end_client_side(wire);
  Listener& listener = **found;
  if (listener.backlog.size() >= static_cast<std::size_t>(listener.backlog_max)) {
    kernel_.after(kKnockAgainNs, [this, wire, target = std::move(target)] { knock(wire, target); });
    return;
  }
  if (target.unix_path.empty()) {
    wire->peer_name = fmt::format("{}:{}", wire->from_elsewhere ? "10.0.0.7" : "127.0.0.1", 20000 + wire->id);
    wire->local_name = fmt::format("127.0.0.1:{}", target.port);
  } else {
    wire->peer_name = wire->local_name = target.unix_path + ":0";
  }
  listener.backlog.push_back(wire);
  listener.happened(kPollIn);
  if (wire->peer) wire->peer->on_open();
}

void Network::send(Id id, std::string_view bytes) {
  const std::shared_ptr<Wire>& wire = wires_.at(id);
  if (wire->client_gone || wire->fin_sent) return;
  wire->coming.append(bytes);
  kernel_.tell([&] { return fmt::format("client {} sends {:?}", id, bytes.substr(0, kShown)); });
  deliver_to_server(wire);
  if (kernel_.faults().strike(Fault::reset)) tear(wire);
}

void Network::half_close(Id id) {
  const std::shared_ptr<Wire>& wire = wires_.at(id);
  if (wire->client_gone) return;
  wire->fin_sent = true;
  kernel_.tell([&] { return fmt::format("client {} says no more", id); });
  deliver_to_server(wire);
}

void Network::close(Id id) {
  const std::shared_ptr<Wire>& wire = wires_.at(id);
  wire->peer = nullptr;
  if (wire->client_gone) return;
  half_close(id);
  wire->client_gone = true;
  // What it had not read, or what comes now, is answered by a reset.
  if (!wire->held.empty()) break_server_side(wire);
}

void Network::reset(Id id) {
  const std::shared_ptr<Wire>& wire = wires_.at(id);
  wire->peer = nullptr;
  tear(wire);
}

// The connection is lost; the client, if it cares, hears of it next.
void Network::tear(const std::shared_ptr<Wire>& wire) {
  if (wire->client_gone) return;
  kernel_.tell([&] { return fmt::format("the connection of client {} breaks", wire->id); });
  wire->client_gone = true;
  wire->coming.clear();
  break_server_side(wire);
  kernel_.after(0, [wire] {
    if (Peer* const peer = std::exchange(wire->peer, nullptr)) peer->on_end();
  });
}

void Network::stall(Id id, bool stalled) {
  const std::shared_ptr<Wire>& wire = wires_.at(id);
  wire->stalled = stalled;
  if (!stalled) read_held(wire);
}

void Network::slow(Id id, std::size_t bytes) {
  const std::shared_ptr<Wire>& wire = wires_.at(id);
  wire->bytes_a_turn = bytes;
  if (bytes == 0) read_held(wire);
}

// What has arrived at the client, as fast as it reads.
void Network::read_held(const std::shared_ptr<Wire>& wire) {
  if (wire->stalled || wire->held.empty() || !wire->peer) return;
  const std::size_t count =
      wire->bytes_a_turn == 0 ? wire->held.size() : std::min(wire->bytes_a_turn, wire->held.size());
  const std::string bytes = wire->held.substr(0, count);
  wire->held.erase(0, count);
  offer_room(wire);
  if (!wire->held.empty()) kernel_.after(kSlowTurnNs, [this, wire] { read_held(wire); });
  kernel_.tell([&] {
    return fmt::format("client {} hears {:?}", wire->id, std::string_view(bytes).substr(0, kShown));
  });
  wire->peer->on_bytes(bytes);
}

Network::Id Network::named(std::string_view address) const {
  const auto found = std::find_if(wires_.rbegin(), wires_.rend(),
                                  [&](const auto& wire) { return wire->peer_name == address; });
  return found == wires_.rend() ? kNobody : (*found)->id;
}

bool Network::open(Id id) const { return !wires_.at(id)->client_gone; }

bool Network::accepted(Id id) const { return wires_.at(id)->accepted; }

std::string Network::state(Id id) const {
  const Wire& wire = *wires_.at(id);
  return fmt::format(
      "fd {}, to the server {} on the way and {} arrived{}{}, to the client {} on the way and {} held{}{}",
      wire.fd(), wire.coming.size(), wire.arrived.size(), wire.fin_arrived ? ", end" : "",
      wire.broken ? ", reset" : "", wire.under_way, wire.held.size(), wire.stalled ? ", stalled" : "",
      wire.no_room_met ? ", the server waits for room" : "");
}

std::size_t Network::unsent(Id id) const { return wires_.at(id)->coming.size(); }

// --- from clients to the server ---

void Network::deliver_to_server(const std::shared_ptr<Wire>& wire) {
  if (wire->delivering || wire->broken || wire->server_gone || wire->fin_arrived) return;
  if (wire->coming.empty() && !wire->fin_sent) return;
  if (!wire->coming.empty() && wire->arrived.size() >= options_.to_server_max)
    return;  // receive() comes back
  wire->delivering = true;
  kernel_.after(latency(), [this, wire] {
    wire->delivering = false;
    if (wire->broken || wire->server_gone) return;
    if (!wire->coming.empty()) {
      std::size_t count = std::min(wire->coming.size(), options_.to_server_max - wire->arrived.size());
      if (kernel_.faults().strike(Fault::fragment))
        count = 1 + kernel_.faults().below(Fault::fragment, count);
      wire->arrived.append(wire->coming, 0, count);
      kernel_.tell([&] { return fmt::format("{} bytes of client {} arrive", count, wire->id); });
      wire->coming.erase(0, count);
      wire->happened(kPollIn);
    } else if (wire->fin_sent) {
      wire->fin_arrived = true;
      wire->happened(kPollIn | kPollHangup);
    }
    deliver_to_server(wire);
  });
}

void Network::break_server_side(const std::shared_ptr<Wire>& wire) {
  kernel_.after(latency(), [wire] {
    if (wire->server_gone || wire->broken) return;
    wire->coming.clear();
    wire->broken = true;
    wire->happened(kPollIn | kPollOut | kPollHangup | kPollBroken);
  });
}

// --- from the server to clients ---

void Network::end_client_side(const std::shared_ptr<Wire>& wire) {
  if (wire->client_gone) return;
  kernel_.tell([&] { return fmt::format("client {} sees the end of its connection", wire->id); });
  wire->client_gone = true;
  if (Peer* const peer = std::exchange(wire->peer, nullptr)) {
    if (!wire->held.empty()) peer->on_bytes(std::exchange(wire->held, {}));
    peer->on_end();
  }
}

void Network::offer_room(const std::shared_ptr<Wire>& wire) {
  if (!wire->no_room_met) return;
  kernel_.after(latency(), [this, wire] {
    if (!wire->no_room_met || wire->server_gone || wire->broken) return;
    const std::size_t taken = wire->under_way + wire->held.size();
    // The next arrival comes back.
    if (taken >= options_.to_client_max || taken > options_.to_client_max - options_.to_client_max / 3)
      return;
    wire->no_room_met = false;
    wire->happened(kPollOut);
  });
}

ssize_t Network::room(Wire& wire) {
  if (wire.broken) {
    if (!std::exchange(wire.break_reported, true)) return -ECONNRESET;
    return -EPIPE;
  }
  if (wire.write_shut) return -EPIPE;
  if (kernel_.faults().strike(Fault::send_again)) {
    wire.no_room_met = true;
    offer_room(shared(wire));
    return -EAGAIN;
  }
  const std::size_t taken = wire.under_way + wire.held.size();
  if (taken >= options_.to_client_max) {
    wire.no_room_met = true;
    return -EAGAIN;
  }
  const std::size_t room = options_.to_client_max - taken;
  if (room > 1 && kernel_.faults().strike(Fault::short_send))
    return static_cast<ssize_t>(1 + kernel_.faults().below(Fault::short_send, room - 1));
  return static_cast<ssize_t>(room);
}

// `all`: nothing was left over for want of room.
void Network::take(Wire& wire_of, std::string bytes, bool all) {
  const std::shared_ptr<Wire> wire = shared(wire_of);
  kernel_.mix(bytes);
  wire->under_way += bytes.size();
  if (!all) {
    wire->no_room_met = true;
    offer_room(wire);
  }
  kernel_.at(next_arrival(wire->last_arrival_ns), [this, wire, bytes = std::move(bytes)] {
    wire->under_way -= bytes.size();
    if (wire->client_gone) return wire->server_gone ? void() : break_server_side(wire);
    const bool reading = !wire->held.empty();
    wire->held += bytes;
    if (wire->bytes_a_turn == 0)
      read_held(wire);
    else if (!reading)
      kernel_.after(kSlowTurnNs, [this, wire] { read_held(wire); });
  });
}

void Network::shut(Wire& wire_of) {
  if (wire_of.write_shut || wire_of.broken) return;
  wire_of.write_shut = true;
  const std::shared_ptr<Wire> wire = shared(wire_of);
  // Linux wakes whoever polls the socket, whatever it waits for, and once more when the peer has the end.
  constexpr unsigned kAnything = kPollIn | kPollOut | kPollHangup | kPollBroken;
  wire->happened(kAnything);
  kernel_.at(next_arrival(wire->last_arrival_ns), [this, wire] {
    end_client_side(wire);
    wire->happened(kAnything);
  });
}

void Network::server_closed(const std::shared_ptr<Wire>& wire) {
  wire->server_gone = true;
  const bool unread = !wire->arrived.empty();
  if (unread && kernel_.faults().strike(Fault::lost_tail)) {
    // The reset passes what is under way.
    kernel_.after(latency(), [this, wire] { end_client_side(wire); });
    return;
  }
  kernel_.at(next_arrival(wire->last_arrival_ns), [this, wire] { end_client_side(wire); });
}

// --- the server's calls ---

int Network::listen(std::shared_ptr<Listener> listener) {
  const bool taken = std::any_of(listeners_.begin(), listeners_.end(), [&](const auto& other) {
    return other->port == listener->port && other->address == listener->address;
  });
  if (taken) return -EADDRINUSE;
  listeners_.push_back(listener);
  return kernel_.install(std::move(listener));
}

void Network::drop(Listener& listener) {
  for (const auto& wire : std::exchange(listener.backlog, {})) {
    wire->server_gone = true;
    kernel_.after(latency(), [this, wire] { end_client_side(wire); });
  }
  std::erase_if(listeners_, [&](const auto& other) { return other.get() == &listener; });
}

int Network::accept(Listener& listener) {
  if (listener.backlog.empty()) return -EAGAIN;
  Faults& faults = kernel_.faults();
  if (faults.strike(Fault::accept_no_descriptors)) return -EMFILE;
  if (faults.strike(Fault::accept_no_memory)) return -ENOMEM;
  const std::shared_ptr<Wire> wire = listener.backlog.front();
  listener.backlog.erase(listener.backlog.begin());
  if (faults.strike(Fault::accept_aborted)) {
    wire->server_gone = true;
    kernel_.after(latency(), [this, wire] { end_client_side(wire); });
    return -ECONNABORTED;
  }
  wire->accepted = true;
  return kernel_.install(wire);
}

ssize_t Network::receive(Wire& wire, char* into, std::size_t room) {
  if (wire.arrived.empty()) {
    if (wire.broken) return std::exchange(wire.break_reported, true) ? 0 : -ECONNRESET;
    return wire.fin_arrived ? 0 : -EAGAIN;
  }
  // A short receive tells that nothing is left (epoll(7)): what is kept back has not arrived yet.
  if (wire.arrived.size() > 1 && !wire.broken && !wire.fin_arrived &&
      kernel_.faults().strike(Fault::short_receive)) {
    const std::size_t kept = 1 + kernel_.faults().below(Fault::short_receive, wire.arrived.size() - 1);
    wire.coming.insert(0, wire.arrived, kept);
    wire.arrived.resize(kept);
  }
  const std::size_t count = std::min(room, wire.arrived.size());
  std::memcpy(into, wire.arrived.data(), count);
  wire.arrived.erase(0, count);
  deliver_to_server(shared(wire));
  kernel_.mix(std::string_view(into, count));
  return static_cast<ssize_t>(count);
}

}  // namespace baton::sim
