#include "server/store/database.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

#include "queues/check.h"
#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::uint64_t kPositionEnd = 1ull << (64 - Shard::kPositionDrop);
constexpr unsigned kPositionShardShift = 64 - Shard::kBits - Shard::kPositionDrop;

// Longer texts than the longest int64 are not looked at.
std::optional<std::int64_t> as_integer(std::string_view value) {
  return value.size() <= 20 ? parse_int64(value) : std::nullopt;
}

char* allocate_raw(MemoryAccount& account, std::size_t bytes) {
  auto* data = static_cast<char*>(std::malloc(std::max<std::size_t>(bytes, 1)));
  if (!data) throw std::bad_alloc();
  account.add(usable_size(data));
  return data;
}

void free_raw(MemoryAccount& account, char* data) {
  account.remove(usable_size(data));
  std::free(data);
}

}  // namespace

Database::Database(StoreContext& context) : context_(&context) {
  for (auto& shard : shards_) shard = std::make_unique<Shard>(context.hasher, &context.bytes);
}

// --- lookup ---

void Database::touch(EntryBlock* entry) noexcept {
  const KeyspaceOptions& options = context_->options;
  const std::uint32_t access =
      options.track_frequency ? AccessClock::used(entry->access(), context_->now_ms, options.lfu_log_factor,
                                                  options.lfu_decay_minutes, context_->random())
                              : AccessClock::seconds(context_->now_ms);
  // A line that need not be written stays clean in the cache.
  if (access != entry->access()) entry->set_access(access);
}

Entry* Database::find(const Key& key, Touch touch_it) {
  Shard& in = shard(key.hash);
  EntryBlock* const entry = in.find(key);
  if (!entry) return nullptr;
  if (is_due(entry)) [[unlikely]] {
    remove_expired(in, key.hash, entry);
    return nullptr;
  }
  if (touch_it == Touch::yes && context_->touch_enabled) touch(entry);
  return entry;
}

Entry* Database::find_for_read(const Key& key, Touch touch_it) {
  Entry* const entry = find(key, touch_it);
  ++(entry ? context_->stats.hits : context_->stats.misses);
  return entry;
}

// --- strings ---

// A block of `shape` under the key, in place of what was there. The caller fills in the value.
EntryBlock* Database::assign(const Key& key, EntryShape shape, KeepExpiry keep) {
  Shard& in = shard(key.hash);
  EntryBlock* old = in.find(key);
  if (old && is_due(old)) {
    remove_expired(in, key.hash, old);
    old = nullptr;
  }
  shape.key_bytes = key.text.size();
  shape.wide = shape.key_bytes > EntryBlock::kNarrowKeyMax;
  shape.expires = old && keep == KeepExpiry::yes && old->expires();
  if (!old) {
    EntryBlock* const entry = EntryBlock::create(in.account(), shape, key.text, context_->new_access());
    in.insert(key.hash, entry);
    return entry;
  }
  if (old->stored_encoding() == Encoding::raw) {
    if (context_->options.lazy.server_del)
      context_->lazy_free.take_value(in.account(), old->raw());
    else
      free_raw(in.account(), old->raw().data);
  }
  if (!shape.expires && old->expires()) in.expiries().remove(in.account(), old);
  const EntryShape was = old->shape();
  if (was.type == shape.type && was.encoding == shape.encoding && was.expires == shape.expires &&
      was.value_bytes == shape.value_bytes) {
    touch(old);
    return old;
  }
  EntryBlock* const entry = EntryBlock::create(in.account(), shape, key.text, old->access());
  touch(entry);
  if (shape.expires) {
    entry->set_expiry(old->expiry());
    entry->set_expiry_slot(old->expiry_slot());
    in.expiries().moved(entry);
  }
  in.replace(key.hash, old, entry);
  EntryBlock::drop_block(in.account(), old);
  return entry;
}

Entry* Database::assign_string(const Key& key, std::string_view value, KeepExpiry keep) {
  if (const auto integer = as_integer(value)) return assign_integer(key, *integer, keep);
  if (value.size() <= EntryBlock::kEmbeddedMax) {
    EntryBlock* const entry =
        assign(key, {.encoding = Encoding::embedded, .value_bytes = value.size()}, keep);
    if (!value.empty()) std::memcpy(entry->embedded_data(), value.data(), value.size());
    return entry;
  }
  EntryBlock* const entry = assign(key, {.encoding = Encoding::raw}, keep);
  char* const data = allocate_raw(shard(key.hash).account(), value.size());
  std::memcpy(data, value.data(), value.size());
  entry->set_raw({data, value.size(), value.size()});
  return entry;
}

