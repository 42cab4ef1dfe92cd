// Totals: what the runs of a campaign add up to, of one process, of all, or of many machines.
//
// As JSON it is one object with the members below, the faults as an object by name. merge_totals() adds such
// files up, so that shards of a campaign can run anywhere.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/sim/faults.h"
#include "model/sim/sim_run.h"

namespace baton::sim {

// Plain numbers: it lies in memory that processes share.
struct Totals {
  std::uint64_t runs, failures, first_failed_seed, crashes, refusals;
  std::uint64_t requests, replies, steps, calls, virtual_ns;
  std::uint64_t keys_judged, keys_not_decided;
  FaultCounts faults;
};

// So many runs that some must have been judged for linearizability, and none was: its judge is blind.
[[nodiscard]] bool judged_nothing(const Totals& totals);

void add(Totals& totals, const Outcome& outcome);
[[nodiscard]] Totals sum_of(std::span<const Totals> parts);

[[nodiscard]] std::string to_json(const Totals& totals);
// Nothing: it is not what to_json() writes.
[[nodiscard]] std::optional<Totals> totals_of(std::string_view json);

// As people read it.
[[nodiscard]] std::string faults_text(const FaultCounts& faults);

}  // namespace baton::sim
