// Assumptions: what a protocol relies on besides C++20.
//
// A scenario is searched on the weakest machine: loads look back over seven stores, bells order no memory and
// end waits without cause, release sequences are those of C++20, and so is what seq_cst accesses that are
// mixed with weaker ones may read. If it holds there, it relies on nothing. If not, it is searched again on
// machines that grant one thing more each; those on which it holds are what it relies on.
#pragma once

#include <string>
#include <vector>

#include "model/explorer/search.h"
#include "model/scenario.h"

namespace baton::explorer {

struct Assumption {
  const char* name;
  MachineOptions machine;  // the weakest, and this
};
[[nodiscard]] MachineOptions weakest_machine();
[[nodiscard]] const std::vector<Assumption>& assumptions();

struct Reliance {
  Report weakest;
  std::vector<std::string> any_of;  // each alone is enough; empty and failed: even all of them are not
  [[nodiscard]] bool on_nothing() const { return !weakest.failed; }
};
// Searches by source sets, and when that does not end within `seconds`, by a sample of `executions` as well.
[[nodiscard]] Reliance reliance_of(Program& program, double seconds, std::uint64_t executions);

// A row for each scenario; 0 if each relies on what is listed for it, which for the scenarios of Baton is
// nothing.
int print_assumptions(const std::vector<model::Scenario>& scenarios, bool quick);

}  // namespace baton::explorer
