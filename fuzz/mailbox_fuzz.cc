// Mailboxes both ways, with a protocol made of bytes: model/fuzzed/mailbox.h says what the bytes mean and
// what holds.
#include "model/fuzzed/mailbox.h"

#include "fuzz/schedule_fuzzer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static baton::ScheduleFuzzer fuzzer("mailbox", baton::explorer::make_fuzzed_mailbox());
  fuzzer.run({data, size});
  return 0;
}
