// Reactor: where one thread waits for its sockets, its bell and its timers.
//
//   reactor.attach(connection, fd);
//   reactor.receive(connection);             // one receive; connection.on_received(n) follows from poll()
//   reactor.poll(timeout_ms);
//
// Completion style: an operation is submitted and its outcome is reported once, so that epoll, io_uring and a
// simulated backend fit behind one interface. The buffer of a receive is asked for when bytes are there: ten
// thousand idle connections hold none.
//
// Ownership   A reactor and all its endpoints belong to one thread (or to whoever holds that thread paused).
// The
//             descriptor of an endpoint belongs to the endpoint's owner.
// I9          An endpoint is registered once, edge-triggered. Readiness that arrives while no receive is
// submitted is
//             remembered and costs one wake-up, never a spin.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "server/platform/poller.h"

namespace baton {

class Reactor;

// The reactor's side of one socket; embedded in whoever handles it.
class Endpoint {
 public:
  Endpoint() = default;
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] bool attached() const noexcept { return fd_ >= 0; }

  // Where the next received bytes go; called just before they are read. Must not be empty.
  virtual std::span<char> receive_buffer() = 0;
  // n > 0: so many bytes are in the buffer; 0: end of stream; < 0: -errno. The receive is over.
  virtual void on_received(std::ptrdiff_t n) = 0;
  // A send that could not complete at once may be tried again.
  virtual void on_sendable() = 0;
  // The peer is gone while no receive was submitted (reset, or both directions shut).
  virtual void on_hangup() = 0;

 protected:
  virtual ~Endpoint() = default;

 private:
  friend class EpollReactor;
  int fd_ = -1;
  bool receiving_ = false;     // a receive is submitted
  bool readable_ = false;      // bytes or an end may be there
  bool queued_ = false;        // in the reactor's ready list
  bool send_blocked_ = false;  // a send met a full socket buffer
  bool hangup_ = false;
};

// A descriptor that only ever says "look": a bell, a signal descriptor, a listening socket.
class Wakeable {
 public:
  virtual void on_wake() = 0;

 protected:
  ~Wakeable() = default;
};

class Reactor {
 public:
  static constexpr int kForever = -1;

  virtual ~Reactor() = default;

  // 0 or -errno. Nothing is received before receive() is called.
  [[nodiscard]] virtual int attach(Endpoint& endpoint, int fd) = 0;
  // Forgets the endpoint; nothing more is reported to it. Returns its descriptor, which stays open.
  virtual int detach(Endpoint& endpoint) = 0;

  virtual void receive(Endpoint& endpoint) = 0;
  // Bytes taken by the socket (may be fewer than offered), or -errno. When it took fewer, on_sendable()
  // follows.
  [[nodiscard]] virtual std::ptrdiff_t send(Endpoint& endpoint, std::span<const iovec> parts) = 0;

  [[nodiscard]] virtual int watch(Wakeable& wakeable, int fd, Trigger trigger) = 0;
  // Nothing more is reported of it, not even what the poll under way has found already.
  virtual void unwatch(int fd) = 0;

  // Waits up to `timeout_ms` (kForever: without bound) and reports what happened. Returns the number of
  // reports.
  virtual int poll(int timeout_ms) = 0;
  // True when poll() would report at once: receives whose readiness is already known.
  [[nodiscard]] virtual bool has_ready() const noexcept = 0;
};

}  // namespace baton
