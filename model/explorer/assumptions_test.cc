// That the ablation finds out what a protocol relies on: five that rely on one thing each, and one on
// nothing.
#include "model/explorer/assumptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/explorer/explorer_engine.h"

namespace baton::explorer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kRelaxed = std::memory_order_relaxed;

struct Words {
  static constexpr unsigned kThreads = 2;
  ExplorerAtomic<int> data{0};
  ExplorerAtomic<int> flag{0};
  ExplorerBell<false> bell;
  void after() {}
};

// Tells by the bell alone that the data is there.
struct TrustsTheBell : Words {
  void thread(unsigned me) {
    if (me == 0) {
      data.store(1, kRelaxed);
      bell.post();
    } else {
      while (flag.load(kRelaxed) == 0) {
        bell.wait();
        flag.store(1, kRelaxed);
        model::require(data.load(kRelaxed) == 1, "woken without the data");
      }
    }
  }
};

// Takes being woken for being told.
struct TrustsTheWait : Words {
  void thread(unsigned me) {
    if (me == 0) {
      flag.store(1, std::memory_order_seq_cst);
      bell.post();
    } else {
      bell.wait();
      model::require(flag.fetch_add(0, std::memory_order_acq_rel) == 1, "woken without cause");
    }
  }
};

// A later store of the same thread is to carry what its release store carried.
struct TrustsOldReleaseSequences : Words {
  void thread(unsigned me) {
    if (me == 0) {
      data.store(1, kRelaxed);
      flag.store(1, std::memory_order_release);
      flag.store(2, kRelaxed);
    } else if (flag.load(std::memory_order_acquire) == 2) {
      model::require(data.load(kRelaxed) == 1, "the data is old");
    }
  }
};

// Store, then look: right only if stores are seen at once.
struct TrustsFreshLoads : Words {
  int seen[2] = {};
  void thread(unsigned me) {
    (me == 0 ? data : flag).store(1, std::memory_order_release);
    seen[me] = (me == 0 ? flag : data).load(std::memory_order_acquire);
  }
  void after() { model::require(seen[0] + seen[1] != 0, "neither saw the other"); }
};

// Takes the newest store for what a seq_cst load must read, because the bell came after it. But the single
// order has the load where it likes, when the bell orders nothing.
struct TrustsTheOrderOfExecution : Words {
  void thread(unsigned me) {
    if (me == 0) {
      flag.store(1, std::memory_order_seq_cst);
      bell.post();
    } else {
      while (flag.load(std::memory_order_seq_cst) == 0) bell.wait();
    }
  }
};

struct TrustsNothing : Words {
  void thread(unsigned me) {
    if (me == 0) {
      data.store(1, kRelaxed);
      flag.store(1, std::memory_order_seq_cst);
      bell.post();
    } else {
      while (flag.fetch_add(0, std::memory_order_acq_rel) == 0) bell.wait();
      model::require(data.load(kRelaxed) == 1, "the data is old");
    }
  }
};

template <class S>
Reliance reliance() {
  ScenarioProgram program(model::program_of<S>());
  return reliance_of(program, 5, 1'000);
}

TEST(Assumptions, AreFoundOneByOne) {
  EXPECT_THAT(reliance<TrustsTheWait>().any_of, ElementsAre(HasSubstr("no wake-up without cause")));
  EXPECT_THAT(reliance<TrustsOldReleaseSequences>().any_of,
              ElementsAre(HasSubstr("release sequences of C++11"), HasSubstr("never stale")));
  EXPECT_THAT(reliance<TrustsFreshLoads>().any_of, ElementsAre(HasSubstr("never stale")));
}

TEST(Assumptions, OnTheOrderOfExecutionIsFound) {
  EXPECT_THAT(reliance<TrustsTheOrderOfExecution>().any_of,
              ElementsAre(HasSubstr("orders memory"), HasSubstr("order of their execution"),
                          HasSubstr("never stale")));
}

TEST(Assumptions, OnABellThatOrdersMemoryIsFound) {
  ScenarioProgram program(model::program_of<TrustsTheBell>());
  EXPECT_TRUE(search(program, {.machine = {.stale = 7}}).failed);
  EXPECT_FALSE(search(program, {.machine = {.stale = 7, .bell_orders = true}}).failed);
}

TEST(Assumptions, NothingIsNeededByWhoAsksForNothing) {
  const Reliance none = reliance<TrustsNothing>();
  EXPECT_TRUE(none.on_nothing()) << describe(none.weakest);
  EXPECT_TRUE(none.weakest.complete);
}

}  // namespace
}  // namespace baton::explorer
