// Fault: one thing that a server did to a connection and should not have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace baton {

enum class FaultKind : std::uint8_t {
  kLost,       // a reply was skipped: the next one came in its place
  kDoubled,    // a reply that had been given came once more
  kReordered,  // a reply came before one that was asked earlier
  kForeign,    // a reply that names another connection
  kWrong,      // none of the above, and not what the model says
  kUnasked,    // a reply though none was due
  kMalformed,  // bytes that are no reply
  kClosed,     // the server closed a connection that nobody had killed
  kStalled,    // replies are due and nothing comes
  kRefused,    // the connection could not be made
};

[[nodiscard]] std::string_view name_of(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::kWrong;
  std::uint64_t connection = 0;
  std::uint64_t sequence = 0;  // of the command whose reply was due
  std::string expected;
  std::string got;

  // One line: kind, connection, sequence, expected, got.
  [[nodiscard]] std::string text() const;
};

}  // namespace baton
