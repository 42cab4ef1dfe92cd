// Doorbell against what one would take to wake a thread instead: an eventfd that is written for each item,
// and a condition variable.
//
//   build/release/stress/queues_bench --benchmark_filter=bell
//
//   bell/tell/B   the producer's price for one item while the consumer is awake: ring() that is elided,
//   write(2)
//                 to the eventfd, or a flag under the mutex and notify_one()
//   bell/wake/B   two threads on cores 0 and 1 wake each other in turn and sleep between: ns from one to the
//                 other. The doorbell's consumer never reads the eventfd; the plain one must.
#include <benchmark/benchmark.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "queues/doorbell.h"
#include "stress/bench_threads.h"

namespace baton::bench {
namespace {

// ---- one interface over every bell: tell() publishes an item, await() sleeps until there is one and takes
// it

struct Rung {
  void tell() {
    items.store(items.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
    bell.ring();
  }
  void await() {
    while (items.load(std::memory_order_seq_cst) == taken) {
      if (bell.prepare_to_sleep([this] { return items.load(std::memory_order_seq_cst) != taken; }))
        bell.bell().wait();
      bell.woke();
    }
    ++taken;
  }
  Doorbell<> bell;
  alignas(64) StdSync::Atomic<std::uint64_t> items{0};
  alignas(64) std::uint64_t taken = 0;
};

struct Eventfd {
  Eventfd() = default;
  Eventfd(const Eventfd&) = delete;
  Eventfd& operator=(const Eventfd&) = delete;
  ~Eventfd() { ::close(fd); }
  void tell() const {
    const std::uint64_t one = 1;
    benchmark::DoNotOptimize(::write(fd, &one, sizeof one));
  }
  void await() const {
    pollfd wait{fd, POLLIN, 0};
    ::poll(&wait, 1, -1);
    std::uint64_t items = 0;
    benchmark::DoNotOptimize(::read(fd, &items, sizeof items));
  }
  int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
};

struct Condition {
  void tell() {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      there = true;
    }
    changed.notify_one();
  }
  void await() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return there; });
    there = false;
  }
  std::mutex mutex;
  std::condition_variable changed;
  bool there = false;
};

// ---- the benchmarks

template <class B>
void tell(benchmark::State& state) {
  const auto bell = std::make_unique<B>();
  for (auto _ : state) bell->tell();
}

template <class B>
void wake(benchmark::State& state) {
  const auto there = std::make_unique<B>();
  const auto back = std::make_unique<B>();
  bool stop = false;  // written before a tell, read after its await
  pin(0);
  Thread other("echo", [&] {
    pin(1);
    for (;;) {
      there->await();
      if (stop) return;
      back->tell();
    }
  });
  for (auto _ : state) {
    there->tell();
    back->await();
  }
  stop = true;
  there->tell();
  other.join();
  unpin();
  state.counters["wake"] = benchmark::Counter(2.0 * static_cast<double>(state.iterations()),
                                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class B>
void register_bell(const std::string& name) {
  benchmark::RegisterBenchmark(("bell/tell/" + name).c_str(), tell<B>);
  benchmark::RegisterBenchmark(("bell/wake/" + name).c_str(), wake<B>)->UseRealTime();
}

}  // namespace

void register_bell_benchmarks() {
  register_bell<Rung>("doorbell");
  register_bell<Eventfd>("eventfd");
  register_bell<Condition>("condition_variable");
}

}  // namespace baton::bench
