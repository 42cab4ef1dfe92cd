// The programs that fuzz/ makes of bytes, by name.
#pragma once

#include <span>

#include "model/explorer/fuzzed_program.h"

namespace baton::explorer {

[[nodiscard]] std::span<const FuzzedTarget> fuzzed_targets();

}  // namespace baton::explorer
