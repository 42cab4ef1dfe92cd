// IoLimits: what an I/O thread has to know of the configuration; small and trivially copyable, so that it
// travels in a message and each thread keeps its own copy.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "server/config/config.h"

namespace baton {

struct IoLimits {
  std::size_t proto_max_bulk_len = 512ull << 20;
  std::size_t query_buffer_limit = 1ull << 30;
  std::size_t inline_max = 64u << 10;  // bytes of an inline command or of a length line
  std::array<OutputLimit, kClientClasses> output_limits{};
  std::uint32_t timeout_seconds = 0;          // 0: idle clients stay
  std::uint32_t tcp_keepalive_seconds = 300;  // 0: no probes; holds for connections made from now on

  bool operator==(const IoLimits&) const = default;
};
static_assert(std::is_trivially_copyable_v<IoLimits>);

[[nodiscard]] inline IoLimits io_limits_of(const Config& config) {
  IoLimits limits;
  limits.proto_max_bulk_len = config.clients.proto_max_bulk_len;
  limits.query_buffer_limit = config.clients.client_query_buffer_limit;
  limits.output_limits = config.clients.output_limits;
  limits.timeout_seconds = static_cast<std::uint32_t>(config.clients.timeout);
  limits.tcp_keepalive_seconds = static_cast<std::uint32_t>(config.network.tcp_keepalive);
  return limits;
}

}  // namespace baton
