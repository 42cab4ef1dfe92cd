// Totals: what the runs of a campaign add up to, of one process, of all, or of many machines.
//
// As JSON it is one object with the members below, the faults as an object by name, and the parts of the
// seeds that were run. merge_totals() adds such files up, so that shards of a campaign can run anywhere;
// parts with seeds in common are refused, or these would count twice.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/sim/faults.h"
#include "model/sim/sim_run.h"

namespace baton::sim {

// The seeds from `first` to `last` with seed % shards == shard.
struct Part {
  std::uint64_t first, last, shard, shards;
};
// May they have seeds in common? Told from their bounds and remainders, which may err for a few seeds.
[[nodiscard]] bool overlap(const Part& a, const Part& b);

// Plain numbers: it lies in memory that processes share.
struct Totals {
  std::uint64_t runs, failures, first_failed_seed, last_seed, crashes, refusals;
  std::uint64_t judged_alive, shutdowns, turned_away;
  std::uint64_t requests, replies, steps, calls, virtual_ns;
  std::uint64_t keys_judged, keys_in_part, keys_not_decided;
  FaultCounts faults;
};

// So many runs that some must have been judged for linearizability, and none was: its judge is blind.
[[nodiscard]] bool judged_nothing(const Totals& totals);

void add(Totals& totals, std::uint64_t seed, const Outcome& outcome);
[[nodiscard]] Totals sum_of(std::span<const Totals> parts);

[[nodiscard]] std::string to_json(const Totals& totals, std::span<const Part> parts);
// Nothing: it is not what to_json() writes.
[[nodiscard]] std::optional<Totals> totals_of(std::string_view json);
[[nodiscard]] std::optional<std::vector<Part>> parts_of(std::string_view json);

// As people read it.
[[nodiscard]] std::string faults_text(const FaultCounts& faults);

}  // namespace baton::sim
