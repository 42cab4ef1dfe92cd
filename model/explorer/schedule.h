// Schedule: an execution as a short string, to print, to paste and to replay.
//
//   s2c1.7f3a9c01.0110201
//   ^    ^        ^ the decisions, a digit each (0 to 9, a to z); zeros at the end are left out
//   |    the execution's trace hash: a schedule of another build, program or variant is found out
//   the machine: sN stale reads, cN spurious failures, b bells order memory, r release sequences of C++11,
//        m mixed accesses
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/explorer/engine.h"

namespace baton::explorer {

struct Schedule {
  MachineOptions machine;
  std::uint32_t trace = 0;  // the low half of the hash
  std::vector<std::uint8_t> decisions;
};

// Of the engine's last execution.
[[nodiscard]] Schedule schedule_of(const Engine& engine);
[[nodiscard]] std::string text_of(const Schedule& schedule);
// An error text, or empty.
[[nodiscard]] std::string parse(std::string_view text, Schedule& schedule);

}  // namespace baton::explorer
