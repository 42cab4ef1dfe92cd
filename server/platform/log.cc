// The lock, the file and the level that threads share are spdlog's; the rest is the shape of a line.
#include "server/platform/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>

#include <chrono>

namespace baton {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::trace;
    case LogLevel::verbose:
      return spdlog::level::debug;
    case LogLevel::notice:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::nothing:
      break;
  }
  return spdlog::level::off;
}

class Mark final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    out.push_back(message.level == spdlog::level::trace   ? '.'
                  : message.level == spdlog::level::debug ? '-'
                  : message.level == spdlog::level::info  ? '*'
                                                          : '#');
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<Mark>(); }
};

std::unique_ptr<spdlog::formatter> line_format(char role) {
  auto format = std::make_unique<spdlog::pattern_formatter>();
  format->add_flag<Mark>('*').set_pattern(std::string("%P:") + role + " %d %b %Y %H:%M:%S.%e %* %v");
  return format;
}

bool is_plain(char c) { return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t'; }

std::string printable(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_plain(c)) {
      out.push_back(c);
    } else {
      out.append("\\x").push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    }
  }
  return out;
}

}  // namespace

struct Log::Sink {
  explicit Sink(spdlog::sink_ptr sink) : logger("baton", std::move(sink)) {}
  spdlog::logger logger;
};

Log::Log(Clock& clock, const LogOptions& options) : clock_(clock) {
  spdlog::sink_ptr sink;
  if (!options.file.empty()) {
    try {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    } catch (const spdlog::spdlog_ex& failure) {
      error_ = "Can't open the log file: " + std::string(failure.what());
    }
  }
  if (!sink) sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  sink_ = std::make_unique<Sink>(std::move(sink));
  // The system's log has a form of its own for the time and the process.
  if (!options.syslog_ident.empty())
    sink_->logger.sinks().push_back(std::make_shared<spdlog::sinks::syslog_sink_mt>(
        options.syslog_ident, LOG_PID | LOG_NDELAY, options.syslog_facility, false));
  sink_->logger.flush_on(spdlog::level::trace);
  set_level(options.level);
  set_role(options.role);
}

Log::~Log() = default;

bool Log::wants(LogLevel level) const noexcept { return sink_->logger.should_log(level_of(level)); }

void Log::set_level(LogLevel level) noexcept { sink_->logger.set_level(level_of(level)); }

LogLevel Log::level() const noexcept {
  switch (sink_->logger.level()) {
    case spdlog::level::trace:
      return LogLevel::debug;
    case spdlog::level::debug:
      return LogLevel::verbose;
    case spdlog::level::info:
      return LogLevel::notice;
    case spdlog::level::warn:
      return LogLevel::warning;
    default:
      return LogLevel::nothing;
  }
}

void Log::set_role(char role) { sink_->logger.set_formatter(line_format(role)); }

void Log::write(LogLevel level, std::string_view text) noexcept {
  const auto time = std::chrono::system_clock::time_point(std::chrono::microseconds(clock_.wall_us()));
  for (const char c : text) {
    if (is_plain(c)) continue;
    sink_->logger.log(time, spdlog::source_loc{}, level_of(level), spdlog::string_view_t(printable(text)));
    return;
  }
  sink_->logger.log(time, spdlog::source_loc{}, level_of(level),
                    spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace baton
