// What the engine calls a failure, and how it says so.
#include "model/explorer/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "model/explorer/fault_guard.h"
#include "model/explorer/sampling.h"
#include "model/explorer/search.h"
#include "model/explorer/test_programs.h"
#include "queues/check.h"

namespace baton::explorer {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What all schedules of the world together show: the first failure, or that there is none.
template <class World>
Report searched(const MachineOptions& machine = {}) {
  ProgramOf<World> program;
  Plan plan;
  plan.machine = machine;
  plan.executions = 100'000;
  return search(program, plan);
}

template <class World>
std::string failure_of(const MachineOptions& machine = {}) {
  const Report report = searched<World>(machine);
  EXPECT_TRUE(report.failed || report.complete) << describe(report);
  return report.failure.what;
}

// ---- nobody can run

TEST(Deadlock, NamesItsThreadsAndTheirLines) {
  EXPECT_THAT(failure_of<CrossedLocks>(),
              ::testing::MatchesRegex("deadlock: thread 0 waits for a lock at test_programs.h:[0-9]+, "
                                      "thread 1 waits for a lock at test_programs.h:[0-9]+"));
}

TEST(Deadlock, OfASleeperNobodyWakesNamesTheSleeperAlone) {
  const std::string what = failure_of<LostWakeup>();
  EXPECT_THAT(what, ::testing::MatchesRegex("deadlock: thread 0 sleeps at test_programs.h:[0-9]+"));
}

struct SpinsForEver {
  static constexpr unsigned kThreads = 2;
  Word flag{0}, other{0};
  void thread(unsigned index) {
    if (index == 1) return other.store(1, kRelease);
    ExplorerBackoff backoff;
    while (flag.load(kAcquire) == 0) backoff.pause();
  }
  void after() {}
};

TEST(Deadlock, IsAlsoASpinThatNobodyEnds) {
  EXPECT_THAT(failure_of<SpinsForEver>(),
              ::testing::MatchesRegex("deadlock: thread 0 spins at engine_test.cc:[0-9]+"));
}

struct SpinsUntilTold {
  static constexpr unsigned kThreads = 2;
  Word flag{0};
  void thread(unsigned index) {
    if (index == 1) return flag.store(1, kRelease);
    ExplorerBackoff backoff;
    while (flag.load(kAcquire) == 0) backoff.pause();
  }
  void after() {}
};

TEST(Deadlock, IsNotASpinThatEnds) { EXPECT_EQ(failure_of<SpinsUntilTold>({.stale = 3}), ""); }

// A wait inside a wait. Whatever the inner one does, the outer one ends with x.
template <int kFirst, bool Told>
struct WaitsInsideAWait {
  static constexpr unsigned kThreads = 2;
  Word x{0}, y{kFirst};
  void thread(unsigned index) {
    if (index == 1) {
      if (Told) x.store(1, kRelease);
      return y.store(0, kRelease);
    }
    ExplorerBackoff outer;
    for (;;) {
      if (x.load(kAcquire) == 1) return;
      {
        ExplorerBackoff inner;
        while (y.load(kAcquire) != 0) inner.pause();
      }
      outer.pause();
    }
  }
  void after() {}
};

TEST(Deadlock, IsNotASpinAroundASpinThatNeverPauses) {
  EXPECT_EQ((failure_of<WaitsInsideAWait<0, true>>()), "");
  EXPECT_EQ((failure_of<WaitsInsideAWait<0, true>>({.stale = 3})), "");
}

TEST(Deadlock, IsNotASpinAroundASpinThatPaused) {
  EXPECT_EQ((failure_of<WaitsInsideAWait<1, true>>()), "");
  EXPECT_EQ((failure_of<WaitsInsideAWait<1, true>>({.stale = 3})), "");
}

TEST(Deadlock, IsASpinThatNobodyEndsAroundOneThatEnded) {
  EXPECT_THAT((failure_of<WaitsInsideAWait<1, false>>()),
              ::testing::MatchesRegex("deadlock: thread 0 spins at engine_test.cc:[0-9]+"));
}

// More looks than are kept apart, and the first is the one that matters; more than are kept after merging,
// too.
template <int kOthers>
struct LooksAtMany {
  static constexpr unsigned kThreads = 2;
  Word flag{0};
  std::array<std::unique_ptr<Word>, kOthers> others;
  LooksAtMany() {
    for (auto& word : others) word = std::make_unique<Word>(0);
  }
  void thread(unsigned index) {
    if (index == 1) return flag.store(1, kRelease);
    while (flag.load(kAcquire) == 0) {
      for (int i = 0; i < 1000; ++i) (void)others[static_cast<std::size_t>(i % kOthers)]->load(kRelaxed);
      ExplorerBackoff().pause();  // begins to look here: waits for all that it saw before
    }
  }
  void after() {}
};

TEST(Deadlock, IsNotASpinThatLooksAtManyWords) {
  EXPECT_EQ(failure_of<LooksAtMany<1>>({.steps_max = 100'000}), "");
  EXPECT_EQ(failure_of<LooksAtMany<400>>({.steps_max = 100'000}), "");
}

// What it made itself is no news, also where many looks lie between.
struct MadeItself {
  static constexpr unsigned kThreads = 2;
  Word flag{0}, other{0};
  void thread(unsigned index) {
    if (index == 1) return other.store(1, kRelease);
    (void)flag.load(kAcquire);
    flag.store(2, kRelease);
    for (int i = 0; i < 300; ++i) (void)flag.load(kRelaxed);
    ExplorerBackoff().pause();
  }
  void after() {}
};

TEST(Deadlock, IsAPauseForWhatTheThreadItselfMade) {
  EXPECT_THAT(failure_of<MadeItself>({.steps_max = 100'000}),
              ::testing::MatchesRegex("deadlock: thread 0 spins at engine_test.cc:[0-9]+"));
}

struct ForEver {
  static constexpr unsigned kThreads = 1;
  Word word{0};
  void thread(unsigned) {
    for (;;) word.store(1, kRelaxed);
  }
  void after() {}
};

TEST(Livelock, IsMoreStepsThanAllowed) {
  EXPECT_EQ(failure_of<ForEver>({.steps_max = 50}), "livelock: 50 steps and no end");
}

// ---- memory

template <bool Ordered>
struct Published {
  static constexpr unsigned kThreads = 2;
  ExplorerCell<int> cell{0};
  Word ready{0};
  void thread(unsigned index) {
    if (index == 0) {
      cell.set(7);
      ready.store(1, Ordered ? kRelease : kRelaxed);
    } else if (ready.load(kAcquire) == 1 && cell.get() != 7) {
      Engine::current().fail("the cell was not seen");
    }
  }
  void after() {}
};

TEST(DataRace, IsAReadThatNothingOrdersAfterTheWrite) {
  EXPECT_EQ(failure_of<Published<true>>(), "");
  EXPECT_EQ(failure_of<Published<false>>(), "a data race: read while another thread writes");
}

struct TwoWriters {
  static constexpr unsigned kThreads = 2;
  ExplorerCell<int> cell{0};
  void thread(unsigned index) { cell.set(static_cast<int>(index)); }
  void after() {}
};

TEST(DataRace, IsTwoWrites) {
  const Report report = searched<TwoWriters>();
  EXPECT_EQ(report.failure.what, "a data race: two threads write");
  EXPECT_EQ(report.failure.thread, 1);
  EXPECT_THAT(place_of(report.failure.site), HasSubstr("engine_test.cc:"));
}

struct Thing {
  Word word{0};
  ExplorerCell<int> cell{0};
};

enum class Misuse { kNone, kLeak, kDoubleFree, kCellAfterFree, kWordAfterFree };

template <Misuse Kind>
struct Heap {
  static constexpr unsigned kThreads = 1;
  void thread(unsigned) {
    Thing* const thing = ExplorerSync::create<Thing>();
    thing->word.store(1, kRelaxed);
    if (Kind == Misuse::kLeak) return;
    if (Kind == Misuse::kDoubleFree) Engine::current().release(thing, CallSite::here());
    if (Kind != Misuse::kDoubleFree) ExplorerSync::destroy(thing);
    if (Kind == Misuse::kDoubleFree) Engine::current().release(thing, CallSite::here());
    if (Kind == Misuse::kCellAfterFree) (void)thing->cell.get();
    if (Kind == Misuse::kWordAfterFree) (void)thing->word.load(kRelaxed);
  }
  void after() {}
};

TEST(Heap, MisuseOfWhatCrossesThreadsIsAFailure) {
  EXPECT_EQ(failure_of<Heap<Misuse::kNone>>(), "");
  EXPECT_EQ(failure_of<Heap<Misuse::kLeak>>(), "a leak: memory that crossed threads was not released");
  EXPECT_EQ(failure_of<Heap<Misuse::kDoubleFree>>(), "a double free");
  EXPECT_EQ(failure_of<Heap<Misuse::kCellAfterFree>>(), "a use after free");
  EXPECT_EQ(failure_of<Heap<Misuse::kWordAfterFree>>(), "a use after free");
}

struct ReleasesWhatItNeverHad {
  static constexpr unsigned kThreads = 1;
  int here = 0;
  void thread(unsigned) { Engine::current().release(&here, CallSite::here()); }
  void after() {}
};

TEST(Heap, ReleasingForeignMemoryIsAFailure) {
  EXPECT_EQ(failure_of<ReleasesWhatItNeverHad>(), "memory was released that was never allocated");
}

// ---- invariants and faults

struct BreaksAnInvariant {
  static constexpr unsigned kThreads = 2;
  void thread(unsigned index) { check(index == 0, "the invariant of this test"); }
  void after() {}
};

TEST(Invariant, BrokenInAThreadIsAFailure) {
  const Report report = searched<BreaksAnInvariant>();
  EXPECT_EQ(report.failure.what, "broken invariant: the invariant of this test");
  EXPECT_EQ(report.failure.thread, 1);
}

struct BreaksAnInvariantAfter {
  static constexpr unsigned kThreads = 1;
  void thread(unsigned) {}
  void after() { check(false, "afterwards"); }
};

TEST(Invariant, BrokenAfterTheThreadsIsAFailureOfNone) {
  const Report report = searched<BreaksAnInvariantAfter>();
  EXPECT_EQ(report.failure.what, "broken invariant: afterwards");
  EXPECT_EQ(report.failure.thread, -1);
}

TEST(InvariantDeathTest, BrokenOutsideAnExecutionStopsTheProcess) {
  Engine engine;
  EXPECT_DEATH(Engine(), "Engine: a second one in this process");
}

struct WildPointer {
  static constexpr unsigned kThreads = 2;
  void thread(unsigned index) {
    if (index == 1) *reinterpret_cast<volatile int*>(std::uintptr_t{64}) = 1;
  }
  void after() {}
};

TEST(Fault, OfTheMachineIsAFailureOfItsThread) {
  install_fault_guard();
  if (!kFaultsAreFailures) {
    EXPECT_DEATH(searched<WildPointer>(), "AddressSanitizer");
    return;
  }
  for (int again = 0; again < 3; ++again) {
    const Report report = searched<WildPointer>();
    EXPECT_EQ(report.failure.what, "a fault of the machine: a wild pointer");
    EXPECT_EQ(report.failure.thread, 1);
  }
}

TEST(FaultDeathTest, OutsideAnExecutionStaysWhatItIs) {
  install_fault_guard();
  Engine engine;
  EXPECT_DEATH(*reinterpret_cast<volatile int*>(std::uintptr_t{64}) = 1, "");
}

// ---- threads that threads start

class End final : public Object {
 public:
  int of = -1;
  [[nodiscard]] bool ready(Event, unsigned) const override {
    return Engine::current().finished(static_cast<unsigned>(of));
  }
};

template <bool Joins>
struct Spawns {
  static constexpr unsigned kThreads = 1;
  ExplorerCell<int> cell{0};
  End end;
  void thread(unsigned) {
    Engine& engine = Engine::current();
    cell.set(1);
    end.of = engine.spawn([this] { cell.set(cell.get() + 1); });
    if (Joins) {
      engine.point(Event::kOther, &end, CallSite::here());
      engine.joined(static_cast<unsigned>(end.of));
    }
    cell.set(cell.get() + 1);
  }
  void after() {
    if (cell.get() != 3) Engine::current().fail("an increment is missing");
  }
};

template <class World>
std::string sampled_failure(std::uint64_t executions) {
  Engine engine;
  ProgramOf<World> program;
  RandomWalk walk(1, executions);
  do {
    engine.run(program, walk);
    if (engine.failed()) return engine.failure().what;
  } while (walk.next());
  return {};
}

TEST(Spawn, OrdersWhatTheCreatorDidAndJoinWhatTheThreadDid) {
  EXPECT_EQ(sampled_failure<Spawns<true>>(200), "");
  EXPECT_THAT(sampled_failure<Spawns<false>>(200), HasSubstr("a data race"));
}

struct SpawnsTooMany {
  static constexpr unsigned kThreads = 1;
  void thread(unsigned) {
    for (unsigned i = 1; i < kThreadsMax; ++i) {
      if (Engine::current().spawn([] {}) < 0) Engine::current().fail("refused with room");
    }
    if (Engine::current().spawn([] {}) >= 0) Engine::current().fail("no bound");
  }
  void after() {}
};

TEST(Spawn, IsRefusedWhenAllSlotsAreTaken) { EXPECT_EQ(sampled_failure<SpawnsTooMany>(20), ""); }

// ---- the trace hash

TEST(TraceHash, IsEqualForEqualDecisionsAndOtherForOthers) {
  Engine engine({.stale = 2});
  ProgramOf<LostWakeup> program;
  RandomWalk walk(1, 200);
  std::uint64_t different = 0, last = 0;
  do {
    engine.run(program, walk);
    const std::uint64_t hash = engine.trace_hash();
    const std::vector<std::uint8_t> decisions = engine.decisions();
    Replay again(decisions);
    engine.run(program, again);
    ASSERT_EQ(engine.trace_hash(), hash);
    ASSERT_EQ(engine.decisions(), decisions);
    different += hash != last ? 1 : 0;
    last = hash;
  } while (walk.next());
  EXPECT_GT(different, 50U);
}

TEST(TraceHash, IsTheSameWhileRecording) {
  Engine engine;
  ProgramOf<LostWakeup> program;
  RandomWalk first(5, 1), second(5, 1);
  engine.run(program, first);
  const std::uint64_t hash = engine.trace_hash();
  EXPECT_THAT(engine.recorded(), IsEmpty());
  engine.set_recording(true);
  engine.run(program, second);
  EXPECT_EQ(engine.trace_hash(), hash);
  EXPECT_THAT(engine.recorded(), Not(IsEmpty()));
}

}  // namespace
}  // namespace baton::explorer
