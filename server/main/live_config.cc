#include "server/main/live_config.h"

#include <fmt/core.h>

#include <cstring>

#include "server/config/io_limits.h"
#include "server/config/title_template.h"
#include "server/exec/acceptor.h"
#include "server/exec/executor.h"
#include "server/exec/io_crew.h"
#include "server/exec/tracking.h"
#include "server/observe/recorder.h"
#include "server/platform/log.h"
#include "server/platform/platform.h"

namespace baton {

void LiveConfig::apply_all(const Config& config) {
  apply_execution(config);
  services_.log.set_level(config.log.loglevel);
  services_.crew.set_limits(io_limits_of(config));
}

void LiveConfig::apply_execution(const Config& config) {
  Executor::Options options = services_.executor.options();
  options.prefetch_window = static_cast<unsigned>(config.threads.prefetch_batch_max_size);
  options.memory_max = config.memory.maxmemory;
  options.string_max = config.clients.proto_max_bulk_len;
  services_.executor.set_options(options);
  services_.keyspace.set_options({.databases = services_.shards.count(),
                                  .lfu_log_factor = static_cast<unsigned>(config.memory.lfu_log_factor),
                                  .lfu_decay_minutes = static_cast<unsigned>(config.memory.lfu_decay_time),
                                  .lazy = lazy_policy_of(config.memory)});
  services_.tracking.set_max_keys(static_cast<std::size_t>(config.memory.tracking_table_max_keys));
  recorder_.set_options(config.observe);
  services_.executor.resettle_time_keeping();
}

void LiveConfig::show_title(const Config& config) {
  if (!config.process.set_proc_title) return;
  const NetworkConfig& network = config.network;
  const std::string executable = services_.platform.process.host().executable;
  const std::string host = network.bind.empty() ? "*" : network.bind.front();
  services_.platform.process.set_title(expand_title(
      config.process.proc_title_template,
      {.title = executable.substr(executable.rfind('/') + 1),
       .listen_addr = network.port != 0 ? fmt::format("{}:{}", host, network.port) : network.unixsocket,
       .port = static_cast<int>(network.port),
       .unixsocket = network.unixsocket,
       .config_file = services_.settings.file()}));
}

std::string LiveConfig::apply(std::string_view name, Config& next) {
  Platform& platform = services_.platform;
  if (name == "io-threads") return services_.crew.resize(static_cast<unsigned>(next.threads.io_threads));
  if (name == "bind" || name == "port") {
    std::string error = acceptor_.reopen_tcp(next.network.bind, static_cast<int>(next.network.port));
    if (error.empty()) show_title(next);
    return error;
  }
  if (name == "maxclients") {
    const auto wanted = static_cast<std::uint64_t>(next.clients.maxclients) + kReservedDescriptors;
    const std::uint64_t got = platform.process.raise_open_files(wanted);
    if (got < wanted)
      return fmt::format(
          "The operating system is not able to handle the specified number of clients, try with {}",
          got > kReservedDescriptors ? got - kReservedDescriptors : 0);
    return {};
  }
  if (name == "dir") {
    if (const int result = platform.process.change_directory(next.process.dir); result < 0)
      return std::strerror(-result);
    next.process.dir = platform.process.current_directory();
    return {};
  }
  if (name == "requirepass" && next.clients.requirepass.empty()) {
    // Without a password everybody is the default user again.
    services_.clients.for_each([](Client& client) {
      client.authenticated = true;
      client.settle();
    });
    return {};
  }
  apply_all(next);
  if (name == "proc-title-template") show_title(next);
  return {};
}

}  // namespace baton
