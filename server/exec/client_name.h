// What a client may call itself: no spaces, newlines or bytes outside of printable ASCII, so that CLIENT LIST
// stays one line a client.
#pragma once

#include <algorithm>
#include <string_view>

namespace baton {

[[nodiscard]] inline bool is_client_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '!' && c <= '~'; });
}

inline constexpr std::string_view kBadClientName =
    "ERR Client names cannot contain spaces, newlines or special characters.";

}  // namespace baton
