#include "model/sim/sim_poller.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "model/explorer/explorer_sync.h"

namespace baton::sim {

using explorer::BellObject;
using explorer::Engine;

namespace {
constexpr std::uint64_t kOrderStream = 1000;  // of Dice, from here on
}

SimPoller::SimPoller(Kernel& kernel, std::shared_ptr<unsigned> alive, std::uint64_t number)
    : kernel_(kernel), alive_(std::move(alive)), order_(kernel.seed(), kOrderStream + number) {
  ++*alive_;
}

SimPoller::~SimPoller() {
  --*alive_;
  for (const auto& [fd, watch] : watches_)
    if (!is_bell(fd)) kernel_.unwatch(fd, *this);
}

unsigned SimPoller::wanted(const Interest& interest) {
  return kPollBroken | kPollHangup | (interest.read ? kPollIn : 0u) | (interest.write ? kPollOut : 0u);
}

int SimPoller::add(int fd, void* token, Interest interest) {
  kernel_.call("epoll_ctl add");
  if (kernel_.faults().strike(Fault::poll_refused)) return -ENOMEM;
  if (watches_.contains(fd)) return -EEXIST;
  Watch watch{.fd = fd, .token = token, .interest = interest};
  if (is_bell(fd)) {
    const BellObject* const bell = Engine::current().bell(fd);
    if (!bell) return -EBADF;
    bells_.push_back(&watches_.emplace(fd, watch).first->second);
    return 0;
  }
  const Descriptor* const descriptor = kernel_.find(fd, "epoll_ctl add");
  if (!descriptor) return -EBADF;
  Watch& added = watches_.emplace(fd, watch).first->second;
  kernel_.watch(fd, *this);
  if ((descriptor->poll_bits() & wanted(interest)) != 0) enqueue(added);
  return 0;
}

int SimPoller::modify(int fd, void* token, Interest interest) {
  kernel_.call("epoll_ctl modify");
  const auto it = watches_.find(fd);
  if (it == watches_.end()) return -ENOENT;
  it->second.token = token;
  it->second.interest = interest;
  if (is_bell(fd)) return 0;
  const Descriptor* const descriptor = kernel_.find(fd, "epoll_ctl modify");
  if (descriptor && (descriptor->poll_bits() & wanted(interest)) != 0) enqueue(it->second);
  return 0;
}

int SimPoller::remove(int fd) {
  kernel_.call("epoll_ctl remove");
  if (!watches_.contains(fd)) return -ENOENT;
  if (!is_bell(fd)) kernel_.unwatch(fd, *this);
  forget(fd);
  return 0;
}

void SimPoller::edge(int fd, unsigned bits) {
  Watch& watch = watches_.at(fd);
  if ((bits & wanted(watch.interest)) != 0) enqueue(watch);
}

void SimPoller::forget(int fd) {
  const auto it = watches_.find(fd);
  std::erase(queue_, &it->second);
  std::erase(bells_, &it->second);
  watches_.erase(it);
}

void SimPoller::enqueue(Watch& watch) {
  if (watch.queued) return;
  watch.queued = true;
  queue_.push_back(&watch);
}

bool SimPoller::bell_rung() const {
  return std::any_of(bells_.begin(), bells_.end(), [](const Watch* watch) {
    const BellObject* const bell = Engine::current().bell(watch->fd);
    return bell != nullptr && bell->posts() != watch->posts_seen;
  });
}

std::size_t SimPoller::collect(std::span<PollEvent> events) {
  if (kernel_.faults().strike(Fault::poll_some))
    events = events.first(std::min(events.size(), 1 + kernel_.faults().below(Fault::poll_some, 2)));
  std::size_t count = 0;
  // So many of the others come before the bells.
  if (!queue_.empty() && bell_rung()) collect_queued(events, count, order_.below(queue_.size() + 1));
  collect_bells(events, count);
  collect_queued(events, count, queue_.size());
  // What is a level comes again, in the next wait.
  for (Watch* watch : std::exchange(again_, {})) enqueue(*watch);
  return count;
}

void SimPoller::collect_bells(std::span<PollEvent> events, std::size_t& count) {
  for (Watch* watch : bells_) {
    BellObject* const bell = Engine::current().bell(watch->fd);
    if (count == events.size() || !bell || bell->posts() == watch->posts_seen) continue;
    watch->posts_seen = bell->posts();
    bell->reported();
    events[count++] = {.token = watch->token, .readable = true};
  }
}

void SimPoller::collect_queued(std::span<PollEvent> events, std::size_t& count, std::size_t most) {
  for (std::size_t left = most; left > 0 && !queue_.empty() && count < events.size(); --left) {
    Watch& watch = *queue_.front();
    queue_.pop_front();
    watch.queued = false;
    const Descriptor* const descriptor = kernel_.find(watch.fd, "epoll_wait");
    const unsigned bits = descriptor ? descriptor->poll_bits() & wanted(watch.interest) : 0;
    if (bits == 0) continue;
    events[count++] = {.token = watch.token,
                       .readable = (bits & kPollIn) != 0,
                       .writable = (bits & kPollOut) != 0,
                       .hangup = (bits & kPollHangup) != 0,
                       .broken = (bits & kPollBroken) != 0};
    if (watch.interest.trigger == Trigger::level) again_.push_back(&watch);
  }
}

int SimPoller::wait(std::span<PollEvent> events, int timeout_ms) {
  kernel_.call("epoll_wait");
  if (timeout_ms != 0 && kernel_.faults().strike(Fault::poll_early)) return 0;
  const std::uint64_t deadline = timeout_ms < 0
                                     ? Kernel::kForever
                                     : kernel_.now_ns() + static_cast<std::uint64_t>(timeout_ms) * 1'000'000;
  for (;;) {
    const std::size_t count = collect(events);
    if (count != 0 || timeout_ms == 0 || kernel_.now_ns() >= deadline) {
      kernel_.mix(count);
      return static_cast<int>(count);
    }
    kernel_.block(*this, deadline);
  }
}

std::unique_ptr<Poller> SimPollers::open(int& error) {
  kernel_.call("epoll_create");
  error = 0;
  if (kernel_.faults().strike(Fault::pollers_refused)) {
    error = -EMFILE;
    return nullptr;
  }
  return std::make_unique<SimPoller>(kernel_, alive_, opened_++);
}

}  // namespace baton::sim
