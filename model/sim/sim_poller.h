// SimPoller: epoll's semantics over descriptors of the simulated kernel, and over bells of the explorer.
//
// Edge      Something happened at the descriptor since it was last reported: it is queued, and a wait reports
//           what holds by then, or nothing when that is over. No new happening, no report: who leaves bytes
//           in the socket is not told of them again.
// Level     Queued again for as long as it holds.
// Bells     Watched by their number, edge-triggered and never read: each post since the last report is one.
// Time      A wait ends at its time-out in virtual time, not before; poll_early ends it as a signal does.
// Closing a descriptor takes it out of every poller. Events come in the order in which they happened, bells
// somewhere among them as the seed has it, at most as many as there is room for, or fewer (poll_some).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "model/sim/kernel.h"
#include "server/platform/poller.h"

namespace baton::sim {

class SimPoller final : public Poller, private Watcher, private Waiting {
 public:
  // `number`: of the pollers of this run. `alive` counts pollers: they are descriptors of the real system,
  // and to be freed like them.
  SimPoller(Kernel& kernel, std::shared_ptr<unsigned> alive, std::uint64_t number);
  ~SimPoller() override;

  int add(int fd, void* token, Interest interest) override;
  int modify(int fd, void* token, Interest interest) override;
  int remove(int fd) override;
  int wait(std::span<PollEvent> events, int timeout_ms) override;

 private:
  struct Watch {
    int fd;
    void* token;
    Interest interest;
    bool queued = false;
    std::uint64_t posts_seen = 0;  // of a bell
  };

  static bool is_bell(int fd) { return fd >= kFirstBell; }
  static unsigned wanted(const Interest& interest);
  void edge(int fd, unsigned bits) override;
  void forget(int fd) override;
  [[nodiscard]] bool woken() const override { return !queue_.empty() || bell_rung(); }
  [[nodiscard]] bool bell_rung() const;
  void enqueue(Watch& watch);
  std::size_t collect(std::span<PollEvent> events);
  void collect_bells(std::span<PollEvent> events, std::size_t& count);
  void collect_queued(std::span<PollEvent> events, std::size_t& count, std::size_t most);

  static constexpr int kFirstBell = 1'000'000;

  Kernel& kernel_;
  std::shared_ptr<unsigned> alive_;
  std::map<int, Watch> watches_;
  std::vector<Watch*> bells_;
  std::deque<Watch*> queue_;
  std::vector<Watch*> again_;  // within a wait: levels that it reported
  Dice order_;
};

class SimPollers final : public Pollers {
 public:
  explicit SimPollers(Kernel& kernel) : kernel_(kernel) {}
  std::unique_ptr<Poller> open(int& error) override;
  // Of those opened, how many are left.
  [[nodiscard]] unsigned alive() const { return *alive_; }

 private:
  Kernel& kernel_;
  std::shared_ptr<unsigned> alive_ = std::make_shared<unsigned>(0);
  std::uint64_t opened_ = 0;
};

}  // namespace baton::sim
