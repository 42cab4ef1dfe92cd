// The INFO text: Redis's sections and fields, and what Baton adds about its hand-off.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/exec/services.h"

namespace baton {

// `names`: sections as the client wrote them; none means the default ones. Unknown names add nothing.
[[nodiscard]] std::string info_text(const Services& services, std::span<const std::string_view> names);

}  // namespace baton
