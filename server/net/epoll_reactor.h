// EpollReactor: the reactor over the platform's poller.
//
// Every endpoint is added once, edge-triggered for both directions; from then on a request costs no call to
// the poller but the wait. A short receive means that the socket was drained, so the next one waits for an
// edge. An endpoint whose readiness is known when it asks is put in a ready list, which poll() serves first,
// in order of asking.
#pragma once

#include <memory>
#include <vector>

#include "server/net/reactor.h"
#include "server/platform/sockets.h"

namespace baton {

class EpollReactor final : public Reactor {
 public:
  EpollReactor(Sockets& sockets, std::unique_ptr<Poller> poller);

  [[nodiscard]] int attach(Endpoint& endpoint, int fd) override;
  int detach(Endpoint& endpoint) override;
  void receive(Endpoint& endpoint) override;
  [[nodiscard]] std::ptrdiff_t send(Endpoint& endpoint, std::span<const iovec> parts) override;
  [[nodiscard]] int watch(Wakeable& wakeable, int fd, Trigger trigger) override;
  void unwatch(int fd) override;
  int poll(int timeout_ms) override;
  [[nodiscard]] bool has_ready() const noexcept override { return !ready_.empty(); }

 private:
  static constexpr std::size_t kEventsMax = 256;

  struct Watched {
    int fd;
    void* token;
  };

  void enqueue(Endpoint& endpoint);
  void forget(void* token);
  void serve(Endpoint& endpoint);
  void report(const PollEvent& event);

  Sockets& sockets_;
  std::unique_ptr<Poller> poller_;
  std::vector<Endpoint*> ready_;    // asked and readable; null: detached since
  std::vector<Endpoint*> serving_;  // the part of it that poll() is at
  std::vector<Watched> watched_;    // bells, signals, listeners: a handful
  std::vector<PollEvent> events_;
  std::size_t events_left_begin_ = 0;
  std::size_t events_left_end_ = 0;
};

}  // namespace baton
