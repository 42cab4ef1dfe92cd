// explorer_main: the command line of a program that searches scenarios. baton_explorer is one over those of
// Baton; a program for a hand-off of your own is another (docs/model-your-own.md):
//
//   std::vector<baton::model::Scenario> scenarios();
//
//   int main(int count, char** arguments) {
//     return baton::explorer::explorer_main(count, arguments, {"my_model", scenarios, "my_queue.h"});
//   }
//
// Without arguments it surveys: every scenario, its states and its defects, one table. --help lists the rest.
// Exit status: 0 everything holds, 1 something does not, 2 the command line is wrong.
#pragma once

#include <span>
#include <vector>

#include "model/explorer/fuzzed_program.h"
#include "model/scenario.h"

namespace baton::explorer {

struct Suite {
  const char* program;  // its name in messages and in the lines that replay a failure
  std::vector<model::Scenario> (*scenarios)();
  // Part of the path of the sources whose operations are weakened: a folder, or a header. Operations that a
  // scenario makes by itself stay as they are.
  const char* primitives = "queues/";
  // Those that --proofs searches to their end, in minutes; null: none.
  std::vector<model::Scenario> (*proofs)() = nullptr;
  // Programs whose bytes a fuzzer makes, for --fuzzed.
  std::span<const FuzzedTarget> fuzzed{};
};

int explorer_main(int count, char** arguments, const Suite& suite);

}  // namespace baton::explorer
