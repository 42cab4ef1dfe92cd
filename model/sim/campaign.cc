#include "model/sim/campaign.h"

#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <limits>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "model/explorer/chrome_trace.h"
#include "model/explorer/picture.h"
#include "model/sim/run_trace.h"
#include "model/sim/swarm.h"

namespace baton::sim {

namespace {

constexpr std::size_t kShrinkRuns = 300;
constexpr std::chrono::seconds kShrinkTime{20};  // a livelock takes seconds each time
constexpr std::size_t kStepsDrawn = 2000;
constexpr double kProgressSeconds = 0.5;
constexpr int kCannotWrite = 2;
constexpr int kNothingRun = 2;
constexpr int kCannotMerge = 2;
constexpr unsigned kRecordings = 3;  // of a seed that gave two traces

using Time = std::chrono::steady_clock;

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

std::string arguments_of(const RunOptions& run) {
  std::string text;
  if (run.io_threads) text += fmt::format(" --io-threads {}", *run.io_threads);
  for (const Fault fault : run.without) text += fmt::format(" --without {}", name_of(fault));
  return text;
}

std::string replay_line(const CampaignOptions& options, const RunOptions& run) {
  std::string line = fmt::format("{} --seed {}{}", options.program, run.seed, arguments_of(run));
  if (!run.cuts.empty()) line += fmt::format(" --cuts {}", run.cuts);
  return line;
}

// A fault that the failure does not need is left out.
RunOptions without_needless_faults(SimRun& sim, RunOptions run, const FaultCounts& struck,
                                   const std::string& kind, Time::time_point until) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    if (struck[i] == 0 || Time::now() >= until) continue;
    run.without.push_back(fault);
    if (kind_of_failure(sim.run(run).failure) != kind) run.without.pop_back();
  }
  return run;
}

bool write_file(const std::string& path, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  const bool good = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (!good || !closed) fmt::print(stderr, "baton_sim: cannot write {}\n", path);
  return good && closed;
}

// The page and the trace events that were asked for, of this run.
bool draw(const CampaignOptions& options, SimRun& sim, RunOptions run) {
  if (options.picture.empty() && options.trace.empty()) return true;
  run.recording = true;
  static_cast<void>(sim.run(run));
  const explorer::Trace trace = trace_of(sim.recording(), replay_line(options, run), kStepsDrawn);
  const bool drawn = options.picture.empty() || write_file(options.picture, explorer::picture(trace));
  return (options.trace.empty() || write_file(options.trace, explorer::chrome_trace(trace))) && drawn;
}

// Of a failing run a page is drawn also when none was asked for.
bool draw_failing(CampaignOptions options, SimRun& sim, const RunOptions& run) {
  if (options.picture.empty()) options.picture = fmt::format("{}/sim-{}.html", options.folder, run.seed);
  const bool drawn = draw(options, sim, run);
  if (drawn) fmt::print("  drawn: {}\n", options.picture);
  return drawn;
}

// The hashes of two runs of one seed differ: where they part.
std::string where_they_part(SimRun& sim, RunOptions run) {
  run.recording = true;
  for (unsigned i = 0; i < kRecordings; ++i) {
    const std::uint64_t hash = sim.run(run).hash;
    const Recording first = sim.recording();
    if (sim.run(run).hash == hash) continue;
    const std::string difference = first_difference(first, sim.recording());
    return difference.empty() ? "not in anything that is recorded" : difference;
  }
  return "while they are recorded they do not";
}

void report(const CampaignOptions& options, SimRun& sim, const RunOptions& run, const Outcome& outcome) {
  const std::string kind = kind_of_failure(outcome.failure);
  const auto until = Time::now() + kShrinkTime;
  RunOptions small = without_needless_faults(sim, run, outcome.faults, kind, until);
  small.cuts = sim.smallest_cuts(small, kind, kShrinkRuns, until);
  const Outcome again = sim.run(small);
  fmt::print("\nFAILED seed {}: {}\n  as small as it gets: {}\n  replay: {}\n", run.seed, outcome.failure,
             again.failure.empty() ? "(not again)" : again.failure, replay_line(options, small));
  if (!again.failure.empty()) draw_failing(options, sim, small);
  std::fflush(stdout);
}

