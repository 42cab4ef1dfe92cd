// ExecutionWitness of the simulation: tells whoever listens (model/sim/plan_player.h).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace baton {

class Client;

using ExecutionListener =
    std::function<void(const Client&, std::span<const std::string_view>, std::int64_t now_ms)>;

// Of this process: one server runs at a time. Empty: nobody listens.
inline ExecutionListener& execution_listener() {
  static ExecutionListener listener;
  return listener;
}

inline void witness_execution(const Client& client, std::span<const std::string_view> arguments,
                              std::int64_t now_ms) {
  if (execution_listener()) execution_listener()(client, arguments, now_ms);
}

}  // namespace baton
