// Timers: callbacks at points of the monotonic clock, for one thread.
//
// A repeating timer that fell behind runs once and goes on from now: a busy server does not owe a hundred
// crons.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace baton {

class Timers {
 public:
  using Id = std::uint64_t;
  using Callback = std::function<void()>;

  Id once(std::int64_t at_ns, Callback callback);
  // First at now + interval. A callback returns the interval until its next run through the timer's own
  // closure.
  Id every(std::int64_t now_ns, std::int64_t interval_ns, Callback callback);
  void set_interval(Id id, std::int64_t interval_ns);
  void cancel(Id id);

  // Runs what is due; returns how many ran.
  int run(std::int64_t now_ns);
  // Milliseconds until the next one, rounded up; -1: none.
  [[nodiscard]] int timeout_ms(std::int64_t now_ns) const;

 private:
  struct Timer {
    std::int64_t interval_ns;
    Callback callback;
  };
  struct Due {
    std::int64_t at_ns;
    Id id;
    bool operator>(const Due& other) const noexcept {
      return at_ns != other.at_ns ? at_ns > other.at_ns : id > other.id;
    }
  };
  Id add(std::int64_t at_ns, std::int64_t interval_ns, Callback callback);

  Id next_id_ = 1;
  std::unordered_map<Id, Timer> timers_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace baton
