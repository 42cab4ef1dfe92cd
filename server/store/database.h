// Database: one numbered key space (SELECT n), an array of shards.
//
//   Entry* entry = db.find(key);                  // nullptr: absent or expired (then removed)
//   entry = db.assign_string(key, "value");       // creates or overwrites; the expiry goes
//   entry = db.set_expiry(entry, at_ms);          // the block may move: use what is returned
//
// Ownership   A Database is reached only through a lease (keyspace.h). An Entry* is valid until the next call
//             that changes the same database; no command keeps one across commands.
// Time        Expiry is judged against Keyspace::now_ms(), which the executor sets once a batch, so that a
//             transaction sees one instant.
// Cost        find: one bucket line, one entry block. A small key is one allocation.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "server/store/blob.h"
#include "server/store/entry.h"
#include "server/store/key.h"
#include "server/store/shard.h"
#include "server/store/store_context.h"

namespace baton {

enum class Touch : std::uint8_t { yes, no };  // does a lookup count as an access (LRU, LFU)
enum class KeepExpiry : std::uint8_t { no, yes };

class Database {
 public:
  explicit Database(StoreContext& context);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // --- lookup ---
  [[nodiscard]] Entry* find(const Key& key, Touch touch = Touch::yes);
  // Like find, and counts keyspace_hits / keyspace_misses (for read commands).
  [[nodiscard]] Entry* find_for_read(const Key& key, Touch touch = Touch::yes);

  // Four stages, called for a whole batch of keys each, so that the misses of different keys overlap.
  void prefetch_directory(std::uint64_t hash) const noexcept { shard(hash).prefetch_directory(hash); }
  void prefetch_bucket(std::uint64_t hash) const noexcept { shard(hash).prefetch_bucket(hash); }
  void prefetch_entry(std::uint64_t hash) const noexcept {  // follows the tag match
    shard(hash).matches(hash, [](const EntryBlock* entry) { entry->prefetch(); });
  }
  void prefetch_value(std::uint64_t hash) const noexcept {  // for values outside the block
    shard(hash).matches(hash, [](const EntryBlock* entry) {
      if (entry->stored_encoding() == Encoding::raw) baton::prefetch(entry->raw().data);
    });
  }

  // --- strings ---
  // Creates the key or replaces its value whatever its type was. Encoding is chosen: int when `value` is the
  // canonical decimal form of an int64, embedded when small, raw else.
  Entry* assign_string(const Key& key, std::string_view value, KeepExpiry keep = KeepExpiry::no);
  // The same from a block that was received straight from the socket: adopted, not copied.
  Entry* assign_blob(const Key& key, Blob&& value, KeepExpiry keep = KeepExpiry::no);
  Entry* assign_integer(const Key& key, std::int64_t value, KeepExpiry keep = KeepExpiry::yes);
  // Overwrites a value that is held as an integer, without a second lookup; false when it is held otherwise.
  [[nodiscard]] static bool try_set_integer(Entry* entry, std::int64_t value) noexcept {
    EntryBlock* const block = EntryBlock::of(entry);
    if (block->type() != Type::string || block->stored_encoding() != Encoding::integer) return false;
    block->set_integer(value);
    return true;
  }
  // Makes a string value (of any encoding) writable bytes of exactly `size`, old content kept, growth
  // zero-filled, capacity grown geometrically (APPEND, SETRANGE). `entry` is updated when the block moves.
  std::span<char> resize_string(Entry*& entry, std::size_t size);

  // LFU counter, after what it has lost since the last use.
  [[nodiscard]] std::uint8_t frequency(const Entry& entry) const noexcept {
    return AccessClock::decayed(EntryBlock::of(&entry)->access(), context_->now_ms,
                                context_->options.lfu_decay_minutes);
  }

  // --- keys ---
  bool erase(const Key& key, Freeing how = Freeing::now);  // false: absent (or expired)
  void erase(Entry* entry, Freeing how = Freeing::now);
  // Moves the value, with its expiry, to another name; a key of that name is replaced.
  void rename(Entry* entry, const Key& to);
  // Copies value and expiry into `target` (may be this database); a key of that name is replaced.
  Entry* copy_to(Entry* entry, Database& target, const Key& to);
  // Moves key, value and expiry to `target`, where the key must be absent.
  void move_to(Entry* entry, Database& target, const Key& key);
  Entry* set_expiry(Entry* entry, std::int64_t at_ms);  // absolute Unix time in milliseconds
  Entry* clear_expiry(Entry* entry);
  void clear(Freeing how = Freeing::now);  // FLUSHDB

  // --- the whole ---
  [[nodiscard]] std::size_t size() const noexcept;             // keys, expired but not yet removed ones too
  [[nodiscard]] std::size_t volatile_size() const noexcept;    // keys with an expiry
  [[nodiscard]] std::int64_t average_ttl_ms() const noexcept;  // 0 when there are none
  [[nodiscard]] std::size_t bytes() const noexcept;            // exact: table, entries, values, expiry index
  [[nodiscard]] TableShape table_shape() const noexcept;
  [[nodiscard]] Entry* random_entry();  // nullptr when empty; expired ones are skipped

  // Calls f(Entry*) for about `count` entries from `cursor` on and returns the next cursor, 0 at the end.
  // An entry that is present from the first call to the last is seen exactly once, whatever grows meanwhile.
  // f must not change the database. Expired entries are not shown.
  template <class F>
  std::uint64_t scan(std::uint64_t cursor, std::size_t count, F&& f) {
    return scan_erased(
        cursor, count, [](void* state, Entry* e) { (*static_cast<F*>(state))(e); }, &f);
  }
  // Removes up to `limit` keys whose time has come; returns how many.
  std::size_t expire_due(std::size_t limit);

 private:
  using Visit = void (*)(void*, Entry*);
  std::uint64_t scan_erased(std::uint64_t cursor, std::size_t count, Visit visit, void* state);

  [[nodiscard]] const Shard& shard(std::uint64_t hash) const noexcept {
    return *shards_[hash >> (64 - Shard::kBits)];
  }
  [[nodiscard]] Shard& shard(std::uint64_t hash) noexcept { return *shards_[hash >> (64 - Shard::kBits)]; }
  [[nodiscard]] std::uint64_t hash_of(const Entry* entry) const noexcept {
    return context_->hasher.hash(entry->key());
  }
  [[nodiscard]] bool is_due(const EntryBlock* entry) const noexcept {
    return entry->expires() && entry->expiry() <= context_->now_ms;
  }
  EntryBlock* assign(const Key& key, EntryShape shape, KeepExpiry keep);
  EntryBlock* reshape(Shard& shard, std::uint64_t hash, EntryBlock* old, const EntryShape& shape);
  void remove(Shard& shard, std::uint64_t hash, EntryBlock* entry, Freeing how);
  void remove_expired(Shard& shard, std::uint64_t hash, EntryBlock* entry);
  EntryBlock* duplicate(const EntryBlock* entry, Shard& to, const Key& key, bool take_value);
  void move_value(EntryBlock* block, Database& target, const Key& to);
  static void move_inline_value(const EntryBlock* from, EntryBlock* to) noexcept;
  void touch(EntryBlock* entry) noexcept;
  [[nodiscard]] EntryBlock* pick_alive(const Shard& in, std::uint64_t shard_begin, std::size_t nth) const;
  [[nodiscard]] EntryBlock* next_after(std::uint64_t position);

  StoreContext* context_;
  unsigned next_to_expire_ = 0;  // shard
  std::array<std::unique_ptr<Shard>, Shard::kCount> shards_;
};

}  // namespace baton
