// Entry: one key with its value, in one block of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace baton {

// Value types; the order is the one of the RDB format's families and never changes.
enum class Type : std::uint8_t { string, list, set, zset, hash, stream, module };
enum class Encoding : std::uint8_t { integer, embedded, raw };  // widened when other types come

[[nodiscard]] std::string_view type_name(Type type) noexcept;  // TYPE: "string", "list", ...
[[nodiscard]] std::string_view encoding_name(
    Encoding encoding) noexcept;  // OBJECT ENCODING: "int", "embstr", "raw"

// Room for the decimal form of an int64.
struct IntegerText {
  char text[21];
};

class Entry {
 public:
  static constexpr std::int64_t kNoExpiry = -1;

  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  [[nodiscard]] std::string_view key() const noexcept;
  [[nodiscard]] Type type() const noexcept;
  [[nodiscard]] Encoding encoding() const noexcept;
  [[nodiscard]] std::int64_t expiry_ms() const noexcept;  // absolute Unix milliseconds, or kNoExpiry

  // For strings only.
  // The bytes; an integer is formatted into `scratch`. Valid until the entry changes.
  [[nodiscard]] std::string_view string(IntegerText& scratch) const noexcept;
  [[nodiscard]] std::size_t string_size() const noexcept;
  // The value when it is held as an integer.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;

  [[nodiscard]] std::uint32_t idle_seconds(std::int64_t now_ms) const noexcept;
  // LFU counter, logarithmic, as of the last use: Database::frequency() tells what it is now.
  [[nodiscard]] std::uint8_t frequency() const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;  // allocated, value outside the block included

 protected:
  Entry() = default;  // made by the store alone
};

}  // namespace baton
