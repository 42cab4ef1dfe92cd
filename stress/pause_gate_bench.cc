// The pause gate: how long a pause takes from its request to its confirmation, by how the two sides wait, and
// the price of passing the gate when nobody asks.
//
//   build/release/stress/queues_bench --benchmark_filter=pause
//
//   pause/pass        checkpoint() when no pause is requested
//   pause/busy/W/N    N threads that never leave the core by themselves, paused once a millisecond; all share
//                     cores 0 and 1 with the requester. W: backoff as shipped, yields only, spins only
//   pause/rate/W/N    the same threads, paused again at once: how many pauses a second
//   pause/idle/W/N    threads that sleep on their doorbells, paused again at once: how many pauses a second
#include <benchmark/benchmark.h>

#include <time.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "queues/pause_gate.h"
#include "stress/bench_threads.h"

namespace baton::bench {
namespace {

// StdSync, but for how it waits.
struct SpinSync : StdSync {
  struct Backoff {
    void pause() noexcept {
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
  };
};
struct YieldSync : StdSync {
  struct Backoff {
    void pause() noexcept { ::sched_yield(); }
  };
};

void pin_to_two_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(0, &cores);
  CPU_SET(1, &cores);
  ::pthread_setaffinity_np(::pthread_self(), sizeof cores, &cores);
}

template <class Sync>
struct Paused {
  PauseGate<Sync> gate;
  Doorbell<Sync> bell;
  bool stop = false;  // written while paused
  std::uint64_t work = 0;
};

template <class Sync>
void run_busy(Paused<Sync>& self) {
  pin_to_two_cores();
  while (!self.stop) {
    self.gate.checkpoint();
    for (int i = 0; i < 100; ++i) benchmark::DoNotOptimize(++self.work);
  }
}

template <class Sync>
void run_idle(Paused<Sync>& self) {
  pin_to_two_cores();
  while (!self.stop) {
    self.gate.checkpoint();
    if (self.stop) break;
    if (self.bell.prepare_to_sleep([&] { return self.gate.requested(); })) self.bell.bell().wait();
    self.bell.woke();
  }
}

// `gap_ns` is what the requester does between two pauses: sleep. Only request to confirmation is timed.
template <class Sync>
void pause_all(benchmark::State& state, void (*run)(Paused<Sync>&), long gap_ns) {
  std::vector<std::unique_ptr<Paused<Sync>>> paused;
  std::vector<PauseTarget<Sync>> targets;
  std::vector<Thread> threads;
  pin_to_two_cores();
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    paused.push_back(std::make_unique<Paused<Sync>>());
    targets.push_back({&paused.back()->gate, &paused.back()->bell});
    threads.emplace_back("paused", [&self = *paused.back(), run] { run(self); });
  }
  std::vector<double> waits_us;
  const auto began = std::chrono::steady_clock::now();
  for (auto _ : state) {
    const timespec gap{0, gap_ns};
    if (gap_ns != 0) ::nanosleep(&gap, nullptr);
    const auto start = std::chrono::steady_clock::now();
    const PausedThreads<Sync> all(targets);
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;
    state.SetIterationTime(waited.count());
    waits_us.push_back(waited.count() * 1e6);
    for (auto& one : paused) ++one->work;
  }
  const std::chrono::duration<double> all_of_it = std::chrono::steady_clock::now() - began;
  {
    const PausedThreads<Sync> all(targets);
    for (auto& one : paused) one->stop = true;
  }
  for (Thread& thread : threads) thread.join();
  unpin();
  std::sort(waits_us.begin(), waits_us.end());
  state.counters["pauses_per_s"] = static_cast<double>(waits_us.size()) / all_of_it.count();
  state.counters["p50_us"] = waits_us[waits_us.size() / 2];
  state.counters["p99_us"] = waits_us[waits_us.size() * 99 / 100];
}

// A fixed number of pauses: the library would measure the first few and guess a number from them, and a few
// may take as long as hundreds.
template <class Sync>
void register_waits(const std::string& waits) {
  const auto add = [&waits](const char* name, auto&& run) {
    benchmark::RegisterBenchmark((name + waits).c_str(), run)
        ->Arg(1)
        ->Arg(2)
        ->Arg(3)
        ->Arg(4)
        ->Iterations(200)
        ->UseManualTime();
  };
  add("pause/busy/", [](benchmark::State& state) { pause_all<Sync>(state, run_busy<Sync>, 1'000'000); });
  add("pause/rate/", [](benchmark::State& state) { pause_all<Sync>(state, run_busy<Sync>, 0); });
  add("pause/idle/", [](benchmark::State& state) { pause_all<Sync>(state, run_idle<Sync>, 0); });
}

void pass_the_gate(benchmark::State& state) {
  PauseGate<> gate;
  for (auto _ : state) benchmark::DoNotOptimize(gate.checkpoint());
}

}  // namespace

void register_pause_benchmarks() {
  benchmark::RegisterBenchmark("pause/pass", pass_the_gate);
  register_waits<StdSync>("backoff");
  register_waits<YieldSync>("yields");
  register_waits<SpinSync>("spins");
}

}  // namespace baton::bench
