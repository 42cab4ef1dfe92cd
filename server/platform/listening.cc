#include "server/platform/listening.h"

#include <cerrno>
#include <cstring>

namespace baton {
namespace {

bool family_missing(int error) {
  return error == -EAFNOSUPPORT || error == -EPFNOSUPPORT || error == -EPROTONOSUPPORT ||
         error == -ESOCKTNOSUPPORT || error == -ENOPROTOOPT;
}

}  // namespace

Listening listen_everywhere(Sockets& sockets, std::span<const std::string> bind, std::uint16_t port,
                            int backlog) {
  Listening result;
  if (port == 0) return result;
  int last_error = 0;
  for (const std::string& word : bind) {
    const bool optional = word.starts_with('-');
    const int fd = sockets.listen_tcp(optional ? word.substr(1) : word, port, backlog);
    if (fd >= 0) {
      result.descriptors.push_back(fd);
      continue;
    }
    last_error = fd;
    if (family_missing(fd) || (optional && fd == -EADDRNOTAVAIL)) continue;
    result.error = "Could not create server TCP listening socket " + word + ":" + std::to_string(port) +
                   ": " + std::strerror(-fd);
    break;
  }
  if (result.error.empty() && result.descriptors.empty() && !bind.empty())
    result.error =
        "None of the bind addresses is available on this machine: " + std::string(std::strerror(-last_error));
  if (!result.error.empty()) {
    for (const int fd : result.descriptors) sockets.close(fd);
    result.descriptors.clear();
  }
  return result;
}

}  // namespace baton
