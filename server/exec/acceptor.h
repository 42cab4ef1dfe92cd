// Acceptor: listening sockets; each new connection becomes a client and goes to the I/O loop with the fewest.
//
// Refused, with an error that says why, and closed: above maxclients; in protected mode from another machine.
// When the process has no descriptors left the listeners rest for a while instead of spinning.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/config/config.h"
#include "server/exec/services.h"
#include "server/net/reactor.h"

namespace baton {

class Client;

// Protected mode: as long as nobody has to authenticate, only this machine is served.
[[nodiscard]] inline bool refused_by_protected_mode(const Config& config, bool unix_socket,
                                                    bool peer_is_local) noexcept {
  return config.network.protected_mode && config.clients.requirepass.empty() && !unix_socket &&
         !peer_is_local;
}

class Acceptor {
 public:
  Acceptor(Services& services, Reactor& reactor) : services_(services), reactor_(reactor) {}
  ~Acceptor();

  // Opens what `bind`, `port` and `unixsocket` ask for; an error text, or empty.
  [[nodiscard]] std::string open();
  // CONFIG SET bind or port; on an error the old ones are back.
  [[nodiscard]] std::string reopen_tcp(const std::vector<std::string>& bind, int port);
  void close();
  // After accepting failed the listeners rest until this is called, some time later.
  void resume();

  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }

 private:
  struct Listener final : Wakeable {
    Listener(Acceptor& acceptor_, int fd_, bool unix_socket_)
        : acceptor(acceptor_), fd(fd_), unix_socket(unix_socket_) {}
    void on_wake() override { acceptor.accept_from(*this); }
    Acceptor& acceptor;
    int fd;
    bool unix_socket;
    bool watched = true;  // by the reactor; not while it rests
  };
  void accept_from(Listener& listener);
  void welcome(int fd, bool unix_socket);
  void rest();
  void refuse(int fd, std::string_view error);
  [[nodiscard]] std::string watch(int fd, bool unix_socket, std::vector<std::unique_ptr<Listener>>& into);
  [[nodiscard]] std::string open_tcp(const std::vector<std::string>& bind, int port);
  void drop(std::vector<std::unique_ptr<Listener>>& listeners);

  Services& services_;
  Reactor& reactor_;
  std::vector<std::unique_ptr<Listener>> tcp_;
  std::vector<std::unique_ptr<Listener>> unix_;
  std::string unix_path_;
  std::vector<std::string> bind_;  // what the TCP listeners were opened for
  int port_ = 0;
  std::uint64_t accepted_ = 0;
  bool resting_ = false;
};

}  // namespace baton
