// Every scenario of model/ under schedules made of bytes: model/fuzzed/handoff.h says what the bytes mean and
// what holds.
#include "model/fuzzed/handoff.h"

#include "fuzz/schedule_fuzzer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static baton::ScheduleFuzzer fuzzer("handoff", baton::explorer::make_fuzzed_handoff());
  fuzzer.run({data, size});
  return 0;
}
