// Before server/observe/compiler.h in the simulation: INFO's answer is the same on every compiler.
#pragma once

namespace baton {

inline constexpr const char* kCompiler = "simulated";

}  // namespace baton
