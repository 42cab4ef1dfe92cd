// FuzzedReplay: what a fuzzer found, run again under the explorer and made small.
//
//   FuzzedFailure found = run(program, bytes);
//   if (found.report.failed) found = shrink(program, found);
//
// First the program: whatever can be left out of it while it still fails in the same way, under the same
// decisions or others. Then the schedule, as that of a scenario: as few pre-emptions as there can be.
//
// Checked by  model/explorer/fuzzed_replay_test.cc, and model/fuzzed/fuzzed_test.cc over what Baton fuzzes
#pragma once

#include <cstdint>
#include <span>

#include "model/explorer/fuzzed_program.h"
#include "model/explorer/search.h"

namespace baton::explorer {

struct FuzzedFailure {
  FuzzedProgram::Bytes program;  // encoded; the schedule is the report's
  Report report;                 // of one execution, or of what made it small
};

// The engine's last execution of this program, failed or not.
[[nodiscard]] FuzzedFailure failure_of(const FuzzedProgram& program, const Engine& engine);

// Leaves the program decoded.
[[nodiscard]] FuzzedFailure run(FuzzedProgram& program, std::span<const std::uint8_t> bytes);

// Leaves the program decoded as the result's. `executions` bounds each of the two parts.
[[nodiscard]] FuzzedFailure shrink(FuzzedProgram& program, const FuzzedFailure& failed,
                                   std::uint64_t executions = 200'000);

// "hex:1f0200…", as the command line of the explorer takes it in the place of a file.
[[nodiscard]] std::string hex_of(std::span<const std::uint8_t> bytes);

// What follows the name of the explorer to see this schedule of the decoded program again, with its defect.
[[nodiscard]] std::string replay_options(const char* target, const FuzzedProgram& program,
                                         const Schedule& schedule);

}  // namespace baton::explorer
