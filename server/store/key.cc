#include "server/store/key.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

namespace baton {

static_assert(XXH_SECRET_DEFAULT_SIZE == 192);

KeyHasher::KeyHasher(std::uint64_t seed) { XXH3_generateSecret_fromSeed(secret_, seed); }

std::uint64_t KeyHasher::hash(std::string_view text) const noexcept {
  return XXH3_64bits_withSecret(text.data(), text.size(), secret_, kSecretBytes);
}

}  // namespace baton
