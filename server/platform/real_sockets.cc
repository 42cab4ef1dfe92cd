#include "server/platform/real_sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace baton {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

int option(int fd, int level, int name, int value) {
  return ::setsockopt(fd, level, name, &value, sizeof(value)) == 0 ? 0 : -errno;
}

int close_with(int fd, int error) {
  ::close(fd);
  return error;
}

// Numeric addresses and names; null and `error` when there is none.
Addresses resolve(const char* host, std::uint16_t port, int family, int flags, int& error) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const std::string service = std::to_string(port);
  const int outcome = ::getaddrinfo(host, service.c_str(), &hints, &list);
  error = outcome == 0            ? 0
          : outcome == EAI_SYSTEM ? -errno
          : outcome == EAI_MEMORY ? -ENOMEM
                                  : -EADDRNOTAVAIL;
  return Addresses(outcome == 0 ? list : nullptr);
}

bool unix_address(const std::string& path, sockaddr_un& address) {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  return true;
}

std::string show(const sockaddr_storage& address, socklen_t size) {
  char text[INET6_ADDRSTRLEN];
  if (address.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    if (!::inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text))) return "?:0";
    return std::string(text) + ":" + std::to_string(ntohs(in.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& in = reinterpret_cast<const sockaddr_in6&>(address);
    if (!::inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof(text))) return "?:0";
    return "[" + std::string(text) + "]:" + std::to_string(ntohs(in.sin6_port));
  }
  if (address.ss_family == AF_UNIX) {
    const auto& un = reinterpret_cast<const sockaddr_un&>(address);
    const std::size_t room =
        size > offsetof(sockaddr_un, sun_path) ? size - offsetof(sockaddr_un, sun_path) : 0;
    return std::string(un.sun_path, ::strnlen(un.sun_path, room)) + ":0";
  }
  return "?:0";
}

// Both ends of a unix socket are named after the listener's path: the peer has none of its own.
std::string name_of(int fd, int (*which)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (which(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "?:0";
  if (address.ss_family == AF_UNIX && size <= offsetof(sockaddr_un, sun_path)) {
    size = sizeof(address);
    const auto other = which == ::getpeername ? ::getsockname : ::getpeername;
    if (other(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "?:0";
  }
  return show(address, size);
}

int connect_waiting(int fd, const sockaddr* address, socklen_t size) {
  if (::connect(fd, address, size) != 0) {
    if (errno != EINTR && errno != EINPROGRESS) return -errno;
    pollfd waiting{fd, POLLOUT, 0};
    while (::poll(&waiting, 1, -1) < 0)
      if (errno != EINTR) return -errno;
    int error = 0;
    socklen_t error_size = sizeof(error);
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) != 0) return -errno;
    if (error != 0) return -error;
  }
  return 0;
}

}  // namespace

int RealSockets::listen_tcp(const std::string& address, std::uint16_t port, int backlog) {
  const bool any4 = address == "*";
  const bool any6 = address == "::*";
  const int family = any4 ? AF_INET : any6 || address.find(':') != std::string::npos ? AF_INET6 : AF_UNSPEC;
  int error = 0;
  const Addresses found = resolve(any4 || any6 ? nullptr : address.c_str(), port, family, AI_PASSIVE, error);
  if (!found) return error;
  for (const addrinfo* a = found.get(); a; a = a->ai_next) {
    const int fd = ::socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (fd < 0) {
      error = -errno;
      continue;
    }
    error = a->ai_family == AF_INET6 ? option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) : 0;
    if (error == 0) error = option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (error == 0 && ::bind(fd, a->ai_addr, a->ai_addrlen) != 0) error = -errno;
    if (error == 0 && ::listen(fd, backlog) != 0) error = -errno;
    if (error == 0) return fd;
    ::close(fd);
  }
  return error;
}

int RealSockets::listen_unix(const std::string& path, unsigned permission, int backlog) {
  sockaddr_un address;
  if (!unix_address(path, address)) return -ENAMETOOLONG;
  struct stat old {};
  if (::lstat(path.c_str(), &old) == 0) {
    if (!S_ISSOCK(old.st_mode)) return -EADDRINUSE;  // never remove somebody's file
    if (::unlink(path.c_str()) != 0) return -errno;
  }
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return close_with(fd, -errno);
  if (permission != 0 && ::chmod(path.c_str(), permission) != 0) return close_with(fd, -errno);
  if (::listen(fd, backlog) != 0) return close_with(fd, -errno);
  return fd;
}

int RealSockets::connect_tcp(const std::string& address, std::uint16_t port) {
  int error = 0;
  const Addresses found = resolve(address.c_str(), port, AF_UNSPEC, 0, error);
  if (!found) return error;
  for (const addrinfo* a = found.get(); a; a = a->ai_next) {
    const int fd = ::socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (fd < 0) {
      error = -errno;
      continue;
    }
    error = connect_waiting(fd, a->ai_addr, a->ai_addrlen);
    if (error == 0) return fd;
    ::close(fd);
  }
  return error;
}

int RealSockets::connect_unix(const std::string& path) {
  sockaddr_un address;
  if (!unix_address(path, address)) return -ENAMETOOLONG;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  const int error = connect_waiting(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  return error == 0 ? fd : close_with(fd, error);
}

int RealSockets::accept(int listener) {
  for (;;) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) return fd;
    // A peer that gave up before it was accepted is not an error of the listener.
    if (errno != EINTR && errno != ECONNABORTED) return -errno;
  }
}

ssize_t RealSockets::recv(int fd, std::span<char> into) {
  for (;;) {
    const ssize_t n = ::recv(fd, into.data(), into.size(), 0);
    if (n >= 0) return n;
    if (errno != EINTR) return -errno;
  }
}

ssize_t RealSockets::send(int fd, std::string_view bytes) {
  for (;;) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) return n;
    if (errno != EINTR) return -errno;
  }
}

ssize_t RealSockets::sendv(int fd, std::span<const iovec> slices) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(slices.data());  // sendmsg only reads it
  message.msg_iovlen = std::min(slices.size(), kSlicesMax);
  for (;;) {
    const ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (n >= 0) return n;
    if (errno != EINTR) return -errno;
  }
}

int RealSockets::shutdown_write(int fd) { return ::shutdown(fd, SHUT_WR) == 0 ? 0 : -errno; }

void RealSockets::close(int fd) { ::close(fd); }

int RealSockets::set_nodelay(int fd) { return option(fd, IPPROTO_TCP, TCP_NODELAY, 1); }

int RealSockets::set_keepalive(int fd, int seconds) {
  if (const int error = option(fd, SOL_SOCKET, SO_KEEPALIVE, seconds > 0); error != 0 || seconds <= 0)
    return error;
  if (const int error = option(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds)) return error;
  if (const int error = option(fd, IPPROTO_TCP, TCP_KEEPINTVL, std::max(seconds / 3, 1))) return error;
  return option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

int RealSockets::so_error(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return -errno;
  return -error;
}

std::string RealSockets::peer_name(int fd) { return name_of(fd, ::getpeername); }

std::string RealSockets::local_name(int fd) { return name_of(fd, ::getsockname); }

bool RealSockets::peer_is_local(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  if (address.ss_family == AF_UNIX) return true;
  if (address.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    return (ntohl(in.sin_addr.s_addr) >> 24) == 127;
  }
  if (address.ss_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&in6) || (IN6_IS_ADDR_V4MAPPED(&in6) && in6.s6_addr[12] == 127);
  }
  return false;
}

}  // namespace baton
