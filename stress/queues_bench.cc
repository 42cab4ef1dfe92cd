// The queues of queues/ against what one would take instead: std::mutex and std::deque, moodycamel's
// ConcurrentQueue, Concurrency Kit's ring.
//
//   build/release/stress/queues_bench --benchmark_filter=handoff
//
//   uncontended/Q          one thread pushes and pops: the instructions alone
//   handoff/Q/same_core    ns from one thread to another and back, halved; both on core 0, so each hand-off
//                          is a switch of threads too
//   handoff/Q/cross_core   the same from core 0 to core 1
//   wake/Q                 the same cross core, but each side sleeps on its doorbell: the eventfd's share
//   stream/Q/N             items per second from core 0 to core 1, pushed and popped N at a time
//
// Every queue moves pointers to the same nodes, and the consumer reads each node. Figures of one run may be
// compared with one another; they are no property of the code.
#include <benchmark/benchmark.h>
#include <concurrentqueue/concurrentqueue.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "queues/mailbox.h"
#include "queues/spsc_ring.h"
#include "queues/swap_queue.h"
#include "stress/bench_threads.h"
#include "stress/ck_ring_shim.h"

namespace baton::bench {
namespace {

constexpr std::size_t kBatchMax = 128;
constexpr std::uint32_t kRingCapacity = 2048;

struct Node : ChainLink<Node> {
  std::uint64_t value = 0;
};

// ---- one interface over every queue: push returns how many it took, pop how many it gave

struct Ring {
  std::size_t push(std::span<Node* const> nodes) {
    if (nodes.size() == 1) return ring.try_push(nodes[0]);
    return ring.try_push_batch(nodes);
  }
  std::size_t pop(std::span<Node*> out) {
    if (out.size() > 1) return ring.try_pop_batch(out);
    const auto node = ring.try_pop();
    if (!node) return 0;
    out[0] = *node;
    return 1;
  }
  SpscRing<Node*, kRingCapacity> ring;
};

struct Swap {
  std::size_t push(std::span<Node* const> nodes) {
    Chain<Node> batch;
    for (Node* node : nodes) batch.push_back(Held<Node>(node));
    queue.join(std::move(batch));
    return nodes.size();
  }
  std::size_t pop(std::span<Node*> out) {
    if (inbox.empty()) inbox = queue.drain();
    std::size_t count = 0;
    while (count < out.size() && !inbox.empty()) out[count++] = inbox.pop_front().release();
    return count;
  }
  SwapQueue<Node> queue;
  alignas(64) Chain<Node> inbox;
};

template <class Queue>
struct Mail {
  std::size_t push(std::span<Node* const> nodes) {
    if (!box.flush()) return 0;
    for (Node* node : nodes) box.post(Held<Node>(node));
    static_cast<void>(box.flush());
    return nodes.size();
  }
  // What the last push could not publish.
  void finish() {
    while (!box.flush()) ::sched_yield();
  }
  std::size_t pop(std::span<Node*> out) {
    std::size_t count = 0;
    box.drain(out.size(), [&](Held<Node> node) { out[count++] = node.release(); });
    return count;
  }
  Doorbell<> bell;
  Mailbox<Node, Queue> box{bell};
};
using RingMail = Mail<RingQueue<kRingCapacity>>;
using ListMail = Mail<ListQueue>;

struct MutexDeque {
  std::size_t push(std::span<Node* const> nodes) {
    const std::lock_guard<std::mutex> lock(mutex);
    pointers.insert(pointers.end(), nodes.begin(), nodes.end());
    return nodes.size();
  }
  std::size_t pop(std::span<Node*> out) {
    const std::lock_guard<std::mutex> lock(mutex);
    const std::size_t count = std::min(out.size(), pointers.size());
    std::copy_n(pointers.begin(), count, out.begin());
    pointers.erase(pointers.begin(), pointers.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  std::mutex mutex;
  std::deque<Node*> pointers;
};

struct Moodycamel {
  std::size_t push(std::span<Node* const> nodes) {
    if (nodes.size() == 1) return queue.enqueue(producer, nodes[0]);
    return queue.enqueue_bulk(producer, nodes.begin(), nodes.size()) ? nodes.size() : 0;
  }
  std::size_t pop(std::span<Node*> out) {
    if (out.size() == 1) return queue.try_dequeue(consumer, out[0]);
    return queue.try_dequeue_bulk(consumer, out.begin(), out.size());
  }
  moodycamel::ConcurrentQueue<Node*> queue{kRingCapacity};
  moodycamel::ProducerToken producer{queue};
  moodycamel::ConsumerToken consumer{queue};
};

struct CkRing {
  CkRing() = default;
  CkRing(const CkRing&) = delete;
  CkRing& operator=(const CkRing&) = delete;
  ~CkRing() { ck_shim_free(ring); }
  std::size_t push(std::span<Node* const> nodes) {
    std::array<void*, kBatchMax> values;
    std::copy(nodes.begin(), nodes.end(), values.begin());
    return ck_shim_push(ring, values.data(), nodes.size());
  }
  std::size_t pop(std::span<Node*> out) {
    std::array<void*, kBatchMax> values;
    const std::size_t count = ck_shim_pop(ring, values.data(), out.size());
    std::transform(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), out.begin(),
                   [](void* value) { return static_cast<Node*>(value); });
    return count;
  }
  CkShimRing* ring = ck_shim_new(kRingCapacity);
};

// ---- the benchmarks

template <class Q>
void uncontended(benchmark::State& state) {
  const auto queue = std::make_unique<Q>();
  Node node;
  Node* in = &node;
  Node* out = nullptr;
  for (auto _ : state) {
    queue->push({&in, 1});
    queue->pop({&out, 1});
    benchmark::DoNotOptimize(out);
  }
}

template <class Q>
void handoff(benchmark::State& state, bool same_core) {
  const auto there = std::make_unique<Q>();
  const auto back = std::make_unique<Q>();
  Node stop;
  pin(0);
  Thread other("echo", [&] {
    pin(same_core ? 0 : 1);
    Node* node = nullptr;
    do {
      for (Wait wait(same_core); there->pop({&node, 1}) == 0;) wait.pause();
      back->push({&node, 1});
    } while (node != &stop);
  });
  Node ball;
  const auto round_trip = [&](Node* node) {
    there->push({&node, 1});
    for (Wait wait(same_core); back->pop({&node, 1}) == 0;) wait.pause();
  };
  for (auto _ : state) round_trip(&ball);
  round_trip(&stop);
  other.join();
  unpin();
  state.counters["handoff"] = benchmark::Counter(2.0 * static_cast<double>(state.iterations()),
                                                 benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Q>
void wake(benchmark::State& state) {
  const auto there = std::make_unique<Q>();
  const auto back = std::make_unique<Q>();
  Node stop;
  const auto receive = [](Q& queue) {
    Node* node = nullptr;
    while (queue.pop({&node, 1}) == 0) {
      if (queue.bell.prepare_to_sleep([&] { return queue.box.has_mail(); })) queue.bell.bell().wait();
      queue.bell.woke();
    }
    return node;
  };
  pin(0);
  Thread other("echo", [&] {
    pin(1);
    for (Node* node = nullptr; node != &stop;) {
      node = receive(*there);
      back->push({&node, 1});
    }
  });
  Node ball;
  const auto round_trip = [&](Node* node) {
    there->push({&node, 1});
    benchmark::DoNotOptimize(receive(*back));
  };
  for (auto _ : state) round_trip(&ball);
  round_trip(&stop);
  other.join();
  unpin();
  state.counters["handoff"] = benchmark::Counter(2.0 * static_cast<double>(state.iterations()),
                                                 benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  const auto& counters = there->box.producer_counters();
  state.counters["rung"] = static_cast<double>(counters.rung) / static_cast<double>(counters.flushes);
}

template <class Q>
void stream(benchmark::State& state) {
  constexpr std::size_t kItems = 1 << 15;
  const std::size_t batch = static_cast<std::size_t>(state.range(0));
  const auto queue = std::make_unique<Q>();
  std::vector<Node> nodes(kItems);
  std::vector<Node*> order(kItems);
  for (std::size_t i = 0; i < kItems; ++i) order[i] = &nodes[i];
  alignas(64) StdSync::Atomic<std::uint64_t> consumed{0};
  alignas(64) StdSync::Atomic<bool> stop{false};
  pin(0);
  Thread consumer("consumer", [&] {
    pin(1);
    std::array<Node*, kBatchMax> out;
    std::uint64_t count = 0;
    std::uint64_t sum = 0;
    Wait wait(false);
    for (;;) {
      const std::size_t popped = queue->pop({out.data(), batch});
      for (std::size_t i = 0; i < popped; ++i) sum += out[i]->value;
      count += popped;
      if (popped != 0) {
        wait = Wait(false);
        if (count % kItems == 0) consumed.store(count, std::memory_order_release);
        continue;
      }
      if (stop.load(std::memory_order_relaxed)) break;
      wait.pause();
    }
    benchmark::DoNotOptimize(sum);
  });
  std::uint64_t pushed = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kItems;) {
      const std::size_t length = std::min(batch, kItems - i);
      Wait wait(false);
      std::size_t taken = 0;
      while ((taken = queue->push({&order[i], length})) == 0) wait.pause();
      i += taken;
    }
    if constexpr (requires { queue->finish(); }) queue->finish();
    pushed += kItems;
    for (Wait wait(false); consumed.load(std::memory_order_acquire) != pushed;) wait.pause();
  }
  stop.store(true, std::memory_order_relaxed);
  consumer.join();
  unpin();
  state.SetItemsProcessed(static_cast<std::int64_t>(pushed));
}

template <class Q>
void register_all(const std::string& name) {
  benchmark::RegisterBenchmark(("uncontended/" + name).c_str(), uncontended<Q>);
  benchmark::RegisterBenchmark(("handoff/" + name + "/same_core").c_str(), [](benchmark::State& state) {
    handoff<Q>(state, true);
  })->UseRealTime();
  benchmark::RegisterBenchmark(("handoff/" + name + "/cross_core").c_str(), [](benchmark::State& state) {
    handoff<Q>(state, false);
  })->UseRealTime();
  benchmark::RegisterBenchmark(("stream/" + name).c_str(), stream<Q>)
      ->Arg(1)
      ->Arg(16)
      ->Arg(128)
      ->UseRealTime();
}

}  // namespace

void register_queue_benchmarks() {
  register_all<Ring>("spsc_ring");
  register_all<Swap>("swap_queue");
  register_all<RingMail>("mailbox_ring");
  register_all<ListMail>("mailbox_list");
  register_all<MutexDeque>("mutex_deque");
  register_all<Moodycamel>("moodycamel");
  register_all<CkRing>("ck_ring");
  benchmark::RegisterBenchmark("wake/mailbox_ring", wake<RingMail>)->UseRealTime();
  benchmark::RegisterBenchmark("wake/mailbox_list", wake<ListMail>)->UseRealTime();
}

void register_bell_benchmarks();   // doorbell_bench.cc
void register_held_benchmarks();   // held_bench.cc
void register_pause_benchmarks();  // pause_gate_bench.cc
void register_stat_benchmarks();   // shared_stat_bench.cc

}  // namespace baton::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  baton::bench::register_queue_benchmarks();
  baton::bench::register_bell_benchmarks();
  baton::bench::register_held_benchmarks();
  baton::bench::register_stat_benchmarks();
  baton::bench::register_pause_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
