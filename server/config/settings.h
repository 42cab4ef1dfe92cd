// Settings: the configuration while the server runs: CONFIG GET, SET and REWRITE.
//
// Owned by the executor's thread, and used on it only.
// Errors are returned as the text of an error reply, code included ("ERR ..."); empty means done.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/config/config.h"
#include "server/platform/files.h"

namespace baton {

// Makes changed values effective. Implemented by whoever owns what a directive controls.
class ConfigApplier {
 public:
  virtual ~ConfigApplier() = default;
  // Called for each directive whose value changes. `name` is its own name, never an alias; `next` holds all
  // new values and may be adjusted (`dir` becomes absolute). A text says why the value cannot take effect,
  // and that nothing was changed; what was applied before it is then applied again with the old values.
  [[nodiscard]] virtual std::string apply(std::string_view name, Config& next) = 0;
};

class Settings {
 public:
  // `file` is the absolute path of the configuration file, or empty when there is none to rewrite.
  Settings(Config values, std::string file) : values_(std::move(values)), file_(std::move(file)) {}

  [[nodiscard]] const Config& values() const noexcept { return values_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  // For the start only: limits that the system forced, the absolute working directory.
  [[nodiscard]] Config& at_start() noexcept { return values_; }

  using Shown = std::vector<std::pair<std::string_view, std::string>>;
  // Each name or alias once, in the order of the table; letters in either case.
  [[nodiscard]] Shown get(std::span<const std::string_view> patterns) const;

  // All of the pairs or none. values() are the old ones until all were applied.
  using Pair = std::pair<std::string_view, std::string_view>;
  [[nodiscard]] std::string set(std::span<const Pair> pairs, ConfigApplier& applier,
                                bool caller_is_local = false);

  // On an error the file is as it was: also when somebody has made it unreadable as configuration since the
  // start.
  [[nodiscard]] std::string rewrite(Files& files) const;

 private:
  Config values_;
  std::string file_;
};

// The value of this directive does not belong into MONITOR, SLOWLOG or a log.
[[nodiscard]] bool is_sensitive_directive(std::string_view name) noexcept;

}  // namespace baton
