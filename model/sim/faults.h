// Faults: what the simulated world does wrong, how often, and how often it has.
//
//   Faults faults(seed);
//   faults.draw_rates();   // a swarm: each run has some kinds, at rates of its own
//   faults.arm();
//   if (faults.strike(Fault::accept_no_descriptors)) return -EMFILE;
//   faults.heal();         // from here on nothing goes wrong: liveness is judged
//
// Nothing strikes before arm(): a server that cannot start has not been simulated. Each kind has its own
// stream of random numbers, so that a kind can be left out of a failing run without changing the others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/sim/dice.h"

namespace baton::sim {

enum class Fault : std::uint8_t {
  fragment,               // bytes to the server arrive in pieces
  short_receive,          // the rest of what is being received arrives only now
  short_send,             // the socket takes a part
  send_again,             // the socket takes nothing, and says later when it does
  slow_network,           // a piece of the stream takes long
  reset,                  // a connection breaks
  late_accept,            // a connection waits long before it is offered
  accept_aborted,         // a connection is gone before it is accepted
  accept_no_descriptors,  // EMFILE
  accept_no_memory,       // ENOMEM
  lost_tail,              // a connection that is closed with input unread loses replies under way
  poll_early,             // the wait ends without cause, as after a signal
  poll_some,              // the wait reports a part of what is ready
  poll_refused,           // a descriptor cannot be registered: ENOMEM
  pollers_refused,        // EMFILE
  thread_refused,         // EAGAIN
  clock_jump,             // the machine stands still for a while
  write_short,            // a part is written, then ENOSPC
  write_failed,           // EIO
  sync_failed,            // EIO, and what was written is not on the disk
  rename_failed,
  open_failed,
  wall_step,  // somebody sets the wall clock
  kCount
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kCount);

[[nodiscard]] std::string_view name_of(Fault fault);
[[nodiscard]] std::optional<Fault> fault_named(std::string_view name);

using FaultCounts = std::array<std::uint64_t, kFaults>;

class Faults {
 public:
  explicit Faults(std::uint64_t seed);

  // Each kind with a chance of one half, at a rate between once in 4 and once in 500 occasions; what has few
  // occasions in a run, at one between once in 2 and once in 8.
  void draw_rates();
  void set_rate(Fault fault, std::uint32_t in_65536) { rates_[index(fault)] = in_65536; }
  [[nodiscard]] bool enabled(Fault fault) const { return rates_[index(fault)] != 0; }
  void arm() { armed_ = true; }
  void heal() { armed_ = false; }
  [[nodiscard]] bool armed() const { return armed_; }

  [[nodiscard]] bool strike(Fault fault) {
    const std::size_t i = index(fault);
    if (!armed_ || rates_[i] == 0) return false;
    if (dice_[i].below(65536) >= rates_[i]) return false;
    ++counts_[i];
    return true;
  }
  // How hard it strikes: a number below `bound` from the kind's own stream.
  [[nodiscard]] std::uint64_t below(Fault fault, std::uint64_t bound) {
    return dice_[index(fault)].below(bound);
  }

  [[nodiscard]] const FaultCounts& counts() const { return counts_; }

 private:
  static std::size_t index(Fault fault) { return static_cast<std::size_t>(fault); }

  std::array<std::uint32_t, kFaults> rates_{};
  std::vector<Dice> dice_;
  Dice swarm_;
  FaultCounts counts_{};
  bool armed_ = false;
};

}  // namespace baton::sim
