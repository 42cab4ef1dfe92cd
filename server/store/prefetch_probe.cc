// What prefetch_test.cc looks at: the stages of a lookup, called over many keys as the executor calls them.
#include <cstdint>
#include <span>

#include "server/store/database.h"

namespace baton {

namespace {

template <class Stage>
void each(std::span<const std::uint64_t> hashes, Stage&& stage) {
  for (const std::uint64_t hash : hashes) stage(hash);
}

}  // namespace

extern "C" {

void directory_stage(const Database& db, const std::uint64_t* hashes, std::size_t count) {
  each({hashes, count}, [&](std::uint64_t hash) { db.prefetch_directory(hash); });
}
void bucket_stage(const Database& db, const std::uint64_t* hashes, std::size_t count) {
  each({hashes, count}, [&](std::uint64_t hash) { db.prefetch_bucket(hash); });
}
void entry_stage(const Database& db, const std::uint64_t* hashes, std::size_t count) {
  each({hashes, count}, [&](std::uint64_t hash) { db.prefetch_entry(hash); });
}
void value_stage(const Database& db, const std::uint64_t* hashes, std::size_t count) {
  each({hashes, count}, [&](std::uint64_t hash) { db.prefetch_value(hash); });
}

}  // extern "C"

}  // namespace baton
