#include "server/net/timers.h"

#include <utility>

namespace baton {

Timers::Id Timers::add(std::int64_t at_ns, std::int64_t interval_ns, Callback callback) {
  const Id id = next_id_++;
  timers_.emplace(id, Timer{interval_ns, std::move(callback)});
  due_.push({at_ns, id});
  return id;
}

Timers::Id Timers::once(std::int64_t at_ns, Callback callback) { return add(at_ns, 0, std::move(callback)); }

Timers::Id Timers::every(std::int64_t now_ns, std::int64_t interval_ns, Callback callback) {
  return add(now_ns + interval_ns, interval_ns, std::move(callback));
}

void Timers::set_interval(Id id, std::int64_t interval_ns) {
  if (auto it = timers_.find(id); it != timers_.end()) it->second.interval_ns = interval_ns;
}

void Timers::cancel(Id id) { timers_.erase(id); }

int Timers::run(std::int64_t now_ns) {
  int ran = 0;
  while (!due_.empty() && due_.top().at_ns <= now_ns) {
    const Id id = due_.top().id;
    due_.pop();
    auto it = timers_.find(id);
    if (it == timers_.end()) continue;
    // The callback may cancel its own timer, so it runs from outside the map.
    Callback callback = std::move(it->second.callback);
    const bool repeats = it->second.interval_ns > 0;
    if (!repeats) timers_.erase(it);
    callback();
    ++ran;
    if (!repeats) continue;
    it = timers_.find(id);
    if (it == timers_.end()) continue;
    it->second.callback = std::move(callback);
    due_.push({now_ns + it->second.interval_ns, id});
  }
  return ran;
}

int Timers::timeout_ms(std::int64_t now_ns) const {
  if (due_.empty()) return -1;
  const std::int64_t left = due_.top().at_ns - now_ns;
  return left <= 0 ? 0 : static_cast<int>((left + 999'999) / 1'000'000);
}

}  // namespace baton