// False: the campaign ends with it.
bool run_seed(const CampaignOptions& options, SimRun& sim, std::uint64_t seed, Totals& totals) {
  RunOptions run = options.run;
  run.seed = seed;
  Outcome outcome = sim.run(run);
  if (options.twice && outcome.failure.empty()) {
    const std::uint64_t again = sim.run(run).hash;
    if (again != outcome.hash)
      outcome.failure = fmt::format("the same seed gave two traces, {:016x} and {:016x}, which part at {}",
                                    outcome.hash, again, where_they_part(sim, run));
  }
  if (options.hashes) fmt::print("{} {:016x}\n", seed, outcome.hash);
  add(totals, seed, outcome);
  if (outcome.failure.empty()) return true;
  if (totals.failures++ == 0) totals.first_failed_seed = seed;
  report(options, sim, run, outcome);
  return options.keep_going;
}

// The part of one process.
void run_part(const CampaignOptions& options, unsigned process, SwarmPlace& place) {
  Totals& totals = place.totals;
  SimRun sim;
  sim.set_on_run([&place](const RunOptions& run) {
    place.seed.store(run.seed, std::memory_order_relaxed);
    place.started.fetch_add(1, std::memory_order_relaxed);
  });
  for (const std::uint64_t seed : options.kept_seeds) {
    if (!run_seed(options, sim, seed, totals)) return;
  }
  if (options.kept_alone) return;
  const auto start = Time::now();
  const std::uint64_t stride = options.shards * options.processes;
  const std::uint64_t wanted = options.shard + options.shards * process;
  const std::uint64_t skipped = (wanted + stride - options.first_seed % stride) % stride;
  if (skipped > std::numeric_limits<std::uint64_t>::max() - options.first_seed) return;
  const std::uint64_t first = options.first_seed + skipped;
  for (std::uint64_t seed = first; options.seeds == 0 || seed < options.first_seed + options.seeds;
       seed += stride) {
    if (!run_seed(options, sim, seed, totals)) return;
    if (options.seconds > 0 && seconds_since(start) >= options.seconds) return;
    if (seed > std::numeric_limits<std::uint64_t>::max() - stride) return;
  }
}

int status_of(const Totals& sum) {
  if (judged_nothing(sum)) fmt::print("FAILED: in {} runs no key was judged for linearizability\n", sum.runs);
  return sum.failures == 0 && !judged_nothing(sum) ? 0 : 1;
}

}  // namespace

int run_campaign(const CampaignOptions& options) {
  const std::size_t bytes = sizeof(SwarmPlace) * options.processes;
  void* const shared = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    fmt::print(stderr, "baton_sim: out of memory\n");
    return kCannotWrite;
  }
  const std::span<SwarmPlace> places(static_cast<SwarmPlace*>(shared), options.processes);
  for (SwarmPlace& place : places) new (&place) SwarmPlace;
  const auto totals = [&] {
    std::vector<Totals> all;
    for (const SwarmPlace& place : places) all.push_back(place.totals);
    return sum_of(all);
  };
  const auto start = Time::now();
  auto shown = start;
  run_swarm(
      {.patience_seconds = options.patience_seconds,
       .program = options.program,
       .arguments = arguments_of(options.run)},
      places, [&](unsigned process, SwarmPlace& place) { run_part(options, process, place); },
      [&] {
        if (seconds_since(shown) < kProgressSeconds) return;
        shown = Time::now();
        show_progress(totals(), seconds_since(start), false);
      });
  const Totals sum = totals();
  ::munmap(shared, bytes);
  std::vector<Part> parts;
  if (sum.runs != 0) parts.push_back({options.first_seed, sum.last_seed, options.shard, options.shards});
  if (!options.json.empty() && !write_file(options.json, to_json(sum, parts))) return kCannotWrite;
  if (sum.runs == 0 && sum.failures == 0 && options.shards == 1) {
    fmt::print(stderr, "baton_sim: no seed was run\n");
    return kNothingRun;
  }
  if (options.hashes) return sum.failures == 0 ? 0 : 1;
  show_progress(sum, seconds_since(start), true);
  fmt::print("faults: {}\n", faults_text(sum.faults));
  fmt::print(
      "{} runs of {}, {} failed{}; {} power failures, {} refused to start, {} shut down by a client, {} "
      "connections turned away, {} judged alive; {} keys judged, {} of them in part, {} not\n",
      sum.runs,
      options.shards == 1 ? std::string("all seeds")
                          : fmt::format("shard {}/{}", options.shard, options.shards),
      sum.failures, options.twice ? ", each run twice" : "", sum.crashes, sum.refusals, sum.shutdowns,
      sum.turned_away, sum.judged_alive, sum.keys_judged, sum.keys_in_part, sum.keys_not_decided);
  return status_of(sum);
}

