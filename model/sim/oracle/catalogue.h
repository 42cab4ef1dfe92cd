// The commands of the server, each with a grammar of requests.
//
// A grammar is a line of words. A word in lower case stands for itself; these stand for something drawn:
//   K key   V value   I integer   F float   S seconds   M milliseconds   s, m the same as points in time
//   C channel   P pattern   U a message never sent before   D database   X a client's id   N name   R offset
//   G digest
// "(a|b c|)" is one of its alternatives, "x*" x one to three times, x a word or alternatives in parentheses.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/sim/oracle/random.h"
#include "model/sim/oracle/reply.h"

namespace baton::sim {

enum class Group : std::uint8_t {
  string,
  number,
  key,
  expiry,
  database,
  connection,
  transaction,
  subscribe,
  publish,
  client,   // of its own connection
  others,   // CLIENT KILL, PAUSE, UNPAUSE: what reaches other clients
  config,   // what changes the server
  observe,  // what only looks at it
  monitor,
  tracking,
  silence,  // CLIENT REPLY
  wrong,    // requests that are errors
  never,    // SHUTDOWN: not drawn as others are, but by a plan
};
inline constexpr unsigned kGroups = static_cast<unsigned>(Group::never) + 1;
constexpr std::uint32_t bit(Group group) noexcept { return 1u << static_cast<unsigned>(group); }

struct CatalogueEntry {
  std::string_view name;  // as the server lists it, "client|id"
  Group group;
  unsigned weight;
  std::string_view grammar;  // of what follows the name
  bool recent = false;       // not in Redis 7.0
};

[[nodiscard]] std::span<const CatalogueEntry> catalogue();

// What is drawn from.
struct Vocabulary {
  unsigned keys = 4;
  unsigned databases = 2;
  unsigned clients = 1;
  std::uint32_t value_bytes_max = 0;  // more than 1000: long values too
  std::int64_t start_ms = 0;          // when the run begins, for points in time
  bool short_times = true;            // keys that expire within the run
  unsigned client = 0;                // who asks, and its next message
  unsigned message = 0;
};

[[nodiscard]] Arguments draw_request(const CatalogueEntry& entry, Vocabulary& words, Random& random);

}  // namespace baton::sim