Entry* Database::assign_blob(const Key& key, Blob&& value, KeepExpiry keep) {
  if (value.size() <= EntryBlock::kEmbeddedMax) return assign_string(key, value.view(), keep);
  EntryBlock* const entry = assign(key, {.encoding = Encoding::raw}, keep);
  const std::size_t size = value.size();
  const std::size_t capacity = value.capacity();
  char* const data = value.release();
  shard(key.hash).account().add(usable_size(data));
  entry->set_raw({data, size, capacity});
  return entry;
}

Entry* Database::assign_integer(const Key& key, std::int64_t value, KeepExpiry keep) {
  EntryBlock* const entry = assign(key, {.encoding = Encoding::integer}, keep);
  entry->set_integer(value);
  return entry;
}

// The entry in a block of another shape; its value is the caller's to fill in, its old one is not freed.
EntryBlock* Database::reshape(Shard& in, std::uint64_t hash, EntryBlock* old, const EntryShape& shape) {
  EntryBlock* const entry = EntryBlock::create(in.account(), shape, old->key_text(), old->access());
  if (shape.expires && old->expires()) {
    entry->set_expiry(old->expiry());
    entry->set_expiry_slot(old->expiry_slot());
    in.expiries().moved(entry);
  }
  in.replace(hash, old, entry);
  return entry;
}

std::span<char> Database::resize_string(Entry*& entry, std::size_t size) {
  const std::uint64_t hash = hash_of(entry);
  Shard& in = shard(hash);
  EntryBlock* block = EntryBlock::of(entry);
  if (block->stored_encoding() != Encoding::raw) {
    IntegerText scratch;
    const std::string_view value = block->string(scratch);
    char* const data = allocate_raw(in.account(), size);
    std::memcpy(data, value.data(), std::min(size, value.size()));
    if (size > value.size()) std::memset(data + value.size(), 0, size - value.size());
    EntryShape shape = block->shape();
    shape.encoding = Encoding::raw;
    shape.value_bytes = 0;
    EntryBlock* const moved = reshape(in, hash, block, shape);
    EntryBlock::drop_block(in.account(), block);
    moved->set_raw({data, size, size});
    entry = moved;
    return {data, size};
  }
  RawValue raw = block->raw();
  if (size > raw.capacity) {
    // Doubling keeps a sequence of appends linear; beyond a megabyte it takes a megabyte ahead.
    constexpr std::size_t kAheadMax = 1u << 20;
    const std::size_t capacity = size + std::min(size, kAheadMax);
    const std::size_t before = usable_size(raw.data);
    auto* const data = static_cast<char*>(std::realloc(raw.data, capacity));
    if (!data) throw std::bad_alloc();
    in.account().add(usable_size(data));
    in.account().remove(before);
    raw.data = data;
    raw.capacity = capacity;
  }
  if (size > raw.size) std::memset(raw.data + raw.size, 0, size - raw.size);
  raw.size = size;
  block->set_raw(raw);
  return {raw.data, size};
}

// --- keys ---

void Database::remove(Shard& in, std::uint64_t hash, EntryBlock* entry, Freeing how) {
  in.unlink(hash, entry);
  if (how == Freeing::lazily && entry->stored_encoding() == Encoding::raw) {
    // The block is small: only what it holds outside is worth the wait.
    context_->lazy_free.take_value(in.account(), entry->raw());
    EntryBlock::drop_block(in.account(), entry);
  } else {
    EntryBlock::destroy(in.account(), entry);
  }
  if (in.size() == 0) in.clear();
}

void Database::remove_expired(Shard& in, std::uint64_t hash, EntryBlock* entry) {
  ++context_->stats.expired;
  if (context_->expiry_observer) context_->expiry_observer->expired(entry->key_text());
  remove(in, hash, entry, freeing(context_->options.lazy.expire));
}

bool Database::erase(const Key& key, Freeing how) {
  Entry* const entry = find(key, Touch::no);
  if (!entry) return false;
  remove(shard(key.hash), key.hash, EntryBlock::of(entry), how);
  return true;
}

void Database::erase(Entry* entry, Freeing how) {
  const std::uint64_t hash = hash_of(entry);
  remove(shard(hash), hash, EntryBlock::of(entry), how);
}

