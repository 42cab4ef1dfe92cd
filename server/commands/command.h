// CommandSpec: what the server knows of a command before it runs it: name, arity, flags, where its keys are.
//
// The table of all commands (command_table.h) is built at start and never changes afterwards, so that every
// I/O thread reads it without coordination. Data commands are functions of the store and the reply writer;
// commands that act on clients or on the server as a whole have a SessionHandler, implemented in exec/.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace baton {

struct DataCall;     // commands/data_call.h
struct SessionCall;  // exec/session_call.h

// What a command changed: a value that it returns, for whoever executes to act on.
struct Effect {
  std::uint32_t dirty = 0;  // changes for the log and replicas; non-zero marks the command's keys as modified
};

using DataHandler = Effect (*)(DataCall&);
using SessionHandler = void (*)(SessionCall&);

enum class Group : std::uint8_t {
  generic,
  string,
  list,
  set,
  sorted_set,
  hash,
  pubsub,
  transactions,
  connection,
  server,
  scripting,
  hyperloglog,
  cluster,
  geo,
  stream,
  bitmap
};

// Bits of CommandSpec::flags; names as COMMAND INFO shows them.
enum CommandFlag : std::uint32_t {
  kWrite = 1u << 0,
  kReadonly = 1u << 1,
  kDenyOom = 1u << 2,
  kAdmin = 1u << 3,
  kPubsub = 1u << 4,
  kNoscript = 1u << 5,
  kBlocking = 1u << 6,
  kLoading = 1u << 7,
  kStale = 1u << 8,
  kSkipMonitor = 1u << 9,
  kSkipSlowlog = 1u << 10,
  kFast = 1u << 11,
  kNoAuth = 1u << 12,
  kMovableKeys = 1u << 13,
  kNoMulti = 1u << 14,
  kAllowBusy = 1u << 15,
  kNoAsyncLoading = 1u << 16,
  kMayReplicate = 1u << 17,
  kNoMandatoryKeys = 1u << 18,
  kProtected = 1u << 19,
  kDangerous = 1u << 20,
  kKeyspace = 1u << 21,
  kAdministration = 1u << 22,  // in @admin, without the flag
  kConnection = 1u << 23,      // in @connection, whatever its group
};

// Keys at first, first+step, ... up to last (negative: counted from the end). first 0: no keys.
struct KeyRange {
  int first = 0;
  int last = 0;
  int step = 0;
};

// Keys that follow an argument which counts them: MSETEX 2 a 1 b 2. at 0: not of that form.
struct KeyCount {
  int at = 0;
  int step = 0;
};

// For commands whose keys depend on their arguments (MSETEX numkeys ...): writes argument indexes of the keys
// into `out` (at most out.size()) and returns how many there are, or -1 when the arguments make no sense.
using KeyFinder = int (*)(std::span<const std::string_view> args, std::span<std::uint32_t> out);

struct CommandSpec {
  std::string_view name;  // lower case; a subcommand's own word
  int arity;  // argument count with the name, negative: at least that many; for a subcommand, the container
              // counts
  std::uint32_t flags;
  KeyRange keys;
  Group group;
  std::string_view since;
  std::string_view summary;  // our own words, one sentence
  DataHandler data = nullptr;
  SessionHandler session = nullptr;
  std::span<const CommandSpec> subcommands = {};
  KeyFinder find_keys = nullptr;
  std::string_view complexity = {};
  // Flags of the key spec as COMMAND INFO shows them: "RW access update". One text for all keys, or one for
  // each key of the range, separated by ';'.
  std::string_view key_access = {};
  std::string_view tips = {};         // COMMAND INFO's tips for clients and proxies, separated by spaces
  std::string_view replaced_by = {};  // of a deprecated command: what to use
  std::string_view deprecated_since = {};
  KeyCount key_count = {};  // with find_keys: the keys follow an argument that counts them
  KeyRange routed_by = {};  // arguments that choose a node in a cluster, and are no keys: shard channels
};

[[nodiscard]] constexpr bool arity_matches(int arity, std::size_t argc) noexcept {
  return arity >= 0 ? argc == static_cast<std::size_t>(arity) : argc >= static_cast<std::size_t>(-arity);
}

}  // namespace baton
