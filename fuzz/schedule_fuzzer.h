// ScheduleFuzzer: a fuzzer's bytes as executions of a program under the explorer.
//
//   static ScheduleFuzzer fuzzer("mailbox", explorer::make_fuzzed_mailbox());
//   fuzzer.run({data, size});
//
// Every byte means something: first what happens (model/fuzzed/), then who runs next, how stale a load is,
// whether a wake-up is spurious. After the last byte nobody is pre-empted.
//
// Failures    are made small, printed as columns and with the line of baton_explorer that replays them; then
//             the process aborts, so that the engine keeps the input. What kills the process before that
//             (a report of AddressSanitizer) replays from the kept input: baton_explorer --fuzzed NAME FILE.
// Ownership   One engine a process, made once; nothing is allocated for an input once the engine has met
//             the longest.
// Defects     BATON_FUZZ_DEFECT=<name> in the environment seeds one of the program's, to see that it is
//             found.
// Checked by  fuzz/schedule_fuzzer_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "model/explorer/fuzzed_program.h"

namespace baton {

class ScheduleFuzzer {
 public:
  // `name` is what baton_explorer calls the program. Exits when the defect in the environment is none of it.
  ScheduleFuzzer(const char* name, std::unique_ptr<explorer::FuzzedProgram> program);

  void run(std::span<const std::uint8_t> bytes);

 private:
  [[noreturn]] void report();

  const char* name_;
  std::unique_ptr<explorer::FuzzedProgram> program_;
  std::unique_ptr<explorer::Engine> engine_;
};

}  // namespace baton
