// Versions that the server tells: its own, and the one of Redis whose protocol, commands and fields it
// follows (clients look at that one to decide what they may use).
#pragma once

#include <string_view>

namespace baton {

inline constexpr std::string_view kVersion = "0.1.0";
inline constexpr std::string_view kCompatibleVersion = "8.0.0";

}  // namespace baton
