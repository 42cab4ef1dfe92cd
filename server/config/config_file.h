// ConfigFile: reads configuration text and the command line into a Config.
//
// Lines are read in order and the last one wins: file, then standard input, then options. A line is blank, a
// comment
// (#), `include pattern`, or a directive with its words. Nothing is ignored: what is unknown or malformed is
// an error that names source and line.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/config/config.h"
#include "server/platform/files.h"

namespace baton {

struct ConfigError {
  std::string source;    // path of the file, "standard input" or "command line"
  std::size_t line = 0;  // from 1; 0 when the source could not be read at all
  std::string text;      // the line as it is written
  std::string reason;

  // The lines that the server prints before it refuses to start.
  [[nodiscard]] std::string report() const;
};

// What `include` names: reads what matches and returns the error of the first text that does not parse, or
// one of line 0 when a file cannot be read.
using Include = std::function<std::optional<ConfigError>(const std::string& pattern, Config&)>;

// On an error `config` may hold part of the text.
[[nodiscard]] std::optional<ConfigError> parse_config(std::string_view text, const std::string& source,
                                                      const Include& include, Config& config);

inline constexpr int kIncludeDepthMax = 16;
inline constexpr std::size_t kConfigBytesMax = 16u << 20;
// Reads through `files`, to a depth of kIncludeDepthMax; `files` outlives what is returned.
[[nodiscard]] Include include_from(Files& files);

// `baton-server [config-file] [-] [--directive value ...] [-]`
struct CommandLine {
  enum class Ask : unsigned char { run, version, help };
  Ask ask = Ask::run;
  std::string file;  // empty: none was given
  bool standard_input = false;
  std::string options;  // as lines of configuration
};
// The arguments after the program's name.
[[nodiscard]] CommandLine parse_command_line(std::span<const std::string> arguments);

// `path` as seen from `directory`, for whoever changes directory later.
[[nodiscard]] std::string absolute_path(const std::string& directory, const std::string& path);

// Defaults, then what the command line says.
[[nodiscard]] std::optional<ConfigError> load_config(Files& files, const CommandLine& line, Config& config);

}  // namespace baton
