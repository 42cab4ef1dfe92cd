// CONFIG REWRITE as a function of text: the old file and the values give the new file.
//
// A directive whose value the old file gives already keeps its lines as they are, as do comments, blank lines
// and `include`. A changed one gets its new value where its lines were; a directive without a line of its own
// is appended, after a comment that says so. Directives at their defaults without a line stay without one.
// The result, parsed, gives `config`: where an included file would override a line, the value is appended
// once more.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/config/config.h"
#include "server/config/config_file.h"

namespace baton {

struct Rewritten {
  std::string text;
  std::optional<ConfigError> error;  // why `old_text` cannot be rewritten: it is not a configuration
};

[[nodiscard]] Rewritten rewrite_config(std::string_view old_text, const std::string& source,
                                       const Include& include, const Config& config);

}  // namespace baton
