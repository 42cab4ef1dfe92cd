// The configuration file: any text is accepted or refused with a reason; accepted text survives CONFIG
// REWRITE.
//
// Properties
//   parsing never crashes, and an error names a line that exists and gives a reason
//   rewriting accepted text for the values that it gives changes none of its lines
//   what is rewritten for other values, or from nothing, parses to exactly those values
//   CONFIG GET's text of a value is a value that the directive takes
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "queues/check.h"
#include "server/config/config_file.h"
#include "server/config/config_rewrite.h"
#include "server/config/directive.h"
#include "server/config/words.h"

namespace baton {
namespace {

// There are no files here: every include is one that cannot be opened.
std::optional<ConfigError> no_files(const std::string& pattern, Config&) {
  return ConfigError{pattern, 0, {}, "can't open '" + pattern + "'"};
}

void check_gives(std::string_view text, const Config& config) {
  Config parsed;
  check(!parse_config(text, "rewritten", no_files, parsed), "rewritten text is a configuration");
  check(parsed == config, "rewritten text gives the values it was written for");
}

void check_rewrite(std::string_view old_text, const Config& config) {
  const Rewritten once = rewrite_config(old_text, "fuzz", no_files, config);
  check(!once.error, "a configuration can be rewritten");
  check_gives(once.text, config);
  const Rewritten twice = rewrite_config(once.text, "fuzz", no_files, config);
  check(twice.text == once.text, "rewriting again changes nothing");
}

void check_shown(const Config& config) {
  for (const Directive& d : directives()) {
    if (d.is(kHidden)) continue;
    Config copy = config;
    const std::string shown = d.show(d, config);
    const auto words = d.is(kManyWords) ? split_value(shown) : std::vector<std::string>{shown};
    check(d.assign(d, copy, words).empty(), "a shown value is taken");
    check(copy == config, "a shown value changes nothing");
  }
}

void run(std::string_view text) {
  Config config;
  if (const auto error = parse_config(text, "fuzz", no_files, config)) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    check(error->line >= 1 && error->line <= lines, "an error names a line of the text");
    check(!error->reason.empty() && !error->text.empty(), "an error has a reason and shows the line");
    check(!error->report().empty(), "an error can be reported");
    return;
  }
  std::string same(text);
  if (!same.empty() && same.back() != '\n') same.push_back('\n');
  const Rewritten rewritten = rewrite_config(text, "fuzz", no_files, config);
  check(!rewritten.error && rewritten.text == same, "values that the file gives leave it as it is");
  check_rewrite({}, config);
  check_rewrite(text, Config());
  Config other = config;
  other.clients.requirepass.append("\"\n\\x00'").push_back('\0');
  other.network.port = config.network.port == 1 ? 2 : 1;
  check_rewrite(text, other);
  check_shown(config);
}

}  // namespace
}  // namespace baton

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  baton::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
