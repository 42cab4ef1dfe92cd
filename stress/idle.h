// What idle connections cost: resident memory of the server for each, and the latency of an active one.
#pragma once

#include <cstdint>
#include <string>

namespace baton {

struct IdleOptions {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::uint32_t connections = 0;
  int server_pid = 0;  // 0: no memory is printed
  double hold_seconds = 1;
  std::uint32_t pings = 2000;
};

// Prints the figures; false if the server refused a connection, closed one or gave a wrong reply.
[[nodiscard]] bool run_idle(const IdleOptions& options);

}  // namespace baton
