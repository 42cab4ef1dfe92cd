// Plan: what the clients of one simulated run do, and the cuts that make it smaller.
//
// A plan is drawn from a seed (workload.h). Dropping a client or any of its operations leaves a valid plan,
// because no operation names another; so a failing plan is made small by cutting, and seed and cuts replay
// it.
//
// Cuts are written as a list: "c2" drops client 2, "0:5-9" the operations 5 to 9 of client 0. Clients and
// operations keep their numbers when others are dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/sim/oracle/reply.h"

namespace baton::sim {

struct Operation {
  enum class Kind : std::uint8_t {
    command,      // args, as an array of bulks
    inline_line,  // args, as a line of words
    malformed,    // `bytes`: answered by one protocol error, then the connection is closed
    half_close,   // no more is sent; what is open is still answered
    reset,        // the connection is torn down
    stall,        // neither sends nor reads for `amount` milliseconds
    slow_read,    // reads at most `amount` bytes a turn from here on; 0: as fast as it can again
    reconnect,    // closes and connects anew
  };
  Kind kind = Kind::command;
  Arguments args;
  std::string bytes;
  std::uint32_t amount = 0;
  std::size_t number = 0;  // in the plan as drawn
  bool dropped = false;

  // Is something sent that is to be answered?
  [[nodiscard]] bool is_request() const noexcept {
    return kind == Kind::command || kind == Kind::inline_line || kind == Kind::malformed;
  }
  // The arguments "@id:<n>" stand for the server's id of the client n, which `id_of` tells.
  using IdOf = std::function<std::uint64_t(unsigned client)>;
  [[nodiscard]] Arguments resolved(const IdOf& id_of) const;
  [[nodiscard]] std::string wire(const IdOf& id_of) const;
};

enum class Role : std::uint8_t {
  plain,
  transactor,
  subscriber,
  publisher,
  operator_,
  monitor,
  tracker,
  silent
};
[[nodiscard]] std::string_view name_of(Role role);

struct ClientPlan {
  Role role = Role::plain;
  unsigned pipeline = 1;  // requests that may be open at once
  std::vector<Operation> operations;
  bool dropped = false;
};

struct Plan {
  std::uint64_t seed = 0;
  std::string options;  // the swarm's, for people
  std::vector<ClientPlan> clients;

  [[nodiscard]] std::size_t size() const;  // operations that are left
  [[nodiscard]] Plan without_client(std::size_t client) const;
  [[nodiscard]] Plan without_operations(std::size_t client, std::size_t first, std::size_t last) const;

  [[nodiscard]] std::string cuts() const;
  // False, and the plan as it was: the text is no list of cuts, or names what the plan does not have.
  bool apply_cuts(std::string_view text);
};

[[nodiscard]] std::string to_text(const Operation& operation);
[[nodiscard]] std::string to_text(const Plan& plan);

// The smallest plan found that still fails, by dropping clients and then halves, quarters ... of operations;
// at most `runs_max` calls of `fails`.
[[nodiscard]] Plan shrink(Plan plan, const std::function<bool(const Plan&)>& fails, std::size_t runs_max);

}  // namespace baton::sim
