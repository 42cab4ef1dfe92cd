#include "stress/fault.h"

#include <fmt/core.h>

#include "stress/reply_frame.h"

namespace baton {

std::string_view name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::kLost:
      return "LOST";
    case FaultKind::kDoubled:
      return "DOUBLED";
    case FaultKind::kReordered:
      return "REORDERED";
    case FaultKind::kForeign:
      return "FOREIGN";
    case FaultKind::kWrong:
      return "WRONG";
    case FaultKind::kUnasked:
      return "UNASKED";
    case FaultKind::kMalformed:
      return "MALFORMED";
    case FaultKind::kClosed:
      return "CLOSED";
    case FaultKind::kStalled:
      return "STALLED";
    case FaultKind::kRefused:
      return "REFUSED";
  }
  return "UNKNOWN";
}

std::string Fault::text() const {
  return fmt::format("{} reply: connection {} command {}: expected {}, got {}", name_of(kind), connection,
                     sequence, printable(expected), printable(got));
}

}  // namespace baton
