// Load: many conversations over real sockets, from one thread, with everything a client may do to a server.
//
// Each connection lives a life drawn from the seed: protocol, pipelining depth, how its bytes are cut,
// whether it stops reading for a while, and how it ends: drained and closed, QUIT, half closed (all replies
// must still come, then the end of the stream), or reset in the middle. When it has ended another takes its
// place, until the time or the number of commands is used up. The seed fixes what each connection asks, byte
// for byte; when the kernel delivers it is the world's affair.
//
// A connection is `mortal` when a storm may kill it: then it may be closed at any moment, and only what it
// heard until then must be right. All others must complete.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stress/fault.h"

namespace baton {

struct LoadOptions {
  std::string host = "127.0.0.1";
  std::string mortal_host;  // where mortal connections connect to, if that differs
  int port = 6379;
  std::uint64_t seed = 1;
  std::uint32_t connections = 50;
  std::uint32_t depth = 32;  // commands in flight, at most about
  double seconds = 5;
  std::uint64_t requests = 0;  // no more than about these; 0: only the time ends it
  std::uint32_t value_bytes_max = 64 * 1024;
  int protocol = 0;  // 2, 3, or 0 for both
  std::uint32_t mortal_percent = 0;
  std::uint32_t subscriber_percent = 6;
  std::uint32_t slow_percent = 10;        // of connections: stop reading now and then
  std::uint32_t cut_percent = 30;         // of connections: send in pieces cut anywhere
  std::uint32_t half_close_percent = 20;  // of lives that end: by shutdown of the sending side
  std::uint32_t reset_percent = 10;       // of lives that end: by a reset with replies outstanding
  std::uint32_t life_commands = 2000;     // commands in a life, at most
  double stall_seconds = 30;
  std::uint32_t faults_max = 10;  // the run stops after so many
  std::function<bool()> server_may_leave = [] {
    return false;
  };  // a shutdown has begun: endings are no fault
};

struct LoadResult {
  std::vector<Fault> faults;
  std::uint64_t connections = 0;
  std::uint64_t commands = 0;
  std::uint64_t replies = 0;
  std::uint64_t messages = 0;
  std::uint64_t killed = 0;
  std::uint64_t half_closed = 0;
  std::uint64_t reset = 0;
  std::uint64_t slowed = 0;
  double seconds = 0;
  // The counter that all connections increment: at the end its value lies between the two.
  std::string counter_key;
  std::uint64_t increments_told = 0;
  std::uint64_t increments_asked = 0;

  [[nodiscard]] std::string summary() const;
};

// Runs to the end. Each fault is also printed to stderr when it is found.
[[nodiscard]] LoadResult run_load(const LoadOptions& options);

}  // namespace baton
