// Poller: which of many descriptors can make progress; one for each reactor, used by its thread only.
//
// A token is returned with each event and never looked at. After remove() no later wait() returns that token,
// but events already handed out by the current wait() may still name it: the caller defers freeing until they
// are done.
#pragma once

#include <memory>
#include <span>

namespace baton {

enum class Trigger : unsigned char {
  edge,  // reports a change once: read or write until -EAGAIN
  level  // reports as long as it holds: listeners, whose accept may stop at a limit
};

struct Interest {
  bool read = true;
  bool write = false;
  Trigger trigger = Trigger::edge;
};

struct PollEvent {
  void* token = nullptr;
  bool readable = false;
  bool writable = false;
  bool hangup = false;  // the peer will send no more; what it sent may still wait to be read
  bool broken = false;  // neither direction works any more (error or reset)
};

class Poller {
 public:
  virtual ~Poller() = default;
  virtual int add(int fd, void* token, Interest interest) = 0;
  virtual int modify(int fd, void* token, Interest interest) = 0;
  virtual int remove(int fd) = 0;
  // Number of events, 0 after `timeout_ms` (0: do not wait, -1: for ever) or after a signal; else -errno.
  virtual int wait(std::span<PollEvent> events, int timeout_ms) = 0;
};

class Pollers {
 public:
  virtual ~Pollers() = default;
  // Null, and `error` is -errno, when the system has no more.
  [[nodiscard]] virtual std::unique_ptr<Poller> open(int& error) = 0;
};

}  // namespace baton
