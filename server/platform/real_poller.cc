#include "server/platform/real_poller.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace baton {
namespace {

epoll_event request(void* token, Interest interest) {
  epoll_event event{};
  event.events = EPOLLRDHUP;
  if (interest.read) event.events |= EPOLLIN;
  if (interest.write) event.events |= EPOLLOUT;
  if (interest.trigger == Trigger::edge) event.events |= EPOLLET;
  event.data.ptr = token;
  return event;
}

}  // namespace

RealPoller::~RealPoller() { ::close(epoll_); }

int RealPoller::add(int fd, void* token, Interest interest) {
  epoll_event event = request(token, interest);
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

int RealPoller::modify(int fd, void* token, Interest interest) {
  epoll_event event = request(token, interest);
  return ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0 ? 0 : -errno;
}

int RealPoller::remove(int fd) { return ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr) == 0 ? 0 : -errno; }

int RealPoller::wait(std::span<PollEvent> events, int timeout_ms) {
  const int room = static_cast<int>(std::min(events.size(), ready_.size()));
  const int n = ::epoll_wait(epoll_, ready_.data(), room, timeout_ms);
  if (n < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < n; ++i) {
    const std::uint32_t bits = ready_[i].events;
    events[i] = {.token = ready_[i].data.ptr,
                 .readable = (bits & EPOLLIN) != 0,
                 .writable = (bits & EPOLLOUT) != 0,
                 .hangup = (bits & (EPOLLRDHUP | EPOLLHUP)) != 0,
                 .broken = (bits & (EPOLLHUP | EPOLLERR)) != 0};
  }
  return n;
}

std::unique_ptr<Poller> RealPollers::open(int& error) {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  error = epoll < 0 ? -errno : 0;
  return epoll < 0 ? nullptr : std::make_unique<RealPoller>(epoll);
}

}  // namespace baton
