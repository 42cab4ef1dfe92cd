// CONFIG REWRITE as a function of text: the old file and the values give the new file.
//
// Comments, blank lines, `include` lines and their order stay. The first line of a directive gets its present value, further
// lines of it go, as do all lines of a directive that needs none. A directive without a line is appended, after a
// comment that says so, if its value differs from what the file gives without it (the default, or an included file).
// The result, parsed, gives `config`.
#pragma once

#include <string>
#include <string_view>

#include "server/config/config.h"
#include "server/config/config_file.h"

namespace baton {

[[nodiscard]] std::string rewrite_config(std::string_view old_text, const Include& include, const Config& config);

}  // namespace baton
