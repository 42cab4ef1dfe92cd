#include "model/sim/run_draw.h"

#include <fmt/core.h>

#include <algorithm>

#include "model/sim/oracle/workload.h"
#include "model/sim/sim_clock.h"

namespace baton::sim {

namespace {

constexpr std::uint64_t kStream = 2;  // of Dice
constexpr std::uint64_t kAdmissionStream = 5;
constexpr std::uint64_t kTroubleNs = 2'000'000;  // at least; at most 128 times as long
constexpr std::uint64_t kTroubleOctaves = 8;
constexpr std::uint64_t kReplacingSteps = 15;  // of replacing files, among which the power may fail
constexpr std::uint64_t kStepsOctaves = 6;     // and of the run: below 256 steps, or 512 ...

constexpr std::size_t kRefusalBytes = 512;

}  // namespace

RunDraw::RunDraw(const RunOptions& options) {
  Dice dice(options.seed, kStream);
  io_threads = static_cast<unsigned>(dice.between(1, 6));
  if (options.io_threads) io_threads = *options.io_threads;
  // One at a time: the order in which arguments are evaluated is the compiler's.
  const char* const handoff = dice.one_in(2) ? "ring" : "mutex";
  const std::uint64_t accepts = dice.between(1, 10);
  config = fmt::format(
      "bind 127.0.0.1\nport 6379\nio-threads {}\nio-threads-handoff {}\nmax-new-connections-per-cycle {}\n",
      io_threads, handoff, accepts);
  config += options.verbose ? "loglevel verbose\n" : "loglevel nothing\n";
  kernel = {.seed = options.seed, .step_ns = dice.between(20, 200), .reuse_descriptors = dice.one_in(2)};
  wires.to_server_max = std::size_t{64} << dice.below(8);
  wires.to_client_max = std::size_t{64} << dice.below(8);
  wires.latency_most_ns = wires.latency_least_ns + (std::uint64_t{1000} << dice.below(10));
  clients = static_cast<unsigned>(dice.between(1, 6));
  rounds = static_cast<unsigned>(dice.between(1, 6));
  pings = dice.one_in(8);
  stale = static_cast<unsigned>(options.seed / 64 % 4);
  if (dice.one_in(3)) config += fmt::format("pidfile {}\n", kPidFile);
  early_faults = dice.one_in(8);
  if (dice.one_in(8)) {
    const std::uint64_t most_steps = std::uint64_t{256} << dice.below(kStepsOctaves);
    if (dice.one_in(2))
      crash_replacing = 1 + dice.below(kReplacingSteps);
    else
      crash_step = 1 + dice.below(most_steps);
  }
  // Short for most, so that most runs have work left when all must be answered.
  trouble_ns = kTroubleNs << dice.below(kTroubleOctaves);
  Dice admission(options.seed, kAdmissionStream);
  if (!pings) draw_admission(admission);
}

void RunDraw::draw_admission(Dice& dice) {
  if (dice.one_in(6)) {
    clients_max = dice.between(1, 4);
    config += fmt::format("maxclients {}\n", clients_max);
  }
  if (dice.one_in(6)) {
    strangers = true;
    protected_mode = dice.one_in(2);
    if (!protected_mode) config += "protected-mode no\n";
    // The refusal is sent once, and to a new connection, whose buffer takes it.
    wires.to_client_max = std::max(wires.to_client_max, kRefusalBytes);
  }
}

Plan plan_of(std::uint64_t seed) {
  return make_plan(seed, {.start_ms = SimClock::kStartMs,
                          .clients_max = 6,
                          .operations_max = 20,
                          .value_bytes_max = 20'000,
                          .shutdowns = true});
}

}  // namespace baton::sim
