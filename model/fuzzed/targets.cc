#include "model/fuzzed/targets.h"

#include "model/fuzzed/handoff.h"
#include "model/fuzzed/mailbox.h"
#include "model/fuzzed/pause_gate.h"

namespace baton::explorer {

std::span<const FuzzedTarget> fuzzed_targets() {
  static constexpr FuzzedTarget kTargets[] = {
      {"mailbox", make_fuzzed_mailbox},
      {"pause_gate", make_fuzzed_pause_gate},
      {"handoff", make_fuzzed_handoff},
  };
  return kTargets;
}

}  // namespace baton::explorer
