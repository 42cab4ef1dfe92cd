// Compiler: which one built the server, for INFO.
//
// A header of its own, because a simulation puts another before it (model/sim/shadow/): the same seed is to
// be answered by the same bytes whoever compiled it.
#pragma once

namespace baton {

inline constexpr const char* kCompiler = __VERSION__;

}  // namespace baton
