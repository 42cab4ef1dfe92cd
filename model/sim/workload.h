// Workload: the clients of a run, seen by who directs it.
#pragma once

#include <cstdint>
#include <string>

namespace baton::sim {

class Workload {
 public:
  virtual ~Workload() = default;

  // The server is up: connect.
  virtual void begin() = 0;
  // Faults are off: stalled clients read again; no new trouble is made.
  virtual void heal() = 0;
  // Everything was said, and answered or given up for a reason.
  [[nodiscard]] virtual bool done() const = 0;
  // A request without its reply: text, or empty. `asleep`: only one that the server should not sleep over,
  // which it may when it has not accepted the connection, because accepting failed and is tried again by and
  // by.
  [[nodiscard]] virtual std::string waiting(bool asleep) const = 0;
  // After the server's end: what was wrong, or empty.
  [[nodiscard]] virtual std::string verdict() = 0;

  // The same when the server was cut off in the middle: of what was heard until then.
  [[nodiscard]] virtual std::string verdict_of_cut() { return {}; }
  // A SHUTDOWN was executed.
  [[nodiscard]] virtual bool ended_server() const { return false; }
  // Connections that the server refused to serve.
  [[nodiscard]] virtual std::uint64_t turned_away() const { return 0; }

  // How often CONFIG REWRITE was answered OK.
  [[nodiscard]] virtual std::uint64_t rewrites_confirmed() const { return 0; }
  // Of verdict(): keys judged for linearizability, and keys that were too much for it.
  [[nodiscard]] virtual std::uint64_t keys_judged() const { return 0; }
  [[nodiscard]] virtual std::uint64_t keys_in_part() const { return 0; }  // of those, not to their end
  [[nodiscard]] virtual std::uint64_t keys_not_decided() const { return 0; }
  [[nodiscard]] virtual std::uint64_t requests() const = 0;
  [[nodiscard]] virtual std::uint64_t replies() const = 0;
};

}  // namespace baton::sim
