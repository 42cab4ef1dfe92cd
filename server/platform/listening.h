// Listening: opens every socket that a `bind` directive asks for.
//
// A word may begin with '-': that address is skipped when this machine does not have it. An address family
// that the kernel lacks is skipped for every word. Any other failure closes what was opened and reports the
// word.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/platform/sockets.h"

namespace baton {

struct Listening {
  std::vector<int> descriptors;  // the caller's, to close
  std::string error;  // empty, or why nothing was opened: "Could not create server TCP listening socket ..."
};

// With port 0 nothing is opened and that is no error.
[[nodiscard]] Listening listen_everywhere(Sockets& sockets, std::span<const std::string> bind,
                                          std::uint16_t port, int backlog);

}  // namespace baton
