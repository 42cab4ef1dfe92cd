#include "server/store/entry.h"

#include <algorithm>
#include <charconv>
#include <new>

#include "queues/check.h"
#include "server/store/access_clock.h"
#include "server/store/entry_block.h"

namespace baton {

std::string_view type_name(Type type) noexcept {
  static constexpr std::string_view kNames[] = {"string", "list", "set", "zset", "hash", "stream", "module"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view encoding_name(Encoding encoding) noexcept {
  static constexpr std::string_view kNames[] = {"int", "embstr", "raw"};
  return kNames[static_cast<std::size_t>(encoding)];
}

// --- layout ---

EntryBlock* EntryBlock::create(MemoryAccount& account, const EntryShape& shape, std::string_view key,
                               std::uint32_t access) {
  auto* entry = new (allocate(account, shape.block_bytes())) EntryBlock;
  entry->shape_ = static_cast<std::uint8_t>(static_cast<unsigned>(shape.type) |
                                            static_cast<unsigned>(shape.encoding) << 3 |
                                            (shape.expires ? kExpires : 0u) | (shape.wide ? kWide : 0u));
  entry->set_access(access);
  if (shape.wide)
    entry->store(entry->wide_offset(), std::uint64_t{key.size()});
  else
    entry->key_bytes_ = static_cast<std::uint16_t>(key.size());
  entry->value_bytes_ = static_cast<std::uint16_t>(shape.value_bytes);
  if (!key.empty()) std::memcpy(entry->bytes_at(entry->key_offset()), key.data(), key.size());
  return entry;
}

void EntryBlock::drop_block(MemoryAccount& account, EntryBlock* entry) noexcept {
  deallocate(account, entry, entry->shape().block_bytes());
}

void EntryBlock::destroy(MemoryAccount& account, EntryBlock* entry) noexcept {
  if (entry->stored_encoding() == Encoding::raw) {
    char* const data = entry->raw().data;
    account.remove(usable_size(data));
    std::free(data);
  }
  drop_block(account, entry);
}

EntryShape EntryBlock::shape() const noexcept {
  return {static_cast<Type>(shape_ & 7), stored_encoding(), expires(), wide(), key_bytes(), value_bytes_};
}

// --- what commands see ---

std::string_view Entry::key() const noexcept { return EntryBlock::of(this)->key_text(); }

Type Entry::type() const noexcept { return EntryBlock::of(this)->shape().type; }

Encoding Entry::encoding() const noexcept {
  const EntryBlock& block = *EntryBlock::of(this);
  const Encoding stored = block.stored_encoding();
  if (stored == Encoding::embedded && block.embedded().size() > EntryBlock::kEmbstrMax) return Encoding::raw;
  return stored;
}

std::int64_t Entry::expiry_ms() const noexcept {
  const EntryBlock& block = *EntryBlock::of(this);
  return block.expires() ? block.expiry() : kNoExpiry;
}

std::string_view Entry::string(IntegerText& scratch) const noexcept {
  const EntryBlock& block = *EntryBlock::of(this);
  switch (block.stored_encoding()) {
    case Encoding::embedded:
      return block.embedded();
    case Encoding::raw: {
      const RawValue raw = block.raw();
      return {raw.data, raw.size};
    }
    case Encoding::integer:
      break;
  }
  const auto end = std::to_chars(scratch.text, scratch.text + sizeof scratch.text, block.integer_value()).ptr;
  return {scratch.text, static_cast<std::size_t>(end - scratch.text)};
}

std::size_t Entry::string_size() const noexcept {
  IntegerText scratch;
  return string(scratch).size();
}

std::optional<std::int64_t> Entry::integer() const noexcept {
  const EntryBlock& block = *EntryBlock::of(this);
  if (block.stored_encoding() != Encoding::integer) return std::nullopt;
  return block.integer_value();
}

std::uint32_t Entry::idle_seconds(std::int64_t now_ms) const noexcept {
  return AccessClock::idle_seconds(EntryBlock::of(this)->access(), now_ms);
}

std::uint8_t Entry::frequency() const noexcept {
  return AccessClock::counter(EntryBlock::of(this)->access());
}

std::size_t Entry::bytes() const noexcept {
  const EntryBlock& block = *EntryBlock::of(this);
  std::size_t bytes = allocated_size(const_cast<Entry*>(this), block.shape().block_bytes());
  if (block.stored_encoding() == Encoding::raw) bytes += usable_size(block.raw().data);
  return bytes;
}

}  // namespace baton
