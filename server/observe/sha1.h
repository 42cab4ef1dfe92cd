// SHA-1 (FIPS 180-4). For digests that must equal Redis's; not for security.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace baton {

using Sha1Digest = std::array<std::uint8_t, 20>;

[[nodiscard]] Sha1Digest sha1(std::string_view bytes) noexcept;

}  // namespace baton
