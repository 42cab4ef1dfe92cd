// A pause gate, its mailboxes and their threads: which operations in which order, and under which schedule.
//
// Bytes     machine and queue kind; threads and batch; number of operations; an operation each (the lower
//           half what, the upper half for whom); the rest is the schedule.
// Holds     what model/scripted_model.h lists under Always.
#include <cstddef>
#include <cstdint>

#include "fuzz/schedule_fuzzer.h"
#include "model/explorer/scripted_program.h"

namespace {

using namespace baton;

constexpr unsigned kStepsMax = 24;

struct Target {
  model::Script script;
  explorer::ScriptedProgram program{script};
  ScheduleFuzzer fuzzer;

  Target() {
    script.steps.reserve(kStepsMax);
    model::Run::current().defect = ScheduleFuzzer::defect_among(fuzzed_defects());
  }

  void run(ScheduleFuzzer::Bytes bytes) {
    explorer::MachineOptions machine;
    const unsigned kind = bytes.below(32);
    machine.stale = kind % 4;
    machine.spurious = kind / 4 % 2;
    machine.bell_orders = kind / 8 % 2 != 0;
    program.set_list(kind / 16 != 0);
    const unsigned shape = bytes.below(4);
    script.ios = 1 + shape % 2;
    script.batch = 1 + shape / 2;
    script.steps.clear();
    model::Reference reference;
    reference.ios = script.ios;
    for (unsigned left = bytes.below(kStepsMax + 1); left > 0; --left) {
      const unsigned byte = bytes.below(256);
      const model::Step step{
          static_cast<model::Step::Do>(byte % 16 % static_cast<unsigned>(model::Step::Do::kCount)),
          byte / 16 % script.ios};
      if (!reference.allows(step)) continue;
      reference.apply(step);
      script.steps.push_back(step);
    }
    fuzzer.run(program, machine, bytes.rest(), {});
  }
};

}  // namespace

std::span<const char* const> baton::fuzzed_defects() { return model::kScriptedDefects; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  target.run({data, size});
  return 0;
}
