// The pause gate: pauses per second of busy threads, by how the waiting sides wait, and the price of passing
// the gate when nobody asks.
//
//   build/release/stress/queues_bench --benchmark_filter=pause
//
//   pause/W/N      one requester pauses N busy threads at once; all share cores 0 and 1
//   pause/idle/N   the same with threads that sleep on their doorbells
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "queues/pause_gate.h"
#include "stress/bench_threads.h"

namespace baton::bench {
namespace {

// StdSync, but for a wait that never gives its core away.
struct SpinSync : StdSync {
  struct Backoff {
    void pause() noexcept {
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
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

template <class Sync>
void pause_all(benchmark::State& state, void (*run)(Paused<Sync>&)) {
  std::vector<std::unique_ptr<Paused<Sync>>> paused;
  std::vector<PauseTarget<Sync>> targets;
  std::vector<Thread> threads;
  pin_to_two_cores();
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    paused.push_back(std::make_unique<Paused<Sync>>());
    targets.push_back({&paused.back()->gate, &paused.back()->bell});
    threads.emplace_back("paused", [&self = *paused.back(), run] { run(self); });
  }
  for (auto _ : state) {
    const PausedThreads<Sync> all(targets);
    for (auto& one : paused) ++one->work;
  }
  {
    const PausedThreads<Sync> all(targets);
    for (auto& one : paused) one->stop = true;
  }
  for (Thread& thread : threads) thread.join();
  unpin();
  state.SetItemsProcessed(state.iterations());
}

void pass_the_gate(benchmark::State& state) {
  PauseGate<> gate;
  for (auto _ : state) benchmark::DoNotOptimize(gate.checkpoint());
}

}  // namespace

void register_pause_benchmarks() {
  benchmark::RegisterBenchmark("pause/pass", pass_the_gate);
  benchmark::RegisterBenchmark("pause/backoff",
                               [](benchmark::State& state) { pause_all<StdSync>(state, run_busy<StdSync>); })
      ->Arg(1)
      ->Arg(2)
      ->Arg(4)
      ->UseRealTime();
  benchmark::RegisterBenchmark(
      "pause/spin_only", [](benchmark::State& state) { pause_all<SpinSync>(state, run_busy<SpinSync>); })
      ->Arg(1)
      ->Arg(2)
      ->UseRealTime();
  benchmark::RegisterBenchmark("pause/idle",
                               [](benchmark::State& state) { pause_all<StdSync>(state, run_idle<StdSync>); })
      ->Arg(1)
      ->Arg(2)
      ->Arg(4)
      ->UseRealTime();
}

}  // namespace baton::bench
