// RealPoller: Poller over epoll.
#pragma once

#include <sys/epoll.h>

#include <array>

#include "server/platform/poller.h"

namespace baton {

class RealPoller final : public Poller {
 public:
  explicit RealPoller(int epoll) : epoll_(epoll) {}
  RealPoller(const RealPoller&) = delete;
  RealPoller& operator=(const RealPoller&) = delete;
  ~RealPoller() override;

  int add(int fd, void* token, Interest interest) override;
  int modify(int fd, void* token, Interest interest) override;
  int remove(int fd) override;
  int wait(std::span<PollEvent> events, int timeout_ms) override;

  static constexpr std::size_t kEventsMax = 256;  // of one wait

 private:
  int epoll_;
  std::array<epoll_event, kEventsMax> ready_;
};

class RealPollers final : public Pollers {
 public:
  std::unique_ptr<Poller> open(int& error) override;
};

}  // namespace baton
