// Search: many schedules of one program, and what came of them.
//
//   Report report = search(program, {.how = How::kDpor, .machine = {.stale = 2}});
//   if (report.failed) report = shrink(program, report);
//   puts(describe(report).c_str());
#pragma once

#include <cstdint>
#include <string>

#include "model/explorer/engine.h"
#include "model/explorer/schedule.h"
#include "model/explorer/trace.h"

namespace baton::explorer {

enum class How : std::uint8_t { kDpor, kSleep, kPlain, kBound, kPct, kRandom, kPortfolio };

struct Plan {
  How how = How::kDpor;
  unsigned depth = 3;  // of kPct: its depth; of kBound: pre-emptions
  MachineOptions machine{};
  std::uint64_t seed = 1;  // of the samplers; each execution takes the next one
  // What stops a search that has not come to its end; 0: nothing does, which a sampler must not have for
  // both.
  std::uint64_t executions = 0;
  double seconds = 0;
};

// "dpor", "sleep", "plain", "bound2", "pct3", "random", "portfolio"; the reverse returns false for anything
// else.
[[nodiscard]] std::string name_of(const Plan& plan);
bool parse_how(const std::string& name, Plan& plan);

struct Report {
  Plan plan;
  bool complete = false;  // nothing is left to search, and nothing failed
  std::string
      stopped;  // by which bound, if not complete: "executions", "seconds", "pre-emptions", "a sample"
  std::uint64_t executions = 0;
  std::uint64_t pruned = 0;  // of them: cut because another execution had covered them
  std::uint64_t states = 0;  // decisions met: nodes of the tree of schedules; 0 for samplers
  std::uint64_t steps = 0;
  double seconds = 0;
  bool failed = false;
  Failure failure;
  Schedule schedule;  // of the failure
  std::uint32_t preemptions = 0;
};

// Until the first failure, the end, or a bound.
[[nodiscard]] Report search(Program& program, const Plan& plan);

// The same failure with as few pre-emptions as there can be: searches those with 0, 1, 2, ... in turn. When
// that takes more than `executions`, takes decisions away from the schedule as long as it fails.
[[nodiscard]] Report shrink(Program& program, const Report& failed, std::uint64_t executions = 200'000);

// How many schedules (and choices of values) there are, by Knuth's method over that many random walks.
[[nodiscard]] double estimate_space(Program& program, const MachineOptions& machine,
                                    std::uint64_t walks = 20'000);

struct Replayed {
  std::string error;  // the schedule does not fit: another build, program or variant
  bool failed = false;
  Trace trace;  // without names of scenario and variant
};
[[nodiscard]] Replayed replay(Program& program, const Schedule& schedule);

// "complete: 1524 executions, 31k states, 82k steps in 5.1 ms (16 M steps/s)".
[[nodiscard]] std::string describe(const Report& report);
// "mailbox.h:70 publish", or empty.
[[nodiscard]] std::string place_of(const model::CallSite& site);

}  // namespace baton::explorer
