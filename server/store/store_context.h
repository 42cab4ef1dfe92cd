// StoreContext: what all databases of one keyspace share: time, hashing, options, counters.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/store/access_clock.h"
#include "server/store/key.h"
#include "server/store/lazy_free.h"

namespace baton {

// What is freed a slice at a time instead of at once (lazyfree-lazy-*).
struct LazyPolicy {
  bool expire = false;      // keys whose time has come
  bool server_del = false;  // values that a write replaces
  bool user_del = false;    // DEL and its like
  bool user_flush = false;  // FLUSHDB and FLUSHALL without ASYNC or SYNC
};

struct KeyspaceOptions {
  unsigned databases = 16;
  std::uint64_t seed = 0;  // for the key hasher and sampling
  unsigned lfu_log_factor = 10;
  unsigned lfu_decay_minutes = 1;
  bool track_frequency = false;  // LFU fields instead of LRU (maxmemory-policy *lfu)
  LazyPolicy lazy = {};
};

struct KeyspaceStats {
  std::uint64_t hits = 0, misses = 0;
  std::uint64_t expired = 0;  // lazily and actively
  std::uint64_t expired_active = 0;
};

// Who wants to know of the keys that the store removes by itself, because their time has come.
class ExpiryObserver {
 public:
  // The key is on its way out; the observer must not use the store.
  virtual void expired(std::string_view key) = 0;

 protected:
  ~ExpiryObserver() = default;
};

struct StoreContext {
  explicit StoreContext(const KeyspaceOptions& options_)
      : hasher(options_.seed), options(options_), lazy_free(&bytes), random_state(options_.seed | 1) {}

  KeyHasher hasher;
  KeyspaceOptions options;
  KeyspaceStats stats;
  std::size_t bytes = 0;  // of all shards, and of what waits to be freed
  LazyFree lazy_free;
  std::int64_t now_ms = 0;    // Unix time
  bool touch_enabled = true;  // CLIENT NO-TOUCH: for the length of its commands
  ExpiryObserver* expiry_observer = nullptr;
  std::uint64_t random_state;

  // xorshift64*: samples, not secrets.
  std::uint64_t random() noexcept {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1dull;
  }
  [[nodiscard]] std::uint32_t new_access() const noexcept {
    return options.track_frequency
               ? AccessClock::frequency(AccessClock::minutes(now_ms), AccessClock::kNewCounter)
               : AccessClock::seconds(now_ms);
  }
};

}  // namespace baton
