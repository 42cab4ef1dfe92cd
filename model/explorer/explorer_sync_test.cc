// What the explorer's policy calls a failure of a mutex, and what a pause does for an operation that is late.
#include "model/explorer/explorer_sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/explorer/search.h"
#include "model/explorer/test_programs.h"

namespace baton::explorer {
namespace {

using testing::HasSubstr;

template <class World>
Report search_all() {
  ProgramOf<World> program;
  return search(program, {.how = How::kDpor, .executions = 10'000});
}

struct TakesTurns {
  static constexpr unsigned kThreads = 2;
  ExplorerMutex mutex;
  void thread(unsigned) { ExplorerLock lock(mutex); }
  void after() { ExplorerLock lock(mutex); }
};

struct LocksTwice : TakesTurns {
  void thread(unsigned) {
    ExplorerLock outer(mutex);
    ExplorerLock inner(mutex);
  }
};

struct LocksTwiceAfterwards : TakesTurns {
  void after() {
    ExplorerLock outer(mutex);
    ExplorerLock inner(mutex);
  }
};

struct UnlocksForAnother : TakesTurns {
  void thread(unsigned index) {
    if (index == 0) {
      mutex.lock(CallSite::here());
    } else {
      mutex.unlock(CallSite::here());
    }
  }
};

struct KeepsTheLock : TakesTurns {
  void thread(unsigned index) {
    if (index == 0) mutex.lock(CallSite::here());
  }
  void after() {}
};

struct KeepsWhatIsWantedAfterwards : KeepsTheLock {
  void after() { ExplorerLock lock(mutex); }
};

struct UnlocksAfterwards : TakesTurns {
  void after() { mutex.unlock(CallSite::here()); }
};

TEST(ExplorerMutexTest, who_takes_turns_is_right) {
  const Report report = search_all<TakesTurns>();
  EXPECT_FALSE(report.failed) << report.failure.what;
  EXPECT_TRUE(report.complete);
}

TEST(ExplorerMutexTest, a_recursive_lock_fails_in_a_thread_and_after_the_threads) {
  EXPECT_EQ(search_all<LocksTwice>().failure.what, "a recursive lock");
  EXPECT_EQ(search_all<LocksTwiceAfterwards>().failure.what, "a recursive lock");
}

TEST(ExplorerMutexTest, an_unlock_of_what_another_or_nobody_holds_fails) {
  EXPECT_THAT(search_all<UnlocksForAnother>().failure.what, HasSubstr("an unlock by who does not hold it"));
  EXPECT_THAT(search_all<UnlocksAfterwards>().failure.what, HasSubstr("an unlock by who does not hold it"));
}

TEST(ExplorerMutexTest, a_mutex_that_is_held_at_the_end_fails) {
  EXPECT_EQ(search_all<KeepsTheLock>().failure.what, "a mutex ends while it is held");
  EXPECT_EQ(search_all<KeepsWhatIsWantedAfterwards>().failure.what, "a lock that a thread never gave back");
}

// Thread 0 says that it is there, `Late` operations late, and spins for the answer; thread 1 answers.
template <unsigned Late>
struct LateGreeting {
  static constexpr unsigned kThreads = 2;
  Word greeting{0}, answer{0};

  void thread(unsigned index) {
    ExplorerBackoff backoff;
    if (index == 0) {
      Run::current().deferred.defer(index, Late, [word = &greeting] { word->store(1, kRelaxed); });
      while (answer.load(kRelaxed) == 0) backoff.pause();
    } else {
      while (greeting.load(kRelaxed) == 0) backoff.pause();
      answer.store(1, kRelaxed);
    }
  }
  void after() {}
};

TEST(ExplorerBackoffTest, spinning_brings_a_delayed_operation_about) {
  const Report report = search_all<LateGreeting<4>>();
  EXPECT_FALSE(report.failed) << report.failure.what;
  EXPECT_TRUE(report.complete);
}

struct NobodyAnswers : LateGreeting<2> {
  void thread(unsigned index) {
    if (index == 0) LateGreeting<2>::thread(index);
  }
};

TEST(ExplorerBackoffTest, a_spin_that_nobody_ends_is_a_deadlock_once_nothing_is_delayed) {
  EXPECT_THAT(search_all<NobodyAnswers>().failure.what, HasSubstr("deadlock: thread 0 spins"));
}

// ---- objects that cross threads, and end

struct Parcel {
  Word done{0};
  ExplorerBell<false> bell;
};
struct Handed {
  static constexpr unsigned kThreads = 2;
  Parcel* parcel = ExplorerSync::create<Parcel>();
  Word& done = parcel->done;
  void after() {}
  void free_it() { ExplorerSync::destroy(parcel); }
};

// Says that it is done, and then still rings.
struct RingsWhatMayBeGone : Handed {
  void thread(unsigned me) {
    if (me == 0) {
      done.store(1, kRelease);
      parcel->bell.post();
    } else {
      ExplorerBackoff backoff;
      while (done.load(kAcquire) == 0) backoff.pause();
      free_it();
    }
  }
};

struct FreesWhatIsRead : Handed {
  void thread(unsigned me) {
    if (me == 0) {
      (void)done.load(kRelaxed);
    } else {
      free_it();
    }
  }
};

// Every use comes before the word that frees it.
struct FreesInTime : Handed {
  void thread(unsigned me) {
    if (me == 0) {
      parcel->bell.post();
      done.store(1, kRelease);
    } else {
      ExplorerBackoff backoff;
      while (done.load(kAcquire) == 0) backoff.pause();
      free_it();
    }
  }
};

TEST(Ends, OfAnObjectThatAnotherThreadMayUseIsAUseAfterFree) {
  EXPECT_THAT(search_all<RingsWhatMayBeGone>().failure.what, HasSubstr("use after free"));
  EXPECT_THAT(search_all<FreesWhatIsRead>().failure.what, HasSubstr("use after free"));
  const Report in_time = search_all<FreesInTime>();
  EXPECT_TRUE(in_time.complete) << describe(in_time);
}

struct PublishesRelaxed {
  static constexpr unsigned kThreads = 2;
  ExplorerAtomic<Word*> published{nullptr};
  void after() {
    if (Word* const word = published.load(kRelaxed)) ExplorerSync::destroy(word);
  }
  void thread(unsigned me) {
    if (me == 0) {
      published.store(ExplorerSync::create<Word>(5), order());
    } else if (Word* const word = published.load(kAcquire)) {
      (void)word->load(kRelaxed);
    }
  }
  virtual std::memory_order order() const { return kRelaxed; }
  virtual ~PublishesRelaxed() = default;
};
struct PublishesReleased : PublishesRelaxed {
  std::memory_order order() const override { return kRelease; }
};

TEST(Ends, AndBeginningsAreRaces) {
  EXPECT_THAT(search_all<PublishesRelaxed>().failure.what, HasSubstr("not after it was made"));
  EXPECT_TRUE(search_all<PublishesReleased>().complete);
}

// ---- what a pause waits for

struct SpinsByExchange {
  static constexpr unsigned kThreads = 3;
  Word held{0};
  ExplorerCell<int> inside{0};
  void after() {}
  void thread(unsigned) {
    ExplorerBackoff backoff;
    while (held.exchange(1, kAcquire) != 0) backoff.pause();
    inside.set(inside.get() + 1);
    held.store(0, kRelease);
  }
};

// The first look decides, the second only looks.
struct LooksTwice {
  static constexpr unsigned kThreads = 2;
  Word word{0};
  void after() {}
  void thread(unsigned me) {
    if (me == 0) {
      word.store(1, kRelease);
      return;
    }
    ExplorerBackoff backoff;
    for (;;) {
      const int first = word.load(kAcquire);
      const int second = word.load(kAcquire);
      if (first == 1 && second == 1) return;
      backoff.pause();
    }
  }
};

TEST(Pauses, AreNotEndedByAnExchangeOfEqualsNorMissedForALaterLook) {
  const Report spins = search_all<SpinsByExchange>();
  EXPECT_TRUE(spins.complete) << describe(spins);
  const Report looks = search_all<LooksTwice>();
  EXPECT_TRUE(looks.complete) << describe(looks);
}

}  // namespace
}  // namespace baton::explorer
