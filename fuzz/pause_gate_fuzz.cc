// Operations of an executor that pauses its I/O threads, made of bytes: model/fuzzed/pause_gate.h says what
// the bytes mean and what holds.
#include "model/fuzzed/pause_gate.h"

#include "fuzz/schedule_fuzzer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static baton::ScheduleFuzzer fuzzer("pause_gate", baton::explorer::make_fuzzed_pause_gate());
  fuzzer.run({data, size});
  return 0;
}
