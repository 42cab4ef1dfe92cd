// Sockets: listening and connected stream sockets, non-blocking and closed on exec.
//
// Every call returns a result of at least 0 or -errno; nobody reads errno afterwards. -EINTR is never
// returned: the backend repeats the call. A descriptor belongs to whoever opened or accepted it, until
// close().
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace baton {

class Sockets {
 public:
  virtual ~Sockets() = default;

  // `address`: "*" (every IPv4 address), "::*" (every IPv6 address), a numeric address or a host name. An
  // IPv6 socket takes IPv6 only, so that both wildcards can share a port. Port 0: the system picks one.
  // Returns the descriptor; -EADDRNOTAVAIL also when the name is unknown. See listening.h for a whole `bind`
  // directive.
  virtual int listen_tcp(const std::string& address, std::uint16_t port, int backlog) = 0;
  // Removes a socket file left at `path`; permission 0 keeps what the umask gives.
  virtual int listen_unix(const std::string& path, unsigned permission, int backlog) = 0;
  // For tools and tests: connects and waits until connected; the descriptor is then non-blocking.
  virtual int connect_tcp(const std::string& address, std::uint16_t port) = 0;
  virtual int connect_unix(const std::string& path) = 0;

  // A descriptor, -EAGAIN when nobody waits, -EMFILE, ...
  virtual int accept(int listener) = 0;
  // Bytes received, 0 at the end of the stream, -EAGAIN when nothing is there.
  virtual ssize_t recv(int fd, std::span<char> into) = 0;
  // Bytes taken, possibly fewer than given; -EAGAIN when the buffer is full. Never raises SIGPIPE.
  virtual ssize_t send(int fd, std::string_view bytes) = 0;
  // At most kSlicesMax slices are looked at.
  static constexpr std::size_t kSlicesMax = 1024;
  virtual ssize_t sendv(int fd, std::span<const iovec> slices) = 0;
  virtual int shutdown_write(int fd) = 0;
  virtual void close(int fd) = 0;

  virtual int set_nodelay(int fd) = 0;
  // First probe after `seconds` of silence, then three at a third of it; 0 turns probes off.
  virtual int set_keepalive(int fd, int seconds) = 0;
  // The pending error of the socket, as -errno; 0 when there is none.
  virtual int so_error(int fd) = 0;
  // "127.0.0.1:5000", "[::1]:5000", "/path:0" for a unix socket (both its ends), "?:0" when unknown.
  [[nodiscard]] virtual std::string peer_name(int fd) = 0;
  [[nodiscard]] virtual std::string local_name(int fd) = 0;
  // The peer is on this machine: a loopback address or a unix socket (protected mode asks).
  [[nodiscard]] virtual bool peer_is_local(int fd) = 0;
};

}  // namespace baton
