#include "server/exec/acceptor.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "server/config/settings.h"
#include "server/exec/client_registry.h"
#include "server/exec/io_crew.h"
#include "server/exec/server_stats.h"
#include "server/platform/listening.h"
#include "server/platform/platform.h"

namespace baton {

Acceptor::~Acceptor() { close(); }

std::string Acceptor::watch(int fd, bool unix_socket, std::vector<std::unique_ptr<Listener>>& into) {
  auto listener = std::make_unique<Listener>(*this, fd, unix_socket);
  const int result = reactor_.watch(*listener, fd, Trigger::level);
  if (result < 0) {
    services_.platform.sockets.close(fd);
    return fmt::format("cannot watch a listening socket: {}", std::strerror(-result));
  }
  into.push_back(std::move(listener));
  return {};
}

std::string Acceptor::open() {
  const Config& config = services_.settings.values();
  if (std::string error = reopen_tcp(config.network.bind, static_cast<int>(config.network.port));
      !error.empty())
    return error;
  if (config.network.unixsocket.empty()) return {};
  const int fd = services_.platform.sockets.listen_unix(config.network.unixsocket,
                                                        static_cast<unsigned>(config.network.unixsocketperm),
                                                        static_cast<int>(config.network.tcp_backlog));
  if (fd < 0)
    return fmt::format("Failed opening Unix socket {}: {}", config.network.unixsocket, std::strerror(-fd));
  unix_path_ = config.network.unixsocket;
  return watch(fd, true, unix_);
}

std::string Acceptor::reopen_tcp(const std::vector<std::string>& bind, int port) {
  resume();
  // Two listeners cannot share an address, so the old ones leave first and come back when the new ones fail.
  drop(tcp_);
  std::string error = open_tcp(bind, port);
  if (error.empty()) {
    bind_ = bind;
    port_ = port;
  } else if (!bind_.empty()) {
    drop(tcp_);
    if (const std::string again = open_tcp(bind_, port_); !again.empty())
      services_.log.warning("The listening sockets could not be opened again: {}", again);
  }
  return error;
}

std::string Acceptor::open_tcp(const std::vector<std::string>& bind, int port) {
  Listening opened = listen_everywhere(services_.platform.sockets, bind, static_cast<std::uint16_t>(port),
                                       static_cast<int>(services_.settings.values().network.tcp_backlog));
  std::string error = opened.error;
  for (const int fd : opened.descriptors) {
    if (error.empty())
      error = watch(fd, false, tcp_);
    else
      services_.platform.sockets.close(fd);
  }
  return error;
}

void Acceptor::drop(std::vector<std::unique_ptr<Listener>>& listeners) {
  for (const auto& listener : listeners) {
    if (listener->watched) reactor_.unwatch(listener->fd);
    services_.platform.sockets.close(listener->fd);
  }
  listeners.clear();
}

void Acceptor::close() {
  drop(tcp_);
  drop(unix_);
  if (!unix_path_.empty()) services_.platform.files.unlink(unix_path_);
  unix_path_.clear();
}

void Acceptor::accept_from(Listener& listener) {
  for (std::int64_t left = services_.settings.values().network.max_new_connections_per_cycle; left > 0;
       --left) {
    const int fd = services_.platform.sockets.accept(listener.fd);
    if (fd == -EAGAIN) return;
    if (fd == -ECONNABORTED) continue;
    if (fd < 0) {
      services_.log.warning("Accepting client connection: {}", std::strerror(-fd));
      return rest();
    }
    welcome(fd, listener.unix_socket);
  }
}

// A listener that cannot accept (no descriptors left, no memory) would be reported as ready for ever.
void Acceptor::rest() {
  resting_ = true;
  for (const auto* listeners : {&tcp_, &unix_})
    for (const auto& listener : *listeners)
      if (std::exchange(listener->watched, false)) reactor_.unwatch(listener->fd);
}

// What made the listeners rest may refuse to watch them as well: those rest on.
void Acceptor::resume() {
  if (!std::exchange(resting_, false)) return;
  for (const auto* listeners : {&tcp_, &unix_}) {
    for (const auto& listener : *listeners) {
      if (listener->watched) continue;
      const int result = reactor_.watch(*listener, listener->fd, Trigger::level);
      listener->watched = result >= 0;
      if (listener->watched) continue;
      services_.log.warning("Cannot watch a listening socket: {}", std::strerror(-result));
      resting_ = true;
    }
  }
}

void Acceptor::refuse(int fd, std::string_view error) {
  (void)services_.platform.sockets.send(fd, error);
  services_.platform.sockets.close(fd);
  ++services_.stats.connections_rejected;
}

void Acceptor::welcome(int fd, bool unix_socket) {
  const Config& config = services_.settings.values();
  Sockets& sockets = services_.platform.sockets;
  if (services_.clients.size() >= static_cast<std::size_t>(config.clients.maxclients))
    return refuse(fd, "-ERR max number of clients reached\r\n");
  const bool open_to_all = config.clients.requirepass.empty();
  if (refused_by_protected_mode(config, unix_socket, unix_socket || sockets.peer_is_local(fd)))
    return refuse(
        fd,
        "-DENIED Baton runs in protected mode and no password is set: only connections from this machine are "
        "accepted. Set requirepass, or turn protected-mode off if the network is trusted.\r\n");
  if (!unix_socket) {
    sockets.set_nodelay(fd);
    if (config.network.tcp_keepalive > 0)
      sockets.set_keepalive(fd, static_cast<int>(config.network.tcp_keepalive));
  }
  ++services_.stats.connections_received;
  ++accepted_;
  const auto now_ms = static_cast<std::int64_t>(services_.platform.clock.monotonic_ns() / 1'000'000);
  Client& client = services_.clients.add(now_ms);
  client.fd = fd;
  client.from_unix_socket = unix_socket;
  client.address = sockets.peer_name(fd);
  client.local_address = sockets.local_name(fd);
  client.authenticated = open_to_all;
  client.settle();
  auto* session = new Session(client.id, &client);
  session->fd = fd;
  session->authenticated = client.authenticated;
  session->stats = client.stats.get();
  services_.crew.assign(client, Held<Session>(session));
}

}  // namespace baton