int run_one(const CampaignOptions& options) {
  SimRun sim;
  const Outcome outcome = sim.run(options.run);
  fmt::print("{}seed {}: {} steps, {} calls, {:.3f} simulated ms, {} requests, {} replies, trace {:016x}\n",
             outcome.config, options.run.seed, outcome.steps, outcome.calls,
             static_cast<double>(outcome.virtual_ns) / 1e6, outcome.requests, outcome.replies, outcome.hash);
  fmt::print("{}", plan_text(options.run));
  fmt::print("faults: {}\n", faults_text(outcome.faults));
  if (options.twice) {
    const std::uint64_t again = sim.run(options.run).hash;
    if (again != outcome.hash) {
      fmt::print("FAILED: the same seed gave another trace, {:016x}, which parts at {}\n", again,
                 where_they_part(sim, options.run));
      return 1;
    }
  }
  if (outcome.failure.empty()) {
    if (!draw(options, sim, options.run)) return kCannotWrite;
    fmt::print("good{}\n", outcome.crashed   ? ", started again after a power failure"
                           : outcome.refused ? ", refused to start because of a fault"
                                             : "");
    return 0;
  }
  fmt::print("FAILED: {}\nreplay: {}\n", outcome.failure, replay_line(options, options.run));
  return draw_failing(options, sim, options.run) ? 1 : kCannotWrite;
}

namespace {

std::string read_file(const std::string& path) {
  std::string text;
  std::FILE* const file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return text;
  std::array<char, 4096> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file))
    text.append(block.data(), count);
  std::fclose(file);
  return text;
}

}  // namespace

int merge_totals(std::span<const std::string> files) {
  std::vector<Totals> all;
  std::vector<std::pair<Part, std::string>> parts;  // and the file of each
  std::vector<Part> merged;
  for (const std::string& path : files) {
    const std::string text = read_file(path);
    const std::optional<Totals> totals = totals_of(text);
    const std::optional<std::vector<Part>> more = parts_of(text);
    if (!totals || !more) {
      fmt::print(stderr, "baton_sim: {} holds no sums of a campaign\n", path);
      return kCannotMerge;
    }
    all.push_back(*totals);
    for (const Part& part : *more) {
      for (const auto& [other, from] : parts) {
        if (!overlap(part, other)) continue;
        fmt::print(
            stderr,
            "baton_sim: {} and {} have seeds in common: {} to {} of shard {}/{}, and {} to {} of shard "
            "{}/{}\n",
            from, path, other.first, other.last, other.shard, other.shards, part.first, part.last, part.shard,
            part.shards);
        return kCannotMerge;
      }
      merged.push_back(part);
    }
    for (const Part& part : *more) parts.emplace_back(part, path);
  }
  const Totals sum = sum_of(all);
  fmt::print("{}", to_json(sum, merged));
  return status_of(sum);
}

}  // namespace baton::sim
