// Log: lines for the operator, to a file or to stdout. Any thread may write; one line is never mixed with
// another.
//
//   Log log(clock, {.level = LogLevel::notice, .file = ""});
//   log.notice("Ready to accept connections on port {}", port);
//
// A line:  4711:M 21 Nov 2026 07:20:11.042 * Ready to accept connections on port 6379
//          pid:role, local time, a mark for the level (. debug, - verbose, * notice, # warning), the text.
//
// Passed by reference to whoever logs: there is no global one. The level may change while other threads
// write. The file is opened for appending, once: rotate it by copying and truncating. A line that cannot be
// written (disk full) is lost, and the server goes on.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "server/platform/clock.h"

namespace baton {

enum class LogLevel : std::uint8_t { debug, verbose, notice, warning, nothing };

struct LogOptions {
  LogLevel level = LogLevel::notice;
  std::string file;               // empty: stdout
  char role = 'M';                // M the server, C a child of it
  std::string syslog_ident = {};  // empty: not to the system's log
  int syslog_facility = 0;        // <syslog.h>'s
};

class Log {
 public:
  // The options' file is tried at once; error() tells when it cannot be opened, and lines then go to stdout.
  Log(Clock& clock, const LogOptions& options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  [[nodiscard]] bool wants(LogLevel level) const noexcept;
  void set_level(LogLevel level) noexcept;
  [[nodiscard]] LogLevel level() const noexcept;
  // In a forked child, before it writes.
  void set_role(char role);

  // Control bytes but tab are shown as \xHH, so that no text forges a line.
  void write(LogLevel level, std::string_view text) noexcept;

  template <class... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) {
    if (wants(LogLevel::debug)) write(LogLevel::debug, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void verbose(fmt::format_string<Args...> text, Args&&... args) {
    if (wants(LogLevel::verbose)) write(LogLevel::verbose, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void notice(fmt::format_string<Args...> text, Args&&... args) {
    if (wants(LogLevel::notice)) write(LogLevel::notice, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> text, Args&&... args) {
    if (wants(LogLevel::warning)) write(LogLevel::warning, fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  struct Sink;
  Clock& clock_;
  std::unique_ptr<Sink> sink_;
  std::string error_;
};

}  // namespace baton
