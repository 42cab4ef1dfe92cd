#include "server/io/io_thread.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "server/net/epoll_reactor.h"

namespace baton {

std::unique_ptr<IoThread> IoThread::start(const Parts& parts, const IoLimits& limits, unsigned number,
                                          std::string& error) {
  int result = 0;
  std::unique_ptr<Poller> poller = parts.platform.pollers.open(result);
  if (!poller) {
    error = fmt::format("cannot open a poller for I/O thread {} (error {})", number, -result);
    return nullptr;
  }
  auto reactor = std::make_unique<EpollReactor>(parts.platform.sockets, std::move(poller));
  std::unique_ptr<IoThread> thread(new IoThread(parts, limits, std::move(reactor)));
  result = thread->reactor_->watch(*thread, thread->bell_.bell().fd(), Trigger::edge);
  if (result < 0) {
    error = fmt::format("cannot watch the bell of I/O thread {} (error {})", number, -result);
    return nullptr;
  }
  thread->thread_ =
      parts.platform.threads.spawn(fmt::format("io_thd_{}", number), [raw = thread.get()] { raw->run(); });
  if (thread->thread_->error() < 0) {
    error = fmt::format("cannot start I/O thread {} (error {})", number, -thread->thread_->error());
    return nullptr;
  }
  return thread;
}

IoThread::IoThread(const Parts& parts, const IoLimits& limits, std::unique_ptr<Reactor> reactor)
    : clock_(parts.platform.clock),
      stats_(parts.stats),
      reactor_(std::move(reactor)),
      channel_(make_channel(parts.handoff, &parts.executor_bell, &bell_)),
      loop_(std::make_unique<IoLoop>(IoLoop::Parts{parts.platform.sockets, clock_, parts.log, *reactor_,
                                                   *channel_, parts.resolver, parts.stats},
                                     limits)) {}

IoThread::~IoThread() { join(); }

void IoThread::join() {
  if (thread_) thread_->join();
  thread_.reset();
}

// How long the reactor may wait; true when the bell has been told that the thread sleeps.
bool IoThread::sleep_ms(bool published, int& timeout_ms) {
  timeout_ms = loop_->timeout_ms();
  const int stop_ms = loop_->stop_timeout_ms();
  if (stop_ms >= 0 && (timeout_ms < 0 || stop_ms < timeout_ms)) timeout_ms = stop_ms;
  if (!published) {
    // The executor's queue is full: look again soon, whatever the sockets do.
    timeout_ms = 1;
    return false;
  }
  if (reactor_->has_ready() || timeout_ms == 0) {
    timeout_ms = 0;
    return false;
  }
  if (bell_.prepare_to_sleep([this] { return gate_.requested() || channel_->mail_from_executor(); }))
    return true;
  timeout_ms = 0;
  return false;
}

void IoThread::run() {
  auto now = static_cast<std::int64_t>(clock_.monotonic_ns());
  loop_->set_now(now);
  while (!retired_) {
    loop_->take_mail(kMailMax);
    loop_->tick_if_due();
    if (loop_->stop_is_due()) loop_->close_all();
    const bool published = loop_->flush();
    if (gate_.checkpoint()) continue;
    if (loop_->stopped()) break;
    int timeout_ms = 0;
    const bool asleep = sleep_ms(published, timeout_ms);
    const auto idle_from = static_cast<std::int64_t>(clock_.monotonic_ns());
    stats_.add(IoStat::busy_ns, static_cast<std::uint64_t>(std::max<std::int64_t>(0, idle_from - now)));
    reactor_->poll(timeout_ms);
    if (asleep) bell_.woke();
    now = static_cast<std::int64_t>(clock_.monotonic_ns());
    loop_->set_now(now);
    stats_.add(IoStat::turns, 1);
  }
  // The last words must arrive: what does not fit is taken by the executor, which is awake for it.
  ServerSync::Backoff backoff;
  while (!loop_->flush()) backoff.pause();
}

}  // namespace baton
