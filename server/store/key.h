// Key: the bytes of a key with their hash, computed once (on the I/O thread that parsed the command).
//
// The hash is XXH3 over a secret drawn at start, so that clients cannot choose colliding keys. Its top bits
// choose the shard and the bucket, its low byte is the tag that the SIMD compare looks at.
#pragma once

#include <cstdint>
#include <string_view>

namespace baton {

struct Key {
  std::string_view text;
  std::uint64_t hash;
};

// Immutable after construction; every thread that parses holds a copy or a const reference.
class KeyHasher {
 public:
  // `seed`: 64 random bits from the platform.
  explicit KeyHasher(std::uint64_t seed);

  [[nodiscard]] std::uint64_t hash(std::string_view text) const noexcept;
  [[nodiscard]] Key key(std::string_view text) const noexcept { return {text, hash(text)}; }

 private:
  static constexpr std::size_t kSecretBytes = 192;
  alignas(64) unsigned char secret_[kSecretBytes];
};

}  // namespace baton
