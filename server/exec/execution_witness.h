// ExecutionWitness: where somebody can see in which order the executor runs what it was asked.
//
// Nothing here: the call goes away when it is compiled. A simulation puts a header of the same name before
// this one (model/sim/shadow/), and replays the order that it sees in a reference of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace baton {

class Client;

// The executor is about to run this request, or to refuse it; `now_ms` is the time it goes by.
inline void witness_execution(const Client& /*client*/, std::span<const std::string_view> /*arguments*/,
                              std::int64_t /*now_ms*/) noexcept {}

}  // namespace baton