// A copy under another key, in another shard; a value outside the block is copied, or taken over.
EntryBlock* Database::duplicate(const EntryBlock* entry, Shard& to, const Key& key, bool take_value) {
  EntryShape shape = entry->shape();
  shape.key_bytes = key.text.size();
  shape.wide = shape.key_bytes > EntryBlock::kNarrowKeyMax;
  EntryBlock* const made = EntryBlock::create(to.account(), shape, key.text, entry->access());
  if (shape.expires) made->set_expiry(entry->expiry());
  switch (shape.encoding) {
    case Encoding::integer:
      made->set_integer(entry->integer_value());
      break;
    case Encoding::embedded:
      std::memcpy(made->embedded_data(), entry->embedded().data(), shape.value_bytes);
      break;
    case Encoding::raw: {
      RawValue raw = entry->raw();
      if (take_value) {
        to.account().add(usable_size(raw.data));
      } else {
        char* const data = allocate_raw(to.account(), raw.size);
        std::memcpy(data, raw.data, raw.size);
        raw = {data, raw.size, raw.size};
      }
      made->set_raw(raw);
      break;
    }
  }
  to.insert(key.hash, made);
  return made;
}

void Database::rename(Entry* entry, const Key& to) {
  EntryBlock* const block = EntryBlock::of(entry);
  if (block->key_text() == to.text) return;
  move_value(block, *this, to);
}

void Database::move_to(Entry* entry, Database& target, const Key& key) {
  if (&target == this && entry->key() == key.text) return;
  move_value(EntryBlock::of(entry), target, key);
}

// The target's key is replaced first: that frees memory and may not meet the source, whose key is another.
void Database::move_value(EntryBlock* block, Database& target, const Key& to) {
  if (EntryBlock* const there = target.shard(to.hash).find(to))
    target.remove(target.shard(to.hash), to.hash, there, freeing(context_->options.lazy.server_del));
  const std::uint64_t hash = hash_of(block);
  Shard& from = shard(hash);
  from.unlink(hash, block);
  target.duplicate(block, target.shard(to.hash), to, true);
  if (block->stored_encoding() == Encoding::raw) from.account().remove(usable_size(block->raw().data));
  EntryBlock::drop_block(from.account(), block);
  if (from.size() == 0) from.clear();
}

Entry* Database::copy_to(Entry* entry, Database& target, const Key& to) {
  EntryBlock* const block = EntryBlock::of(entry);
  Shard& in = target.shard(to.hash);
  EntryBlock* const there = in.find(to);
  if (there == block) return entry;
  if (there) target.remove(in, to.hash, there, freeing(context_->options.lazy.server_del));
  return target.duplicate(block, in, to, false);
}

Entry* Database::set_expiry(Entry* entry, std::int64_t at_ms) {
  const std::uint64_t hash = hash_of(entry);
  Shard& in = shard(hash);
  EntryBlock* const old = EntryBlock::of(entry);
  if (old->expires()) {
    in.expiries().change(old, at_ms);
    return entry;
  }
  EntryShape shape = old->shape();
  shape.expires = true;
  EntryBlock* const made = reshape(in, hash, old, shape);
  move_inline_value(old, made);
  EntryBlock::drop_block(in.account(), old);
  made->set_expiry(at_ms);
  in.expiries().add(in.account(), made);
  return made;
}

Entry* Database::clear_expiry(Entry* entry) {
  const std::uint64_t hash = hash_of(entry);
  Shard& in = shard(hash);
  EntryBlock* const old = EntryBlock::of(entry);
  if (!old->expires()) return entry;
  in.expiries().remove(in.account(), old);
  EntryShape shape = old->shape();
  shape.expires = false;
  EntryBlock* const made = reshape(in, hash, old, shape);
  move_inline_value(old, made);
  EntryBlock::drop_block(in.account(), old);
  return made;
}

void Database::move_inline_value(const EntryBlock* from, EntryBlock* to) noexcept {
  switch (from->stored_encoding()) {
    case Encoding::integer:
      return to->set_integer(from->integer_value());
    case Encoding::embedded:
      std::memcpy(to->embedded_data(), from->embedded().data(), from->embedded().size());
      return;
    case Encoding::raw:
      return to->set_raw(from->raw());
  }
}

void Database::clear(Freeing how) {
  for (auto& shard : shards_) {
    if (shard->size() == 0) continue;
    if (how == Freeing::lazily)
      context_->lazy_free.take(
          std::exchange(shard, std::make_unique<Shard>(context_->hasher, &context_->bytes)));
    else
      shard->clear();
  }
}

