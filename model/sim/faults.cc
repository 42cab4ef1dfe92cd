#include "model/sim/faults.h"

namespace baton::sim {

namespace {

constexpr std::array<std::string_view, kFaults> kNames = {
    "fragment",         "short_receive",  "short_send",
    "send_again",       "slow_network",   "reset",
    "late_accept",      "accept_aborted", "accept_no_descriptors",
    "accept_no_memory", "lost_tail",      "poll_early",
    "poll_some",        "poll_refused",   "pollers_refused",
    "thread_refused",   "clock_jump",     "write_short",
    "write_failed",     "sync_failed",    "rename_failed",
    "open_failed",      "wall_step"};

constexpr std::uint64_t kFaultStreams = 100;  // of Dice, from here on

}  // namespace

std::string_view name_of(Fault fault) { return kNames[static_cast<std::size_t>(fault)]; }

std::optional<Fault> fault_named(std::string_view name) {
  for (std::size_t i = 0; i < kFaults; ++i)
    if (kNames[i] == name) return static_cast<Fault>(i);
  return std::nullopt;
}

Faults::Faults(std::uint64_t seed) : swarm_(seed, kFaultStreams - 1) {
  dice_.reserve(kFaults);
  for (std::size_t i = 0; i < kFaults; ++i) dice_.emplace_back(seed, kFaultStreams + i);
}

void Faults::draw_rates() {
  for (std::uint32_t& rate : rates_) {
    const bool on = swarm_.one_in(2);
    // 65536 / 4 down to 65536 / 512, each octave as likely as the next.
    const std::uint32_t drawn = 16384u >> swarm_.below(8);
    rate = on ? drawn : 0;
  }
  // What ends a connection or halts the machine is kept rare, or nothing else would be seen.
  for (const Fault rare : {Fault::reset, Fault::accept_aborted, Fault::poll_refused, Fault::clock_jump})
    rates_[index(rare)] = (rates_[index(rare)] + 15) / 16;
  for (const Fault seldom :
       {Fault::pollers_refused, Fault::thread_refused, Fault::write_short, Fault::write_failed,
        Fault::sync_failed, Fault::rename_failed, Fault::open_failed, Fault::wall_step}) {
    const std::uint32_t drawn = 32768u >> swarm_.below(3);
    if (rates_[index(seldom)] != 0) rates_[index(seldom)] = drawn;
  }
}

}  // namespace baton::sim
