// ReleaseGate: holds executed sessions, with their replies, until what was promised for their writes holds.
//
//   gate.hold(std::move(session), position);     // position: how far the log must be durable for its replies
//   gate.open(durable, [](Held<Session> s) {});  // hands on, first in first out, all that may leave
//
// I10         A reply leaves through here and through nothing else. In this version nothing is promised
// beyond memory: every
//             position is kNothingPromised, and the gate opens at once.
// I3          First in first out: a session whose promise holds waits for those before it.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "queues/check.h"
#include "queues/held.h"
#include "server/io/session.h"

namespace baton {

class ReleaseGate {
 public:
  using Position = std::uint64_t;
  static constexpr Position kNothingPromised = 0;

  ReleaseGate() = default;
  ReleaseGate(const ReleaseGate&) = delete;
  ReleaseGate& operator=(const ReleaseGate&) = delete;

  void hold(Held<Session> session, Position position) {
    check(waiting_.empty() || waiting_.back().position <= position, "release gate: positions go forward");
    waiting_.push_back({std::move(session), position});
  }

  template <class Home>
  void open(Position durable, Home&& home) {
    while (!waiting_.empty() && waiting_.front().position <= durable) {
      Held<Session> session = std::move(waiting_.front().session);
      waiting_.pop_front();
      home(std::move(session));
    }
  }

  [[nodiscard]] std::size_t held() const noexcept { return waiting_.size(); }

 private:
  struct Waiting {
    Held<Session> session;
    Position position;
  };
  std::deque<Waiting> waiting_;
};

}  // namespace baton
