// Config: the values of all directives, with their defaults, in groups by who uses them.
//
// Plain values without behaviour: one instance belongs to Settings (settings.h) on the executor's thread,
// which is the only one to change it. I/O threads get copies of what they need as IoLimits (io_limits.h), by
// message. Names, ranges and texts of the directives are in directive_table.cc; defaults are the ones here,
// and they are Redis's, except that nothing is persisted (`save ""`) in this version.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/platform/log.h"

namespace baton {

struct NetworkConfig {
  std::vector<std::string> bind = {"*", "-::*"};
  std::int64_t port = 6379;
  std::int64_t tcp_backlog = 511;
  std::string unixsocket;
  std::int64_t unixsocketperm = 0;  // 0: as the umask says
  bool protected_mode = true;
  std::string bind_source_addr;  // for outgoing connections, of which there are none
  std::int64_t max_new_connections_per_cycle = 10;
  std::int64_t tcp_keepalive = 300;  // seconds, 0 off

  bool operator==(const NetworkConfig&) const = default;
};

enum class HandOff : std::uint8_t { ring, mutex };

struct ThreadConfig {
  std::int64_t io_threads = 1;
  bool io_threads_do_reads = true;  // accepted: I/O threads always read
  HandOff handoff = HandOff::ring;
  std::int64_t prefetch_batch_max_size = 16;

  bool operator==(const ThreadConfig&) const = default;
};

// The directive table knows the names of the other policies, so that they can be refused by name.
enum class MaxmemoryPolicy : std::uint8_t { noeviction };

struct MemoryConfig {
  std::uint64_t maxmemory = 0;  // bytes, 0 no limit
  MaxmemoryPolicy maxmemory_policy = MaxmemoryPolicy::noeviction;
  std::int64_t maxmemory_samples = 5;
  std::int64_t lfu_log_factor = 10;
  std::int64_t lfu_decay_time = 1;  // minutes
  std::int64_t active_expire_effort = 1;
  bool activerehashing = true;
  bool lazyfree_lazy_eviction = false;
  bool lazyfree_lazy_expire = false;
  bool lazyfree_lazy_server_del = false;
  bool lazyfree_lazy_user_del = false;
  bool lazyfree_lazy_user_flush = false;
  std::int64_t tracking_table_max_keys = 1'000'000;  // 0 no limit

  bool operator==(const MemoryConfig&) const = default;
};

// Index of ClientConfig::output_limits; names as `client-output-buffer-limit` has them.
enum class ClientClass : std::uint8_t { normal, replica, pubsub };
inline constexpr std::size_t kClientClasses = 3;

struct OutputLimit {
  std::uint64_t hard_bytes = 0;   // 0 no limit
  std::uint64_t soft_bytes = 0;   // 0 no limit
  std::int64_t soft_seconds = 0;  // how long soft_bytes may be passed

  bool operator==(const OutputLimit&) const = default;
};

struct ClientConfig {
  std::string requirepass;  // empty: nobody has to authenticate
  std::int64_t maxclients = 10000;
  std::int64_t timeout = 0;  // seconds of idleness, 0 no limit
  std::uint64_t proto_max_bulk_len = 512ull << 20;
  std::uint64_t client_query_buffer_limit = 1ull << 30;
  std::array<OutputLimit, kClientClasses> output_limits = {
      {{0, 0, 0}, {256ull << 20, 64ull << 20, 60}, {32ull << 20, 8ull << 20, 60}}};

  [[nodiscard]] const OutputLimit& output_limit(ClientClass which) const {
    return output_limits[static_cast<std::size_t>(which)];
  }
  bool operator==(const ClientConfig&) const = default;
};

enum class SyslogFacility : std::uint8_t {
  user,
  local0,
  local1,
  local2,
  local3,
  local4,
  local5,
  local6,
  local7
};

struct LogConfig {
  LogLevel loglevel = LogLevel::notice;
  std::string logfile;  // empty: stdout
  bool syslog_enabled = false;
  std::string syslog_ident = "baton";
  SyslogFacility syslog_facility = SyslogFacility::local0;
  bool always_show_logo = false;

  bool operator==(const LogConfig&) const = default;
};

struct ObserveConfig {
  std::int64_t slowlog_log_slower_than = 10000;  // microseconds; 0 every command, negative none
  std::int64_t slowlog_max_len = 128;
  std::int64_t latency_monitor_threshold = 0;  // milliseconds, 0 off
  bool latency_tracking = true;
  std::vector<double> latency_tracking_info_percentiles = {50, 99, 99.9};

  bool operator==(const ObserveConfig&) const = default;
};

// Who may use a command that is dangerous in production; `local`: who is connected from this machine.
enum class Permission : std::uint8_t { no, local, yes };

[[nodiscard]] constexpr bool permits(Permission permission, bool caller_is_local) noexcept {
  return permission == Permission::yes || (permission == Permission::local && caller_is_local);
}

// A command's other name in this server; empty: it is not there.
struct Rename {
  std::string command;  // lower case
  std::string name;
  std::string where = {};  // file and line that ask for it

  bool operator==(const Rename& other) const { return command == other.command && name == other.name; }
};

// Who started the process and wants to be told that it is ready; `automatic`: systemd if it waits for that.
enum class Supervised : std::uint8_t { no, systemd, automatic };

struct ProcessConfig {
  bool daemonize = false;
  Supervised supervised = Supervised::no;
  std::string pidfile;
  std::string dir = "./";  // the start makes it absolute
  bool disable_thp = false;
  bool set_proc_title = true;
  std::string proc_title_template = "{title} {listen-addr} {server-mode}";
  std::vector<Rename> renames;  // rename-command
  std::int64_t databases = 16;
  std::int64_t hz = 10;
  bool dynamic_hz = true;
  std::int64_t busy_reply_threshold = 5000;  // milliseconds
  std::int64_t shutdown_timeout = 10;        // seconds
  Permission enable_debug_command = Permission::no;
  Permission enable_protected_configs = Permission::no;

  bool operator==(const ProcessConfig&) const = default;
};

// When the types to come change their encoding: kept and shown, so that files say it already.
struct TypeConfig {
  std::int64_t hash_max_listpack_entries = 512;
  std::uint64_t hash_max_listpack_value = 64;
  std::int64_t list_max_listpack_size = -2;
  std::int64_t list_compress_depth = 0;
  std::int64_t set_max_intset_entries = 512;
  std::int64_t set_max_listpack_entries = 128;
  std::uint64_t set_max_listpack_value = 64;
  std::int64_t zset_max_listpack_entries = 128;
  std::uint64_t zset_max_listpack_value = 64;
  std::uint64_t hll_sparse_max_bytes = 3000;
  std::uint64_t stream_node_max_bytes = 4096;
  std::int64_t stream_node_max_entries = 100;

  bool operator==(const TypeConfig&) const = default;
};

// Nothing is persisted in this version: only the values that say so are accepted.
struct PersistConfig {
  std::string save;
  bool appendonly = false;
  std::string dbfilename = "dump.rdb";

  bool operator==(const PersistConfig&) const = default;
};

struct Config {
  NetworkConfig network;
  ThreadConfig threads;
  MemoryConfig memory;
  ClientConfig clients;
  LogConfig log;
  ObserveConfig observe;
  ProcessConfig process;
  PersistConfig persist;
  TypeConfig types;
  // By the name in the table: values of directives whose feature is not there (absent_directives.h), other
  // than the initial ones.
  std::map<std::string_view, std::string> absent;

  bool operator==(const Config&) const = default;
};

}  // namespace baton
