// baton-server [config-file] [-] [--directive value ...]
#include <fmt/core.h>
#include <syslog.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "server/config/config_file.h"
#include "server/config/number_words.h"
#include "server/config/settings.h"
#include "server/exec/version.h"
#include "server/main/live_config.h"
#include "server/main/pid_file.h"
#include "server/main/server.h"
#include "server/net/epoll_reactor.h"
#include "server/platform/log.h"
#include "server/platform/real_platform.h"

namespace baton {

namespace {

constexpr int kCannotStart = 1;

constexpr std::string_view kHelp = R"(Usage: baton-server [config-file] [-] [--directive value ...]
       baton-server -v | --version
       baton-server -h | --help

Serves the Redis protocol from memory. Directives are read from the file, then from standard input when '-' is
given, then from the command line; the last value wins.

Examples:
       baton-server                            defaults, port 6379
       baton-server /etc/baton/baton.conf
       baton-server --port 7777 --io-threads 4
       baton-server baton.conf --loglevel verbose
)";

int refuse_to_start(std::string_view why) {
  fmt::print(stderr, "{}\n", why);
  return kCannotStart;
}

// The system may allow fewer descriptors than maxclients needs: then fewer clients are served, and the log
// says so.
void settle_maxclients(Platform& platform, Log& log, Config& config) {
  const auto wanted = static_cast<std::uint64_t>(config.clients.maxclients) + kReservedDescriptors;
  const std::uint64_t got = platform.process.raise_open_files(wanted);
  if (got >= wanted) return;
  config.clients.maxclients =
      static_cast<std::int64_t>(got > kReservedDescriptors ? got - kReservedDescriptors : 1);
  log.warning("The system allows {} open files: maxclients is reduced to {}", got, config.clients.maxclients);
}

// The kernel cuts what is asked for without a word.
void warn_of_backlog(Platform& platform, Log& log, const Config& config) {
  std::string text;
  if (platform.files.load("/proc/sys/net/core/somaxconn", text, 64) < 0) return;
  const auto most = parse_integer(text.substr(0, text.find('\n')));
  if (most && *most < config.network.tcp_backlog)
    log.warning("tcp-backlog {} cannot be had: net.core.somaxconn is {}", config.network.tcp_backlog, *most);
}

LogOptions log_options(const LogConfig& config) {
  static constexpr int kFacilities[] = {LOG_USER,   LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3,
                                        LOG_LOCAL4, LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7};
  return {.level = config.loglevel,
          .file = config.logfile,
          .syslog_ident = config.syslog_enabled ? config.syslog_ident : std::string(),
          .syslog_facility = kFacilities[static_cast<std::size_t>(config.syslog_facility)]};
}

// What a service manager is told; it is not told anything when none was asked for or none is there.
void tell_manager(Platform& platform, Log& log, const Config& config, const char* state) {
  if (config.process.supervised == Supervised::no) return;
  const int result = platform.process.notify_manager(state);
  if (result == 0 || (result == -ENOENT && config.process.supervised == Supervised::automatic)) return;
  log.warning("The service manager cannot be told {}: {}", state,
              result == -ENOENT ? "NOTIFY_SOCKET is not set" : std::strerror(-result));
}

int run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);

  const CommandLine line = parse_command_line(arguments);
  if (line.ask == CommandLine::Ask::version) {
    fmt::print("Baton server v={} (Redis protocol {})\n", kVersion, kCompatibleVersion);
    return 0;
  }
  if (line.ask == CommandLine::Ask::help) {
    fmt::print("{}", kHelp);
    return 0;
  }
  RealPlatform real;
  real.own_arguments(argc, argv);
  Platform& platform = real.platform();
  Config config;
  if (const auto error = load_config(platform.files, line, config)) return refuse_to_start(error->report());
  const int small_pages = config.process.disable_thp ? platform.process.disable_huge_pages() : 0;
  const std::string started_in = platform.process.current_directory();
  std::string file = line.file;
  if (!file.empty() && file.front() != '/') file = started_in + "/" + file;
  if (const int result = platform.process.change_directory(config.process.dir); result < 0)
    return refuse_to_start(
        fmt::format("Can't chdir to '{}': {}", config.process.dir, std::strerror(-result)));
  config.process.dir = platform.process.current_directory();
  if (!config.process.pidfile.empty() && config.process.pidfile.front() != '/')
    config.process.pidfile = started_in + "/" + config.process.pidfile;
  const bool supervised =
      config.process.supervised == Supervised::systemd ||
      (config.process.supervised == Supervised::automatic && platform.process.has_manager());
  if (config.process.daemonize && !supervised) {
    if (const int result = platform.process.daemonize(); result < 0)
      return refuse_to_start(fmt::format("Can't go to the background: {}", std::strerror(-result)));
  }
  Log log(platform.clock, log_options(config.log));
  if (!log.error().empty()) return refuse_to_start(log.error());
  if (small_pages < 0) log.warning("Huge pages cannot be disabled: {}", std::strerror(-small_pages));
  settle_maxclients(platform, log, config);
  warn_of_backlog(platform, log, config);

  int result = 0;
  std::unique_ptr<Poller> poller = platform.pollers.open(result);
  if (!poller) return refuse_to_start(fmt::format("Can't open a poller: {}", std::strerror(-result)));
  platform.threads.name_current("main");
  Settings settings(std::move(config), file);
  Server server(platform, log, settings, std::make_unique<EpollReactor>(platform.sockets, std::move(poller)));
  log.notice("Baton {} is starting, pid={}, io-threads {}", kVersion, platform.process.pid(),
             settings.values().threads.io_threads);
  if (file.empty()) log.notice("No config file specified, using the defaults and the command line");
  if (const std::string error = server.start(); !error.empty()) {
    log.warning("Failed to start: {}", error);
    return refuse_to_start(error);
  }
  const std::string& pidfile = settings.values().process.pidfile;
  PidFile pid_file(platform.files,
                   pidfile.empty() && settings.values().process.daemonize ? "/var/run/baton.pid" : pidfile);
  if (const int written = pid_file.write(platform.process.pid()); written < 0)
    log.warning("Failed to write PID file {}: {}", pid_file.path(), std::strerror(-written));
  log.notice("Ready to accept connections on port {}", settings.values().network.port);
  tell_manager(platform, log, settings.values(), "READY=1");
  const int status = server.run();
  log.warning("Baton is now ready to exit, bye bye...");
  return status;
}

}  // namespace

}  // namespace baton

int main(int argc, char** argv) { return baton::run(argc, argv); }
