// What single-key requests do to one key: the sequential side of linearizability, apart from the reference,
// so that the two judge each other.
#pragma once

#include <optional>
#include <string>

#include "model/sim/oracle/reply.h"

namespace baton::sim {

using KeyValue = std::optional<std::string>;  // nothing: the key is absent

// The reply to `args`, whose name is in lower case, and the value after it. Null is any of the protocol's
// nulls.
[[nodiscard]] Reply apply_request(KeyValue& value, const Arguments& args);

}  // namespace baton::sim
