// DatasetDigest: what a dataset holds, in 160 bits: equal for equal datasets, whatever the order of their
// keys.
//
//   DatasetDigest digest;
//   for each database that has keys: digest.enter(db); for each of its entries: digest.add(entry);
//   digest.hex();                                          // 40 digits; zeros for a dataset without keys
//
// It equals Redis's DEBUG DIGEST of the same keys, so that datasets of two servers can be compared. Of an
// expiry it says only that there is one. How it is composed was found out from Redis's answers and is held by
// tests with them.
#pragma once

#include <string>
#include <string_view>

#include "server/observe/sha1.h"
#include "server/store/entry.h"

namespace baton {

class DatasetDigest {
 public:
  void enter(unsigned db);
  void add(const Entry& entry);
  [[nodiscard]] std::string hex() const;

  // Of a value and whether it expires (DEBUG DIGEST-VALUE); its key does not matter.
  void add_value(const Entry& entry);

 private:
  void add_hash_of(std::string_view bytes);
  void mix(std::string_view bytes);
  void mix(std::uint32_t number);

  Sha1Digest digest_{};
};

}  // namespace baton
