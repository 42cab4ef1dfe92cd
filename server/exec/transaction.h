// Transaction: the commands that a client queued after MULTI, and the keys that it watches.
//
// Queued commands own copies of their arguments: the input that they came in is reused before EXEC.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/store/key.h"

namespace baton {

class Client;
class Database;
struct CommandSpec;

struct QueuedCommand {
  const CommandSpec* spec;
  const CommandSpec* container;
  std::vector<std::string_view> arguments;  // into `text`
  std::vector<std::uint64_t> hashes;
  std::unique_ptr<char[]> text;
};

struct WatchedKey {
  unsigned db;
  std::string key;
  std::uint64_t hash;
  bool absent_at_watch;  // it was not there (or past its time) already: its absence is no change
};

struct Transaction {
  bool open = false;         // MULTI was said
  bool refused = false;      // a command could not be queued: EXEC aborts
  bool invalidated = false;  // a watched key was changed
  std::vector<QueuedCommand> queue;
  std::size_t queued_bytes = 0;
  std::vector<WatchedKey> watched;

  void enqueue(const CommandSpec& spec, const CommandSpec* container, std::span<const std::string_view> args,
               std::span<const std::uint64_t> hashes);
};

// Who watches which key; the executor's.
class WatchIndex {
 public:
  [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }
  // False: it watches that key already.
  bool watch(Client& client, unsigned db, const Key& key, bool absent);
  void unwatch_all(Client& client);

  // A key was changed: everybody who watches it fails at EXEC.
  void touch(unsigned db, std::string_view key);
  void touch(const std::pair<unsigned, std::string>& name) { touch(name.first, name.second); }
  // Appends the watched keys of a database for which `holds(key)`.
  template <class Holds>
  void collect(unsigned db, Holds&& holds, std::vector<std::pair<unsigned, std::string>>& names) const {
    for (const auto& [name, clients] : keys_)
      if (name.first == db && holds(std::string_view(name.second))) names.push_back(name);
  }

 private:
  using Name = std::pair<unsigned, std::string>;
  struct NameHash {
    std::size_t operator()(const Name& name) const noexcept {
      return std::hash<std::string_view>{}(name.second) * 31 + name.first;
    }
  };
  static void invalidate(const std::vector<Client*>& clients);

  std::unordered_map<Name, std::vector<Client*>, NameHash> keys_;
};

}  // namespace baton
