// Keyspace: all databases, their clock and their totals.
//
// The only door is a lease. In this version the executor takes the lease of all shards once, at start, and
// keeps it; a lease of single shards, for commands executed on I/O threads, has the same shape.
#pragma once

#include <cstdint>
#include <memory>

#include "server/store/database.h"

namespace baton {

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
  [[nodiscard]] const LazyPolicy& lazy() const noexcept;

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
  // Whether lookups leave a trace in LRU and LFU fields (CLIENT NO-TOUCH).
  void set_touch(bool enabled) noexcept;
  // Told of every key that expires, lazily or actively; null: nobody is.
  void set_expiry_observer(ExpiryObserver* observer) noexcept;
  // All but the number of databases and the seed may change.
  void set_options(const KeyspaceOptions& options) noexcept;

  // Exact account of all databases and of what waits to be freed.
  [[nodiscard]] std::size_t bytes() const noexcept;
  // Frees a slice of what waits; false when nothing is left.
  bool free_lazily(const LazyFree::Slice& slice = {}) noexcept;
  [[nodiscard]] bool lazy_idle() const noexcept;            // free_lazily() has nothing to do
  [[nodiscard]] std::size_t lazy_pending() const noexcept;  // keys and values that wait
  [[nodiscard]] std::uint64_t lazy_freed() const noexcept;  // since reset_stats()
  [[nodiscard]] const KeyspaceStats& stats() const noexcept;
  void reset_stats() noexcept;

 private:
  friend class AllShards;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace baton
