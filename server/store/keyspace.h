// Keyspace: all databases, their clock and their totals.
//
// The only door is a lease. In this version the executor takes the lease of all shards once, at start, and
// keeps it; a lease of single shards, for commands executed on I/O threads, has the same shape.
#pragma once

#include <cstdint>
#include <memory>

#include "server/store/database.h"

namespace baton {

struct KeyspaceOptions {
  unsigned databases = 16;
  std::uint64_t seed = 0;       // for the key hasher and sampling
  unsigned lfu_log_factor = 10;
  unsigned lfu_decay_minutes = 1;
  bool track_frequency = false;  // LFU fields instead of LRU (maxmemory-policy *lfu)
};

struct KeyspaceStats {
  std::uint64_t hits = 0, misses = 0;
  std::uint64_t expired = 0;              // lazily and actively
  std::uint64_t expired_active = 0;
};

class Keyspace;

// Permission to reach every shard. Move-only; traps when a second one is taken.
class AllShards {
 public:
  AllShards(AllShards&&) noexcept;
  AllShards& operator=(AllShards&&) = delete;
  ~AllShards();

  [[nodiscard]] unsigned count() const noexcept;
  [[nodiscard]] Database& database(unsigned index) const noexcept;
  void swap(unsigned a, unsigned b) noexcept;  // SWAPDB

 private:
  friend class Keyspace;
  explicit AllShards(Keyspace& keyspace);
  Keyspace* keyspace_;
};

class Keyspace {
 public:
  explicit Keyspace(const KeyspaceOptions& options);
  ~Keyspace();

  [[nodiscard]] AllShards lease_all();
  [[nodiscard]] const KeyHasher& hasher() const noexcept;

  // Unix milliseconds; everything in the store that asks for the time gets this one.
  void set_now_ms(std::int64_t now_ms) noexcept;
  [[nodiscard]] std::int64_t now_ms() const noexcept;
  // DEBUG SET-ACTIVE-EXPIRE 0 and CLIENT PAUSE: lazily expired keys are absent, but stay.
  void set_options(const KeyspaceOptions& options) noexcept;  // lfu_* and track_frequency may change

  [[nodiscard]] std::size_t bytes() const noexcept;  // exact account of all databases
  [[nodiscard]] const KeyspaceStats& stats() const noexcept;
  void reset_stats() noexcept;

 private:
  friend class AllShards;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace baton
