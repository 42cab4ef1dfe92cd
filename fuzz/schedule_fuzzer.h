// ScheduleFuzzer: a fuzzer's bytes as executions of a program under the explorer.
//
//   ScheduleFuzzer fuzzer;
//   ScheduleFuzzer::Bytes bytes(data, size);
//   machine.stale = bytes.below(4);                      // what the protocol needs comes first,
//   fuzzer.run(program, machine, bytes.rest(), "");      // what is left is the schedule
//
// Every byte of a schedule means something: who runs next, how stale a load is, whether a wake-up is
// spurious. After the last byte nobody is pre-empted.
//
// Failures    are printed with as few pre-emptions as there can be, as columns, and with the line that
//             replays them where there is one; then the process aborts, so that the engine keeps the input.
// Ownership   One engine a process, made once; nothing is allocated for an input once the engine has met
//             the longest.
// Defects     BATON_FUZZ_DEFECT=<name> in the environment seeds one of the target's, to see that it is
//             found (defect_among()).
// Checked by  fuzz/schedule_fuzzer_test.cc
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "model/explorer/engine.h"
#include "model/run.h"

namespace baton {

// The defects of the target that is linked, by name.
[[nodiscard]] std::span<const char* const> fuzzed_defects();

class ScheduleFuzzer {
 public:
  // Numbers out of bytes; zeros when they have run out.
  class Bytes {
   public:
    Bytes(const std::uint8_t* data, std::size_t size) : left_(data, size) {}
    unsigned below(unsigned bound) {
      if (left_.empty()) return 0;
      const unsigned value = left_.front() % bound;
      left_ = left_.subspan(1);
      return value;
    }
    [[nodiscard]] std::size_t size() const { return left_.size(); }
    [[nodiscard]] std::span<const std::uint8_t> rest() const { return left_; }

   private:
    std::span<const std::uint8_t> left_;
  };

  ScheduleFuzzer();

  // `replay` is the command that replays a failure of this program, without its schedule; or empty.
  void run(explorer::Program& program, const explorer::MachineOptions& machine,
           std::span<const std::uint8_t> schedule, const std::string& replay);

  // Of the name in the environment among these, or model::kNoDefect. Exits when the name is of none.
  [[nodiscard]] static int defect_among(std::span<const char* const> names);

 private:
  [[noreturn]] void report(explorer::Program& program, const std::string& replay);

  model::Tally tally_;
  std::unique_ptr<explorer::Engine> engine_;
};

}  // namespace baton