// --- the whole ---

TableShape Database::table_shape() const noexcept {
  TableShape shape;
  for (const auto& shard : shards_) shard->add_shape(shape);
  return shape;
}

std::size_t Database::size() const noexcept {
  std::size_t n = 0;
  for (const auto& shard : shards_) n += shard->size();
  return n;
}

std::size_t Database::volatile_size() const noexcept {
  std::size_t n = 0;
  for (const auto& shard : shards_) n += shard->expiries().size();
  return n;
}

std::int64_t Database::average_ttl_ms() const noexcept {
  __int128 sum = 0;
  std::size_t n = 0;
  for (const auto& shard : shards_) {
    sum += shard->expiries().sum_ms();
    n += shard->expiries().size();
  }
  if (n == 0) return 0;
  return std::max<std::int64_t>(0,
                                static_cast<std::int64_t>(sum / static_cast<__int128>(n)) - context_->now_ms);
}

std::size_t Database::bytes() const noexcept {
  std::size_t n = 0;
  for (const auto& shard : shards_) n += shard->bytes();
  return n;
}

// The first entry from a position on that is not due, round the end.
EntryBlock* Database::next_after(std::uint64_t position) {
  for (std::uint64_t passed = 0; passed <= kPositionEnd;) {
    std::array<EntryBlock*, 64> found;
    std::size_t n = 0;
    const std::uint64_t next =
        shards_[position >> kPositionShardShift]->walk(position, [&](EntryBlock* entry) {
          if (!is_due(entry) && n < found.size()) found[n++] = entry;
        });
    if (n != 0) return found[context_->random() % n];
    passed += next - position;
    position = next % kPositionEnd;
  }
  return nullptr;
}

Entry* Database::random_entry() {
  if (size() == 0) return nullptr;
  // A shard by its share of the keys; in a large one any place will do, in a small one the gaps between keys
  // would favour some.
  constexpr std::size_t kFew = 128;
  std::size_t nth = context_->random() % size();
  std::uint64_t shard_begin = 0;
  for (const auto& in : shards_) {
    if (nth < in->size()) {
      if (in->size() <= kFew) {
        if (EntryBlock* const entry = pick_alive(*in, shard_begin, nth)) return entry;
      }
      break;
    }
    nth -= in->size();
    shard_begin += 1ull << kPositionShardShift;
  }
  const std::uint64_t in_shard = context_->random() & ((1ull << kPositionShardShift) - 1);
  return next_after((shard_begin + in_shard) % kPositionEnd);
}

// The nth entry of a shard, counted round among those that are not due.
EntryBlock* Database::pick_alive(const Shard& in, std::uint64_t shard_begin, std::size_t nth) const {
  std::vector<EntryBlock*> alive;
  const std::uint64_t shard_end = shard_begin + (1ull << kPositionShardShift);
  for (std::uint64_t position = shard_begin; position < shard_end;)
    position = in.walk(position, [&](EntryBlock* entry) {
      if (!is_due(entry)) alive.push_back(entry);
    });
  return alive.empty() ? nullptr : alive[nth % alive.size()];
}

std::uint64_t Database::scan_erased(std::uint64_t cursor, std::size_t count, Visit visit, void* state) {
  std::uint64_t position = cursor;
  if (position >= kPositionEnd) return 0;
  std::size_t seen = 0;
  while (position < kPositionEnd && seen < count) {
    position = shards_[position >> kPositionShardShift]->walk(position, [&](EntryBlock* entry) {
      ++seen;
      if (!is_due(entry)) visit(state, entry);
    });
  }
  return position >= kPositionEnd ? 0 : position;
}

std::size_t Database::expire_due(std::size_t limit) {
  std::size_t removed = 0;
  // Goes on where it stopped, so that a limit that is always reached starves no shard.
  for (unsigned i = 0; i < Shard::kCount && removed < limit; ++i) {
    Shard& in = *shards_[next_to_expire_];
    while (removed < limit && in.expiries().size() != 0 && in.expiries().soonest_ms() <= context_->now_ms) {
      EntryBlock* const entry = in.expiries().soonest();
      remove_expired(in, hash_of(entry), entry);
      ++context_->stats.expired_active;
      ++removed;
    }
    if (removed < limit) next_to_expire_ = (next_to_expire_ + 1) % Shard::kCount;
  }
  return removed;
}

}  // namespace baton
