#include "model/sim/campaign.h"

#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

namespace baton::sim {

namespace {

constexpr std::size_t kShrinkRuns = 300;

using Time = std::chrono::steady_clock;

// Of one process; lies in memory that all share, and is read by the parent while it grows.
struct Totals {
  std::uint64_t runs, failures, requests, replies, steps, calls, virtual_ns, first_failed_seed;
  std::array<std::uint64_t, kFaults> faults;
};

void add(Totals& totals, const Outcome& outcome) {
  ++totals.runs;
  totals.requests += outcome.requests;
  totals.replies += outcome.replies;
  totals.steps += outcome.steps;
  totals.calls += outcome.calls;
  totals.virtual_ns += outcome.virtual_ns;
  for (std::size_t i = 0; i < kFaults; ++i) totals.faults[i] += outcome.faults[i];
}

Totals sum_of(std::span<const Totals> parts) {
  Totals sum{};
  for (const Totals& part : parts) {
    if (part.failures != 0 && (sum.failures == 0 || part.first_failed_seed < sum.first_failed_seed))
      sum.first_failed_seed = part.first_failed_seed;
    sum.runs += part.runs;
    sum.failures += part.failures;
    sum.requests += part.requests;
    sum.replies += part.replies;
    sum.steps += part.steps;
    sum.calls += part.calls;
    sum.virtual_ns += part.virtual_ns;
    for (std::size_t i = 0; i < kFaults; ++i) sum.faults[i] += part.faults[i];
  }
  return sum;
}

double seconds_since(Time::time_point start) {
  return std::chrono::duration<double>(Time::now() - start).count();
}

void show_progress(const Totals& totals, double seconds, bool last) {
  if (!last && ::isatty(STDERR_FILENO) == 0) return;
  std::uint64_t faults = 0;
  for (const std::uint64_t count : totals.faults) faults += count;
  fmt::print(stderr,
             "\r{} runs, {:.0f}/s, {:.0f} simulated s/s, {} replies, {} steps, {} faults, {} failed{}",
             totals.runs, static_cast<double>(totals.runs) / seconds,
             static_cast<double>(totals.virtual_ns) / 1e9 / seconds, totals.replies, totals.steps, faults,
             totals.failures, last ? "\n" : "   ");
}

void show_faults(const Totals& totals) {
  std::string text;
  for (std::size_t i = 0; i < kFaults; ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", name_of(static_cast<Fault>(i)), totals.faults[i]);
  fmt::print("faults: {}\n", text);
}

std::string replay_line(const CampaignOptions& options, const RunOptions& run) {
  std::string line = fmt::format("{} --seed {}", options.program, run.seed);
  if (run.io_threads) line += fmt::format(" --io-threads {}", *run.io_threads);
  for (const Fault fault : run.without) line += fmt::format(" --without {}", name_of(fault));
  if (!run.cuts.empty()) line += fmt::format(" --cuts {}", run.cuts);
  return line;
}

// A fault that the failure does not need is left out.
RunOptions without_needless_faults(SimRun& sim, RunOptions run, const FaultCounts& struck) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    if (struck[i] == 0) continue;
    run.without.push_back(fault);
    if (sim.run(run).failure.empty()) run.without.pop_back();
  }
  return run;
}

void report(const CampaignOptions& options, SimRun& sim, const RunOptions& run, const Outcome& outcome) {
  RunOptions small = without_needless_faults(sim, run, outcome.faults);
  small.cuts = sim.smallest_cuts(small, kShrinkRuns);
  const Outcome again = sim.run(small);
  fmt::print("\nFAILED seed {}: {}\n  as small as it gets: {}\n  replay: {}\n", run.seed, outcome.failure,
             again.failure.empty() ? "(not again)" : again.failure, replay_line(options, small));
  std::fflush(stdout);
}

// The part of one process.
void run_part(const CampaignOptions& options, unsigned process, Totals& totals) {
  SimRun sim;
  const auto start = Time::now();
  auto shown = start;
  const std::uint64_t stride = options.shards * options.processes;
  const std::uint64_t wanted = options.shard + options.shards * process;
  const std::uint64_t first = options.first_seed + (wanted + stride - options.first_seed % stride) % stride;
  for (std::uint64_t seed = first; options.seeds == 0 || seed < options.first_seed + options.seeds;
       seed += stride) {
    RunOptions run = options.run;
    run.seed = seed;
    Outcome outcome = sim.run(run);
    if (options.twice && outcome.failure.empty()) {
      const std::uint64_t again = sim.run(run).hash;
      if (again != outcome.hash)
        outcome.failure =
            fmt::format("the same seed gave two traces: {:016x} and {:016x}", outcome.hash, again);
    }
    add(totals, outcome);
    if (!outcome.failure.empty()) {
      if (totals.failures++ == 0) totals.first_failed_seed = seed;
      report(options, sim, run, outcome);
      if (!options.keep_going) return;
    }
    if (options.seconds > 0 && seconds_since(start) >= options.seconds) return;
    if (options.processes == 1 && seconds_since(shown) > 0.5) {
      shown = Time::now();
      show_progress(totals, seconds_since(start), false);
    }
  }
}

// Starts the processes and waits for them; a process that dies otherwise than by its end is a failure.
void run_swarm(const CampaignOptions& options, std::span<Totals> totals) {
  std::fflush(stdout);
  std::vector<pid_t> children;
  for (unsigned i = 0; i < options.processes; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      run_part(options, i, totals[i]);
      std::fflush(stdout);
      ::_exit(0);
    }
    if (child < 0) {
      fmt::print(stderr, "baton_sim: cannot fork: {}\n", std::strerror(errno));
      ++totals[i].failures;
      break;
    }
    children.push_back(child);
  }
  const auto start = Time::now();
  std::size_t left = children.size();
  while (left > 0) {
    for (std::size_t i = 0; i < children.size(); ++i) {
      int status = 0;
      if (children[i] == 0 || ::waitpid(children[i], &status, WNOHANG) != children[i]) continue;
      children[i] = 0;
      --left;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
      fmt::print("\nFAILED process {} of the swarm died after {} runs\n", i, totals[i].runs);
      ++totals[i].failures;
    }
    show_progress(sum_of(totals), seconds_since(start), false);
    const timespec nap{0, 100'000'000};
    ::nanosleep(&nap, nullptr);
  }
}

}  // namespace

