// The explorer checked against itself: on random programs, plain search, sleep sets and source sets must meet
// the same traces. A reduction that leaves a trace out would call a broken hand-off complete.
//
// The programs mix everything the policy offers: loads, stores, exchanges, compare and exchange, fences,
// locks, bells, loops that wait for one or two words, and waits inside of waits. A few thousand of them find
// an unsound reduction within seconds: break one line of exhaustive.cc (the walk back of race_of_blocking,
// the sleeping threads, a beginner) and see.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <set>
#include <string>
#include <vector>

#include "model/explorer/engine.h"
#include "model/explorer/exhaustive.h"
#include "model/explorer/explorer_sync.h"
#include "model/explorer/sampling.h"

namespace baton::explorer {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
constexpr auto kAcqRel = std::memory_order_acq_rel;
constexpr auto kSeqCst = std::memory_order_seq_cst;

enum class Do : std::uint8_t {
  kLoad,
  kStore,
  kAdd,
  kLockedLoad,
  kLockedStore,
  kPost,
  kWait,
  kClear,
  kSeqFence,
  kHalfFence,
  kExchange,
  kAwait,
  kAwaitEither,
  kSwap,
  kExchangeStrong,
  kAwaitLocked,
  kSpinSwap,
  kSeqSwap,
  kAwaitAround,
  kAwaitTwoAround,
  kCount
};

struct Instruction {
  Do what;
  unsigned word;
  bool strong;
};
using Text = std::vector<std::vector<Instruction>>;

Text random_text(Random& random, std::size_t threads) {
  Text text(threads);
  for (auto& thread : text) {
    const std::uint32_t length = 1 + random.below(text.size() == 2 ? 4 : 3);
    for (std::uint32_t i = 0; i < length; ++i) {
      thread.push_back({static_cast<Do>(random.below(static_cast<std::uint32_t>(Do::kCount))),
                        random.below(2), random.below(2) == 0});
    }
  }
  return text;
}

struct World {
  std::array<ExplorerAtomic<int>, 2> words{ExplorerAtomic<int>(0), ExplorerAtomic<int>(0)};
  ExplorerMutex mutex;
  ExplorerBell<false> bell;
};

class RandomProgram final : public Program {
 public:
  explicit RandomProgram(const Text& text) : text_(text) {}
  unsigned threads() const override { return static_cast<unsigned>(text_.size()); }
  void construct() override { world_ = new (room_) World; }
  void destroy() override { world_->~World(); }
  void after() override {}
  void thread(unsigned index) override {
    for (const Instruction& it : text_[index]) execute(it, static_cast<int>(index));
  }

 private:
  void execute(const Instruction& it, int me) {
    ExplorerAtomic<int>& word = world_->words[it.word];
    switch (it.what) {
      case Do::kLoad:
        word.load(it.strong ? kSeqCst : kRelaxed);
        break;
      case Do::kStore:
        word.store(10 + me, it.strong ? kSeqCst : kRelaxed);
        break;
      case Do::kAdd:
        word.fetch_add(1, it.strong ? kAcqRel : kRelaxed);
        break;
      case Do::kLockedLoad: {
        ExplorerLock lock(world_->mutex);
        word.load(kRelaxed);
        break;
      }
      case Do::kLockedStore: {
        ExplorerLock lock(world_->mutex);
        word.store(7, kRelaxed);
        break;
      }
      case Do::kPost:
        world_->bell.post();
        break;
      case Do::kWait:
        world_->bell.wait();
        break;
      case Do::kClear:
        world_->bell.clear();
        break;
      case Do::kSeqFence:
        ExplorerSync::fence(kSeqCst);
        break;
      case Do::kHalfFence:
        ExplorerSync::fence(it.strong ? kAcquire : kRelease);
        break;
      case Do::kExchange: {
        int expected = it.strong ? 0 : 1;
        word.compare_exchange_weak(expected, 3, kAcqRel, kRelaxed);
        break;
      }
      case Do::kAwait: {
        ExplorerBackoff backoff;
        while (word.load(kAcquire) == 0) backoff.pause();
        break;
      }
      case Do::kAwaitEither: {
        ExplorerBackoff backoff;
        while (world_->words[0].load(kRelaxed) == 0 && world_->words[1].load(kAcquire) == 0) backoff.pause();
        break;
      }
      case Do::kSwap:
        word.exchange(it.strong ? 1 : 5, kAcqRel);
        break;
      case Do::kExchangeStrong: {
        int expected = it.strong ? 0 : 10;
        word.compare_exchange_strong(expected, 4, kAcqRel, kAcquire);
        break;
      }
      case Do::kAwaitLocked: {
        ExplorerBackoff backoff;
        while (locked_load(word) == 0) backoff.pause();
        break;
      }
      case Do::kSpinSwap: {
        ExplorerBackoff backoff;
        while (word.exchange(0, kAcqRel) == 0) backoff.pause();
        break;
      }
      case Do::kSeqSwap:
        word.exchange(20 + me, kSeqCst);
        break;
      case Do::kAwaitAround: {  // a wait inside a wait
        ExplorerBackoff outer;
        while (word.load(kAcquire) == 0) {
          await_not(world_->words[1 - it.word], it.strong ? 10 : 0);
          outer.pause();
        }
        break;
      }
      case Do::kAwaitTwoAround: {  // also after the wait inside
        ExplorerBackoff outer;
        for (;;) {
          if (word.load(kRelaxed) != 0) break;
          await_not(world_->words[1 - it.word], it.strong ? 7 : 11);
          if (word.exchange(0, kAcqRel) != 0) break;
          outer.pause();
        }
        break;
      }
      case Do::kCount:
        break;
    }
  }

