// SimSockets: the server's socket calls, on the simulated network.
#pragma once

#include "model/sim/network.h"
#include "server/platform/sockets.h"

namespace baton::sim {

class SimSockets final : public Sockets {
 public:
  explicit SimSockets(Network& network) : network_(network), kernel_(network.kernel()) {}

  int listen_tcp(const std::string& address, std::uint16_t port, int backlog) override;
  int listen_unix(const std::string& path, unsigned permission, int backlog) override;
  // The server connects to nobody: -ECONNREFUSED.
  int connect_tcp(const std::string& address, std::uint16_t port) override;
  int connect_unix(const std::string& path) override;
  int accept(int listener) override;
  ssize_t recv(int fd, std::span<char> into) override;
  ssize_t send(int fd, std::string_view bytes) override;
  ssize_t sendv(int fd, std::span<const iovec> slices) override;
  int shutdown_write(int fd) override;
  void close(int fd) override;
  int set_nodelay(int fd) override;
  int set_keepalive(int fd, int seconds) override;
  int so_error(int fd) override;
  std::string peer_name(int fd) override;
  std::string local_name(int fd) override;
  bool peer_is_local(int fd) override;

 private:
  // Null when it is not a connection: the run has failed then.
  [[nodiscard]] Wire* wire(int fd, const char* call);

  Network& network_;
  Kernel& kernel_;
};

}  // namespace baton::sim