int run_campaign(const CampaignOptions& options) {
  const std::size_t bytes = sizeof(Totals) * options.processes;
  void* const shared = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    fmt::print(stderr, "baton_sim: out of memory\n");
    return 2;
  }
  const std::span<Totals> totals(static_cast<Totals*>(shared), options.processes);
  const auto start = Time::now();
  if (options.processes == 1)
    run_part(options, 0, totals[0]);
  else
    run_swarm(options, totals);
  const Totals sum = sum_of(totals);
  show_progress(sum, seconds_since(start), true);
  show_faults(sum);
  fmt::print("{} runs of {}, {} failed{}\n", sum.runs,
             options.shards == 1 ? std::string("all seeds")
                                 : fmt::format("shard {}/{}", options.shard, options.shards),
             sum.failures, options.twice ? ", each run twice" : "");
  ::munmap(shared, bytes);
  return sum.failures == 0 ? 0 : 1;
}

int run_one(const CampaignOptions& options) {
  SimRun sim;
  const Outcome outcome = sim.run(options.run);
  fmt::print("{}seed {}: {} steps, {} calls, {:.3f} simulated ms, {} requests, {} replies, trace {:016x}\n",
             outcome.config, options.run.seed, outcome.steps, outcome.calls,
             static_cast<double>(outcome.virtual_ns) / 1e6, outcome.requests, outcome.replies, outcome.hash);
  fmt::print("{}", plan_text(options.run));
  Totals totals{};
  add(totals, outcome);
  show_faults(totals);
  if (options.twice) {
    const std::uint64_t again = sim.run(options.run).hash;
    if (again != outcome.hash) {
      fmt::print("FAILED: the same seed gave another trace: {:016x}\n", again);
      return 1;
    }
  }
  if (outcome.failure.empty()) {
    fmt::print("good\n");
    return 0;
  }
  fmt::print("FAILED: {}\nreplay: {}\n", outcome.failure, replay_line(options, options.run));
  return 1;
}

}  // namespace baton::sim