  static void await_not(ExplorerAtomic<int>& word, int value) {
    ExplorerBackoff inner;
    while (word.load(kAcquire) == value) inner.pause();
  }

  int locked_load(ExplorerAtomic<int>& word) {
    ExplorerLock lock(world_->mutex);
    return word.load(kRelaxed);
  }

  const Text& text_;
  alignas(World) std::byte room_[sizeof(World)];
  World* world_ = nullptr;
};

struct Found {
  std::set<std::uint64_t> traces;
  std::uint64_t executions = 0;
  bool complete = false;  // and no execution was cut as a livelock, where it stands is not a trace
};

Found search(const Text& text, Exhaustive::Kind kind, MachineOptions machine, std::uint64_t cap) {
  machine.steps_max = 400;
  Engine engine(machine);
  Exhaustive exhaustive(kind);
  exhaustive.keep_dependencies();
  RandomProgram program(text);
  Found found;
  do {
    engine.run(program, exhaustive);
    ++found.executions;
    if (!engine.pruned()) found.traces.insert(exhaustive.fingerprint() ^ (engine.failed() ? 0x5555 : 0));
    const bool livelock = engine.failed() && engine.failure().what.starts_with("livelock");
    if (livelock || found.executions > cap) return found;
  } while (exhaustive.next());
  found.complete = true;
  return found;
}

std::string shown(const Text& text) {
  std::string all;
  for (const auto& thread : text) {
    all += "\n  thread:";
    for (const Instruction& it : thread) {
      all += ' ' + std::to_string(static_cast<int>(it.what)) + ':' + std::to_string(it.word) +
             (it.strong ? "s" : "w");
    }
  }
  return all;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

TEST(SelfCheck, ReductionsMeetTheTracesOfPlainSearch) {
  const std::uint64_t programs = from_environment("BATON_SELF_CHECK_PROGRAMS", 1'000);
  const std::uint64_t seed = from_environment("BATON_SELF_CHECK_SEED", 1);
  Random random(seed);
  std::uint64_t compared = 0, plain_runs = 0, dpor_runs = 0, traces = 0;
  for (std::uint64_t i = 0; i < programs; ++i) {
    const Text text = random_text(random, 2 + random.below(2));
    for (const unsigned stale : {0U, 1U, 3U}) {
      const MachineOptions machine{.stale = stale, .spurious = 1, .mixed = stale == 3};
      const Found plain = search(text, Exhaustive::Kind::kPlain, machine, 20'000);
      if (!plain.complete) continue;
      const Found sleep = search(text, Exhaustive::Kind::kSleep, machine, 1'000'000);
      const Found dpor = search(text, Exhaustive::Kind::kDpor, machine, 1'000'000);
      ++compared;
      plain_runs += plain.executions;
      dpor_runs += dpor.executions;
      traces += dpor.traces.size();
      ASSERT_EQ(plain.traces.size(), sleep.traces.size()) << "sleep sets, stale " << stale << shown(text);
      ASSERT_TRUE(plain.traces == sleep.traces) << "sleep sets, stale " << stale << shown(text);
      ASSERT_EQ(plain.traces.size(), dpor.traces.size()) << "source sets, stale " << stale << shown(text);
      ASSERT_TRUE(plain.traces == dpor.traces) << "source sets, stale " << stale << shown(text);
    }
  }
  std::printf("%llu programs (seed %llu): %llu plain executions, %llu by source sets, %llu traces\n",
              static_cast<unsigned long long>(compared), static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(plain_runs), static_cast<unsigned long long>(dpor_runs),
              static_cast<unsigned long long>(traces));
  EXPECT_GT(compared, programs);
}

// Larger programs, on machines of every kind: plain search does not end there, sleep sets do.
TEST(SelfCheck, SourceSetsMeetTheTracesOfSleepSets) {
  const std::uint64_t programs = from_environment("BATON_SELF_CHECK_PROGRAMS", 1'000) / 4;
  Random random(from_environment("BATON_SELF_CHECK_SEED", 1) + 1'000'000);
  std::uint64_t compared = 0;
  for (std::uint64_t i = 0; i < programs; ++i) {
    const Text text = random_text(random, 2 + random.below(3));
    const MachineOptions machine{.stale = random.below(3),
                                 .spurious = random.below(3),
                                 .bell_orders = random.below(2) == 0,
                                 .cpp11_release_sequences = random.below(2) == 0,
                                 .mixed = random.below(2) == 0};
    const Found sleep = search(text, Exhaustive::Kind::kSleep, machine, 20'000);
    if (!sleep.complete) continue;
    const Found dpor = search(text, Exhaustive::Kind::kDpor, machine, 1'000'000);
    ++compared;
    ASSERT_EQ(sleep.traces.size(), dpor.traces.size()) << shown(text);
    ASSERT_TRUE(sleep.traces == dpor.traces) << shown(text);
  }
  std::printf("%llu programs\n", static_cast<unsigned long long>(compared));
  EXPECT_GT(compared, programs / 2);
}

}  // namespace
}  // namespace baton::explorer
