#include "server/net/epoll_reactor.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "queues/check.h"

namespace baton {

namespace {

// The two sorts of tokens share the poller: the low bit tells them apart.
constexpr std::uintptr_t kWakeableBit = 1;

void* token_of(Endpoint& endpoint) { return &endpoint; }
void* token_of(Wakeable& wakeable) {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(&wakeable) | kWakeableBit);
}

}  // namespace

EpollReactor::EpollReactor(Sockets& sockets, std::unique_ptr<Poller> poller)
    : sockets_(sockets), poller_(std::move(poller)), events_(kEventsMax) {}

int EpollReactor::attach(Endpoint& endpoint, int fd) {
  check(!endpoint.attached(), "reactor: endpoint attached twice");
  const int result =
      poller_->add(fd, token_of(endpoint), {.read = true, .write = true, .trigger = Trigger::edge});
  if (result < 0) return result;
  endpoint.fd_ = fd;
  endpoint.receiving_ = endpoint.readable_ = endpoint.queued_ = endpoint.send_blocked_ = endpoint.hangup_ =
      false;
  return 0;
}

int EpollReactor::detach(Endpoint& endpoint) {
  const int fd = endpoint.fd_;
  if (fd < 0) return fd;
  poller_->remove(fd);
  forget(token_of(endpoint));
  if (endpoint.queued_) {
    for (auto* list : {&ready_, &serving_})
      for (Endpoint*& entry : *list)
        if (entry == &endpoint) entry = nullptr;
  }
  endpoint.fd_ = -1;
  return fd;
}

// Events of the wait under way that name a removed token are dropped.
void EpollReactor::forget(void* token) {
  for (std::size_t i = events_left_begin_; i < events_left_end_; ++i)
    if (events_[i].token == token) events_[i].token = nullptr;
}

void EpollReactor::enqueue(Endpoint& endpoint) {
  if (endpoint.queued_) return;
  endpoint.queued_ = true;
  ready_.push_back(&endpoint);
}

void EpollReactor::receive(Endpoint& endpoint) {
  check(endpoint.attached(), "reactor: receive on a detached endpoint");
  endpoint.receiving_ = true;
  if (endpoint.readable_) enqueue(endpoint);
}

std::ptrdiff_t EpollReactor::send(Endpoint& endpoint, std::span<const iovec> parts) {
  std::size_t offered = 0;
  for (const iovec& part : parts) offered += part.iov_len;
  const std::ptrdiff_t n =
      parts.size() == 1
          ? sockets_.send(endpoint.fd_, {static_cast<const char*>(parts[0].iov_base), parts[0].iov_len})
          : sockets_.sendv(endpoint.fd_, parts);
  if (n == -EAGAIN) {
    endpoint.send_blocked_ = true;
    return 0;
  }
  if (n >= 0 && static_cast<std::size_t>(n) < offered) endpoint.send_blocked_ = true;
  return n;
}

int EpollReactor::watch(Wakeable& wakeable, int fd, Trigger trigger) {
  void* const token = token_of(wakeable);
  const int result = poller_->add(fd, token, {.read = true, .write = false, .trigger = trigger});
  if (result == 0) watched_.push_back({fd, token});
  return result;
}

void EpollReactor::unwatch(int fd) {
  poller_->remove(fd);
  const auto it =
      std::find_if(watched_.begin(), watched_.end(), [fd](const Watched& w) { return w.fd == fd; });
  if (it == watched_.end()) return;
  forget(it->token);
  watched_.erase(it);
}

void EpollReactor::serve(Endpoint& endpoint) {
  endpoint.receiving_ = false;
  const std::span<char> room = endpoint.receive_buffer();
  const std::ptrdiff_t n = sockets_.recv(endpoint.fd_, room);
  if (n == -EAGAIN) {
    endpoint.readable_ = false;
    endpoint.receiving_ = true;
    return;
  }
  // After a hang-up no further edge comes, so the end of the stream has to be read without one.
  if (n > 0 && static_cast<std::size_t>(n) < room.size() && !endpoint.hangup_) endpoint.readable_ = false;
  endpoint.on_received(n);
}

void EpollReactor::report(const PollEvent& event) {
  if (!event.token) return;
  const auto bits = reinterpret_cast<std::uintptr_t>(event.token);
  if (bits & kWakeableBit) {
    reinterpret_cast<Wakeable*>(bits & ~kWakeableBit)->on_wake();
    return;
  }
  Endpoint& endpoint = *static_cast<Endpoint*>(event.token);
  if (event.hangup || event.broken) endpoint.hangup_ = true;
  if (event.readable || event.hangup || event.broken) endpoint.readable_ = true;
  if (event.broken && !endpoint.receiving_) {
    endpoint.on_hangup();
    return;
  }
  const bool sendable = (event.writable || event.broken) && endpoint.send_blocked_;
  const bool receivable = endpoint.readable_ && endpoint.receiving_ && !endpoint.queued_;
  if (sendable) {
    endpoint.send_blocked_ = false;
    // The endpoint may close itself in either callback; the queue finds out when it is served.
    if (receivable) enqueue(endpoint);
    endpoint.on_sendable();
    return;
  }
  if (receivable) serve(endpoint);
}

int EpollReactor::poll(int timeout_ms) {
  int reports = 0;
  const int n = poller_->wait(events_, ready_.empty() ? timeout_ms : 0);
  events_left_end_ = n > 0 ? static_cast<std::size_t>(n) : 0;
  // First those that were ready before, so that a busy newcomer does not pass them.
  serving_.swap(ready_);
  for (std::size_t i = 0; i < serving_.size(); ++i) {
    Endpoint* const endpoint = serving_[i];
    if (!endpoint) continue;
    endpoint->queued_ = false;
    serving_[i] = nullptr;
    if (!endpoint->receiving_) continue;
    serve(*endpoint);
    ++reports;
  }
  serving_.clear();
  for (events_left_begin_ = 0; events_left_begin_ < events_left_end_;) {
    const PollEvent event = events_[events_left_begin_++];
    report(event);
    ++reports;
  }
  events_left_begin_ = events_left_end_ = 0;
  return reports;
}

}  // namespace baton
