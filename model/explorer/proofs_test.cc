// That a proof says so when there is none.
#include "model/explorer/proofs.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "model/explorer/explorer_engine.h"
#include "model/explorer/scenarios.h"

namespace baton::explorer {
namespace {

constexpr const char* kStates[] = {"the second came first"};

template <bool Wrong, bool Reaches>
struct TwoStores {
  static constexpr unsigned kThreads = 2;
  ExplorerAtomic<int> word{0};
  void thread(unsigned me) {
    const int before = word.exchange(static_cast<int>(me) + 1, std::memory_order_relaxed);
    if (Reaches && me == 0 && before == 2) model::reached(0);
    model::require(!Wrong || me == 1 || before == 0, "it was the second");
  }
  void after() {}
};

// Its status, and what it printed.
template <class S>
std::pair<int, std::string> proved() {
  testing::internal::CaptureStdout();
  const int status =
      prove({model::scenario_of<ExplorerEngine, S>("two_stores", model::Size::kRounds, kStates, {})}, "test");
  return {status, testing::internal::GetCapturedStdout()};
}

TEST(Proofs, HoldWhenEverythingWasSearched) {
  const auto [status, text] = proved<TwoStores<false, true>>();
  EXPECT_EQ(status, 0) << text;
}

TEST(Proofs, FailWithALineThatReplays) {
  const auto [status, text] = proved<TwoStores<true, true>>();
  EXPECT_EQ(status, 1) << text;
  EXPECT_NE(text.find("replay: test --scenario two_stores --schedule "), std::string::npos) << text;
}

TEST(Proofs, FailWhenANamedStateIsNeverReached) {
  const auto [status, text] = proved<TwoStores<false, false>>();
  EXPECT_EQ(status, 1) << text;
  EXPECT_NE(text.find("never reached: the second came first"), std::string::npos) << text;
}

// To search them takes minutes; that each name is one of a scenario does not.
TEST(Proofs, OfBatonAreScenarios) { EXPECT_EQ(explorer_proofs().size(), 8U); }

}  // namespace
}  // namespace baton::explorer
