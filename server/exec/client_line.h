// One client as CLIENT LIST and CLIENT INFO show it.
#pragma once

#include <cstdint>
#include <string>

#include "server/exec/client.h"

namespace baton {

// `now_ms` is monotonic. Fields and their order as Redis 8 has them, without a line end.
[[nodiscard]] std::string client_line(const Client& client, std::int64_t now_ms);

}  // namespace baton
