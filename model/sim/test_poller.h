// For tests of the simulated poller: interests, and a poller that says in short what its waits report.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "model/sim/test_machine.h"

namespace baton::sim {

inline constexpr Interest kRead = {.read = true, .write = false, .trigger = Trigger::edge};
inline constexpr Interest kBoth = {.read = true, .write = true, .trigger = Trigger::edge};
inline constexpr Interest kLevel = {.read = true, .write = false, .trigger = Trigger::level};

// A poller, and what its waits say in short: "r", "w", "h", "b" behind the number of each token.
class Watching {
 public:
  explicit Watching(SimPlatform& sim) {
    int error = 0;
    poller_ = sim.pollers.open(error);
  }
  Poller& operator*() { return *poller_; }
  Poller* operator->() { return poller_.get(); }

  int add(int fd, int number, Interest interest) {
    return poller_->add(fd, &numbers_.at(at(number)), interest);
  }
  std::string wait(int timeout_ms, std::size_t room = 8) {
    std::vector<PollEvent> events(room);
    const int count = poller_->wait(events, timeout_ms);
    std::string said;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const PollEvent& event = events.at(i);
      said += std::to_string(*static_cast<int*>(event.token));
      said += event.readable ? "r" : "";
      said += event.writable ? "w" : "";
      said += event.hangup ? "h" : "";
      said += event.broken ? "b" : "";
    }
    return said;
  }

 private:
  static std::size_t at(int number) { return static_cast<std::size_t>(number); }
  std::array<int, 4> numbers_{0, 1, 2, 3};
  std::unique_ptr<Poller> poller_;
};

}  // namespace baton::sim
