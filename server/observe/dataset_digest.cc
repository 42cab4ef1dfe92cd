#include "server/observe/dataset_digest.h"

#include <fmt/core.h>

#include <cstring>

namespace baton {

namespace {

std::string_view bytes_of(const Sha1Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

// Exclusive or: the order of what is added so does not matter.
void DatasetDigest::add_hash_of(std::string_view bytes) {
  const Sha1Digest hash = sha1(bytes);
  for (std::size_t i = 0; i < hash.size(); ++i) digest_[i] ^= hash[i];
}

void DatasetDigest::mix(std::string_view bytes) {
  add_hash_of(bytes);
  digest_ = sha1(bytes_of(digest_));
}

void DatasetDigest::mix(std::uint32_t number) {
  const std::uint32_t big_endian = __builtin_bswap32(number);
  char bytes[sizeof big_endian];
  std::memcpy(bytes, &big_endian, sizeof bytes);
  mix(std::string_view(bytes, sizeof bytes));
}

void DatasetDigest::enter(unsigned db) { mix(db); }

void DatasetDigest::add(const Entry& entry) {
  DatasetDigest one;
  one.mix(entry.key());
  one.add_value(entry);
  add_hash_of(bytes_of(one.digest_));
}

void DatasetDigest::add_value(const Entry& entry) {
  mix(static_cast<std::uint32_t>(entry.type()));
  IntegerText scratch;
  mix(entry.string(scratch));
  if (entry.expiry_ms() != Entry::kNoExpiry) add_hash_of("!!expire!!");
}

std::string DatasetDigest::hex() const {
  std::string out;
  for (const std::uint8_t byte : digest_) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace baton
