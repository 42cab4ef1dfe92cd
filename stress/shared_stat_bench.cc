// SharedStat against what one would take for counters instead.
//
//   build/release/stress/queues_bench --benchmark_filter=stat
//
//   stat/C/threads:N   N threads, each on a core of its own, count as fast as they can: ns a count, as each
//                      thread sees it
//
// C: shared_stat    an object for each thread, as the server has it
//    neighbours     the same relaxed load and store, without padding: the counters of all threads on one line
//    own_fetch_add  std::atomic::fetch_add on a line of the thread's own: what the locked instruction costs
//    one_fetch_add  std::atomic::fetch_add by all threads on one counter
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "queues/shared_stat.h"
#include "stress/bench_threads.h"

namespace baton::bench {
namespace {

constexpr int kThreadsMax = 2;

enum class Counted : std::uint8_t { events, kCount };

// ---- one interface over every kind of counter

struct Padded {
  void add(std::size_t thread) { stats[thread].add(Counted::events, 1); }
  std::array<SharedStat<Counted>, kThreadsMax> stats;
};

struct Neighbours {
  void add(std::size_t thread) {
    std::atomic<std::uint64_t>& own = counters[thread];
    own.store(own.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  alignas(64) std::array<std::atomic<std::uint64_t>, kThreadsMax> counters{};
};

struct OwnFetchAdd {
  void add(std::size_t thread) { lines[thread].counter.fetch_add(1, std::memory_order_relaxed); }
  struct alignas(64) Line {
    std::atomic<std::uint64_t> counter{0};
  };
  std::array<Line, kThreadsMax> lines;
};

struct OneFetchAdd {
  void add(std::size_t) { counter.fetch_add(1, std::memory_order_relaxed); }
  alignas(64) std::atomic<std::uint64_t> counter{0};
};

// ---- the benchmark

template <class Counters>
void count(benchmark::State& state, Counters& counters) {
  const int thread = state.thread_index();
  pin(thread);
  for (auto _ : state) counters.add(static_cast<std::size_t>(thread));
  unpin();
}

template <class Counters>
void register_counters(const std::string& name) {
  static Counters counters;  // of all the threads of a run
  benchmark::RegisterBenchmark(("stat/" + name).c_str(), [](benchmark::State& state) {
    count(state, counters);
  })->ThreadRange(1, kThreadsMax);
}

}  // namespace

void register_stat_benchmarks() {
  register_counters<Padded>("shared_stat");
  register_counters<Neighbours>("neighbours");
  register_counters<OwnFetchAdd>("own_fetch_add");
  register_counters<OneFetchAdd>("one_fetch_add");
}

}  // namespace baton::bench
