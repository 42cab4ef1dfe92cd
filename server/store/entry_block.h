// EntryBlock: the layout of an Entry, for the store alone.
//
//   header 8 | expiry 16, if any | key size 8, if wide | int64 8 or RawValue 24, if so encoded | key |
//   embedded value
//
//   header: shape (type, encoding, expiry, wide), 24 bits of access time or frequency, two 16-bit sizes
//
// A key of 16 bytes with an embedded value of 32 takes 56 bytes. Sizes that do not fit 16 bits make the entry
// wide (the key) or raw (the value).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "server/store/entry.h"
#include "server/store/memory.h"
#include "server/store/prefetch.h"

namespace baton {

// A string outside the block; freed with std::free.
struct RawValue {
  char* data;
  std::size_t size;
  std::size_t capacity;
};

struct EntryShape {
  Type type = Type::string;
  Encoding encoding = Encoding::embedded;
  bool expires = false;
  bool wide = false;
  std::size_t key_bytes = 0;
  std::size_t value_bytes = 0;  // embedded ones

  [[nodiscard]] std::size_t block_bytes() const noexcept {
    return 8 + (expires ? 16 : 0) + (wide ? 8 : 0) + fixed_bytes() + key_bytes + value_bytes;
  }
  [[nodiscard]] std::size_t fixed_bytes() const noexcept {
    return encoding == Encoding::integer ? 8 : held_outside() ? sizeof(RawValue) : 0;
  }
  // Only strings of some length are; an embedded one that is too long to be called "embstr" says raw and has
  // bytes in the block.
  [[nodiscard]] bool held_outside() const noexcept { return encoding == Encoding::raw; }
};

class EntryBlock final : public Entry {
 public:
  static constexpr std::size_t kNarrowKeyMax = 0xffff;
  static constexpr std::size_t kEmbeddedMax = 128;  // longer values live outside
  static constexpr std::size_t kEmbstrMax = 44;     // what OBJECT ENCODING calls embstr, as Redis does
  static constexpr std::uint32_t kNoSlot = 0xffff'ffff;

  static EntryBlock* create(MemoryAccount& account, const EntryShape& shape, std::string_view key,
                            std::uint32_t access);
  // Frees the block and what it holds outside.
  static void destroy(MemoryAccount& account, EntryBlock* entry) noexcept;
  // Frees the block alone.
  static void drop_block(MemoryAccount& account, EntryBlock* entry) noexcept;

  static EntryBlock* of(Entry* entry) noexcept { return static_cast<EntryBlock*>(entry); }
  static const EntryBlock* of(const Entry* entry) noexcept { return static_cast<const EntryBlock*>(entry); }

  // Both lines that a small block usually lies across.
  void prefetch() const noexcept {
    baton::prefetch(this);
    baton::prefetch(bytes_at(48));
  }

  [[nodiscard]] EntryShape shape() const noexcept;
  [[nodiscard]] Encoding stored_encoding() const noexcept { return static_cast<Encoding>(shape_ >> 3 & 3); }
  [[nodiscard]] bool expires() const noexcept { return (shape_ & kExpires) != 0; }
  [[nodiscard]] std::string_view key_text() const noexcept { return {bytes_at(key_offset()), key_bytes()}; }

  [[nodiscard]] std::uint32_t access() const noexcept {
    return access_[0] | std::uint32_t{access_[1]} << 8 | std::uint32_t{access_[2]} << 16;
  }
  void set_access(std::uint32_t access) noexcept {
    access_[0] = static_cast<std::uint8_t>(access);
    access_[1] = static_cast<std::uint8_t>(access >> 8);
    access_[2] = static_cast<std::uint8_t>(access >> 16);
  }

  // Only of entries that expire.
  [[nodiscard]] std::int64_t expiry() const noexcept { return load<std::int64_t>(8); }
  void set_expiry(std::int64_t at_ms) noexcept { store(8, at_ms); }
  [[nodiscard]] std::uint32_t expiry_slot() const noexcept { return load<std::uint32_t>(16); }
  void set_expiry_slot(std::uint32_t slot) noexcept { store(16, slot); }

  [[nodiscard]] std::int64_t integer_value() const noexcept { return load<std::int64_t>(fixed_offset()); }
  void set_integer(std::int64_t value) noexcept { store(fixed_offset(), value); }
  [[nodiscard]] RawValue raw() const noexcept { return load<RawValue>(fixed_offset()); }
  void set_raw(const RawValue& raw) noexcept { store(fixed_offset(), raw); }
  [[nodiscard]] std::string_view embedded() const noexcept {
    return {bytes_at(value_offset()), value_bytes_};
  }
  [[nodiscard]] char* embedded_data() noexcept { return bytes_at(value_offset()); }

 private:
  static constexpr std::uint8_t kExpires = 1u << 5;
  static constexpr std::uint8_t kWide = 1u << 6;

  EntryBlock() = default;

  [[nodiscard]] bool wide() const noexcept { return (shape_ & kWide) != 0; }
  [[nodiscard]] std::size_t wide_offset() const noexcept { return expires() ? 24 : 8; }
  [[nodiscard]] std::size_t fixed_offset() const noexcept { return wide_offset() + (wide() ? 8 : 0); }
  [[nodiscard]] std::size_t key_offset() const noexcept {
    static constexpr std::uint8_t kFixed[4] = {8, 0, sizeof(RawValue), 0};
    return fixed_offset() + kFixed[shape_ >> 3 & 3];
  }
  [[nodiscard]] std::size_t value_offset() const noexcept { return key_offset() + key_bytes(); }
  [[nodiscard]] std::size_t key_bytes() const noexcept {
    return wide() ? load<std::uint64_t>(wide_offset()) : key_bytes_;
  }
  [[nodiscard]] char* bytes_at(std::size_t offset) const noexcept {
    return const_cast<char*>(reinterpret_cast<const char*>(this)) + offset;
  }
  template <class T>
  [[nodiscard]] T load(std::size_t offset) const noexcept {
    T value;
    std::memcpy(&value, bytes_at(offset), sizeof value);
    return value;
  }
  template <class T>
  void store(std::size_t offset, const T& value) noexcept {
    std::memcpy(bytes_at(offset), &value, sizeof value);
  }

  std::uint8_t shape_ = 0;  // type in 3 bits, encoding in 2, kExpires, kWide
  std::uint8_t access_[3] = {};
  std::uint16_t key_bytes_ = 0;
  std::uint16_t value_bytes_ = 0;
};
static_assert(sizeof(EntryBlock) == 8);
static_assert(static_cast<int>(Encoding::integer) == 0 && static_cast<int>(Encoding::embedded) == 1 &&
              static_cast<int>(Encoding::raw) == 2);

}  // namespace baton
