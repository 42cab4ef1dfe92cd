// Tracking: which client may hold which key in a cache of its own, and what it must be told (CLIENT
// TRACKING).
//
//   tracking.start(client, options);
//   tracking.remember(client, "key");   // it read the key: the next change is told to it, once
//   tracking.changed("key");            // whoever read it is told, and the key forgotten
//   tracking.work();                    // between commands: what is told together, and what takes long
//
// Default mode   A table from keys to the clients that read them. It knows names alone, no databases.
// Broadcast      No table: clients name prefixes, and are told of every key under them that changes; keys are
//                collected until work(), so that a client gets one message a prefix and turn.
// Bounds         max_keys bounds the table: past it the keys that were read first are given up, and told. A
//                client that ends leaves its readings behind, which count for nobody; work() takes both down
//                in slices, so that neither a lowered bound nor a reader of a million keys stops the rest.
// Ownership      The executor's. It owns the Tracker of each client that tracks; Client::tracker names it.
//                A reading is in two hands' lists: that of its key and that of its tracker.
// Cost           While nobody tracks, active() is all that is asked, and the store has no observer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/exec/client.h"
#include "server/exec/client_registry.h"
#include "server/exec/outbound.h"
#include "server/store/keyspace.h"

namespace baton {

// What a client asked for.
struct TrackingOptions {
  bool broadcast = false;
  bool opt_in = false;         // keys are remembered after CLIENT CACHING YES only
  bool opt_out = false;        // ... unless after CLIENT CACHING NO
  bool no_loop = false;        // it is not told of its own changes
  std::uint64_t redirect = 0;  // the client that is told instead; 0: itself
};

struct TrackedKey;
struct Tracker;

// That a client read a key.
struct Reading {
  Tracker* tracker;
  TrackedKey* key;
  Reading* previous;  // of the same key
  Reading* next;
};

// The tracking state of one client.
struct Tracker {
  Client* client;  // null: it has ended, and its readings are being forgotten
  TrackingOptions options;
  bool caching = false;          // CLIENT CACHING was said for the next command
  bool redirect_broken = false;  // the client that was to be told is gone
  std::set<std::string, std::less<>> prefixes;
  std::unordered_map<std::uint64_t, Reading> readings;  // by the key's number
};

// A key that somebody read, in a list in the order of first readings.
struct TrackedKey {
  std::string_view name;
  std::uint64_t number = 0;  // its own; an address would make what is done first differ from run to run
  Reading* readings = nullptr;
  TrackedKey* older = nullptr;
  TrackedKey* newer = nullptr;
};

class Tracking final : public ExpiryObserver {
 public:
  Tracking(Keyspace& keyspace, ClientRegistry& clients, Outbound& outbound);
  Tracking(const Tracking&) = delete;
  Tracking& operator=(const Tracking&) = delete;
  ~Tracking();

  [[nodiscard]] bool active() const noexcept { return !trackers_.empty(); }

  // For a client that tracks already: changes the options, and adds the prefixes. The modes must not change.
  void start(Client& client, const TrackingOptions& options, std::span<const std::string_view> prefixes);
  void end(Client& client);

  // The client read the key; it tracks, in whatever mode.
  void remember(const Client& client, std::string_view key);
  // By the client whose command runs.
  void changed(std::string_view key);
  // All keys are gone, or others.
  void flushed();
  void expired(std::string_view key) override;

  void set_max_keys(std::size_t max_keys) noexcept;  // 0: no bound
  [[nodiscard]] bool has_work() const noexcept { return !due_.empty() || !ended_.empty() || over_bound(); }
  void work();

  // --- for INFO
  [[nodiscard]] std::size_t clients() const noexcept { return trackers_.size(); }
  [[nodiscard]] std::size_t keys() const noexcept { return keys_.size(); }
  [[nodiscard]] std::size_t readings() const noexcept { return readings_; }
  [[nodiscard]] std::size_t prefixes() const noexcept { return prefixes_.size(); }

 private:
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept { return hasher->hash(name); }
    const KeyHasher* hasher;
  };
  struct Prefix {
    std::vector<Tracker*> trackers;
    std::map<std::string, std::uint64_t> changed;  // since the last work(), and the last changer; 0: nobody
  };
  // What they are told, in each protocol.
  struct Message {
    std::string_view resp2, resp3;
  };

  [[nodiscard]] bool over_bound() const noexcept { return max_keys_ != 0 && keys_.size() > max_keys_; }
  void redirect_to(Tracker& tracker, std::uint64_t id);
  void add_prefix(Tracker& tracker, std::string_view name);
  void remove_prefix(Tracker& tracker, std::string_view name);
  void note_for_broadcast(std::string_view key, std::uint64_t changer);
  void broadcast();
  void invalidate(std::string_view key, const Client* changer);
  void invalidate(TrackedKey& key, const Client* changer);
  void give_up_oldest();
  void forget(TrackedKey& key);
  void forget_readings_of_ended();
  void send(std::span<Tracker* const> trackers, const Message& message);

  Keyspace& keyspace_;
  ClientRegistry& clients_;
  Outbound& outbound_;
  std::size_t max_keys_ = 1'000'000;
  std::map<std::uint64_t, std::unique_ptr<Tracker>> trackers_;  // by client id
  std::deque<std::unique_ptr<Tracker>> ended_;                  // with readings left
  std::unordered_map<std::string, TrackedKey, NameHash, std::equal_to<>> keys_;
  TrackedKey* oldest_ = nullptr;
  TrackedKey* newest_ = nullptr;
  std::uint64_t keys_numbered_ = 0;
  std::size_t readings_ = 0;  // of clients that track
  std::map<std::string, Prefix, std::less<>> prefixes_;
  std::map<std::size_t, std::size_t> lengths_;  // of prefixes, and how many have it
  std::map<std::string_view, Prefix*> due_;     // have something to tell
};

}  // namespace baton
