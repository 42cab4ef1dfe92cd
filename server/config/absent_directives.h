// Directives of Redis 8 and Valkey 8 whose feature is not in this version of Baton, so that a configuration
// file written for those servers is understood.
//
// Each takes the values that say nothing or "off": what it is initially, `no` for a yes/no, and where the two
// servers differ also the other one's initial value. Such a value is kept and shown. Any other is refused
// with the name of the feature, at the start as in CONFIG SET: nobody shall rely on what is not there.
//
// When a feature comes, its lines move to directive_table.cc. For directive_table.cc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/config/directive.h"
#include "server/config/directive_kinds.h"

namespace baton::absent {

using directive_kinds::Words;

// Subject and verb of "... not in this version of Baton".
inline constexpr std::string_view kSnapshots = "snapshots are";
inline constexpr std::string_view kAppendOnly = "an append-only file is";
inline constexpr std::string_view kReplication = "replication is";
inline constexpr std::string_view kCluster = "cluster mode is";
inline constexpr std::string_view kTls = "TLS is";
inline constexpr std::string_view kAcl = "users other than the default one are";
inline constexpr std::string_view kModules = "modules are";
inline constexpr std::string_view kDefrag = "active defragmentation is";
inline constexpr std::string_view kEviction = "eviction is";
inline constexpr std::string_view kCommandLog = "a log of large requests and replies is";
inline constexpr std::string_view kPinning = "pinning of threads to cores is";
inline constexpr std::string_view kSystem = "this setting of the process is";
inline constexpr std::string_view kOutput = "another form of the log is";
inline constexpr std::string_view kExtras = "this extension is";

// "64mb" and "67108864" say the same.
inline bool same_value(std::string_view a, std::string_view b) {
  if (directive_kinds::same_word(a, b)) return true;
  const auto bytes = parse_memory(a);
  return bytes && bytes == parse_memory(b);
}

inline std::string refuse(const Directive& d) {
  const std::string initial = d.initial.empty() ? "\"\"" : "'" + std::string(d.initial) + "'";
  std::string refusal = std::string(d.feature) + " not in this version of Baton, only " + initial;
  if (same_value(d.initial, d.also)) return refusal + " is accepted";
  return refusal + " and '" + std::string(d.also) + "' are accepted";
}

inline std::string joined(Words words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : " ").append(word);
  return out;
}

inline std::string assign(const Directive& d, Config& config, Words words) {
  const std::string value = joined(words);
  for (const std::string_view accepted : {d.initial, d.also}) {
    if (!same_value(value, accepted)) continue;
    if (accepted == d.initial)
      config.absent.erase(d.name);
    else
      config.absent.insert_or_assign(d.name, std::string(accepted));
    return {};
  }
  return refuse(d);
}

inline std::string show(const Directive& d, const Config& config) {
  const auto kept = config.absent.find(d.name);
  std::string value(kept == config.absent.end() ? d.initial : std::string_view(kept->second));
  // Sizes are shown in bytes, as those of other directives are.
  if (const auto bytes = d.is(kSize) ? parse_memory(value) : std::nullopt) value = std::to_string(*bytes);
  return value;
}

inline std::vector<std::string> lines(const Directive& d, const Config& config) {
  const std::string shown = show(d, config);
  return {d.is(kManyWords) && !shown.empty() ? shown : quote_word(shown)};
}

// `also`: a second value that is as harmless as the initial one.
constexpr Directive value(std::string_view feature, std::string_view name, std::string_view initial,
                          std::string_view also = {}, unsigned flags = kModifiable,
                          std::string_view alias = {}) {
  return {.name = name,
          .alias = alias,
          .flags = static_cast<std::uint8_t>(flags),
          .assign = assign,
          .show = show,
          .lines = lines,
          .initial = initial,
          .also = also.empty() ? initial : also,
          .feature = feature};
}

// A yes/no of which neither can do harm.
constexpr Directive either(std::string_view feature, std::string_view name, std::string_view initial = "yes",
                           unsigned flags = kModifiable, std::string_view alias = {}) {
  return value(feature, name, initial, initial == "yes" ? "no" : "yes", flags, alias);
}
constexpr Directive off(std::string_view feature, std::string_view name, unsigned flags = kModifiable,
                        std::string_view alias = {}) {
  return value(feature, name, "no", {}, flags, alias);
}

// What is not a value but an order to the server: never accepted.
inline std::string refuse_always(const Directive& d, Config&, Words) {
  return std::string(d.feature) + " not in this version of Baton";
}
inline std::vector<std::string> no_lines(const Directive&, const Config&) { return {}; }

constexpr Directive order(std::string_view feature, std::string_view name) {
  return {.name = name,
          .flags = kImmutable | kManyWords | kHidden,
          .assign = refuse_always,
          .show = show,
          .lines = no_lines,
          .feature = feature};
}

// What CONFIG REWRITE of other servers writes of the default user as it is initially; it says nothing.
inline std::string assign_user(const Directive& d, Config& config, Words words) {
  const std::string said = joined(words);
  if (said == "default on nopass ~* &* +@all" || said == "default on nopass sanitize-payload ~* &* +@all")
    return {};
  return refuse_always(d, config, words);
}

inline constexpr Directive kDirectives[] = {
    either(kSnapshots, "stop-writes-on-bgsave-error"),
    either(kSnapshots, "rdbcompression"),
    either(kSnapshots, "rdbchecksum", "yes", kImmutable),
    off(kSnapshots, "rdb-del-sync-files"),
    either(kSnapshots, "rdb-save-incremental-fsync"),
    value(kSnapshots, "rdb-version-check", "strict"),
    value(kSnapshots, "sanitize-dump-payload", "no"),
    value(kSnapshots, "bgsave-cpulist", "", {}, kImmutable, "bgsave_cpulist"),

    value(kAppendOnly, "appendfilename", "appendonly.aof", {}, kImmutable),
    value(kAppendOnly, "appenddirname", "appendonlydir", {}, kImmutable),
    value(kAppendOnly, "appendfsync", "everysec", "no"),
    off(kAppendOnly, "no-appendfsync-on-rewrite"),
    value(kAppendOnly, "auto-aof-rewrite-percentage", "100", "0"),
    value(kAppendOnly, "auto-aof-rewrite-min-size", "64mb", {}, kSize),
    either(kAppendOnly, "aof-load-truncated"),
    either(kAppendOnly, "aof-use-rdb-preamble"),
    off(kAppendOnly, "aof-timestamp-enabled"),
    off(kAppendOnly, "aof-disable-auto-gc"),
    either(kAppendOnly, "aof-rewrite-incremental-fsync"),
    value(kAppendOnly, "aof-rewrite-cpulist", "", {}, kImmutable, "aof_rewrite_cpulist"),

    value(kReplication, "replicaof", "", "no one", kImmutable | kManyWords, "slaveof"),
    value(kReplication, "masterauth", "", {}, kSensitive, "primaryauth"),
    value(kReplication, "masteruser", "", {}, kSensitive, "primaryuser"),
    either(kReplication, "replica-serve-stale-data", "yes", kModifiable, "slave-serve-stale-data"),
    either(kReplication, "replica-read-only", "yes", kModifiable, "slave-read-only"),
    either(kReplication, "replica-lazy-flush", "no", kModifiable, "slave-lazy-flush"),
    either(kReplication, "replica-ignore-maxmemory", "yes", kModifiable, "slave-ignore-maxmemory"),
    off(kReplication, "replica-ignore-disk-write-errors"),
    either(kReplication, "replica-announced"),
    value(kReplication, "replica-announce-ip", "", {}, kModifiable, "slave-announce-ip"),
    value(kReplication, "replica-announce-port", "0", {}, kModifiable, "slave-announce-port"),
    value(kReplication, "replica-priority", "100", "0", kModifiable, "slave-priority"),
    value(kReplication, "replica-full-sync-buffer-limit", "0", {}, kSize),
    either(kReplication, "repl-diskless-sync"),
    value(kReplication, "repl-diskless-sync-delay", "5", "0"),
    value(kReplication, "repl-diskless-sync-max-replicas", "0"),
    value(kReplication, "repl-diskless-load", "disabled"),
    off(kReplication, "repl-disable-tcp-nodelay"),
    off(kReplication, "repl-mptcp", kImmutable),
    off(kReplication, "repl-rdb-channel"),
    off(kReplication, "dual-channel-replication-enabled"),
    value(kReplication, "repl-ping-replica-period", "10", {}, kModifiable, "repl-ping-slave-period"),
    value(kReplication, "repl-timeout", "60"),
    value(kReplication, "repl-backlog-size", "1mb", "10mb", kSize),
    value(kReplication, "repl-backlog-ttl", "3600", "0"),
    value(kReplication, "min-replicas-to-write", "0", {}, kModifiable, "min-slaves-to-write"),
    value(kReplication, "min-replicas-max-lag", "10", "0", kModifiable, "min-slaves-max-lag"),
    value(kReplication, "propagation-error-behavior", "ignore"),
    off(kReplication, "import-mode"),
    off(kReplication, "auto-failover-on-shutdown"),

    off(kCluster, "cluster-enabled", kImmutable),
    value(kCluster, "cluster-config-file", "nodes.conf", {}, kImmutable),
    value(kCluster, "cluster-node-timeout", "15000"),
    value(kCluster, "cluster-port", "0", {}, kImmutable),
    value(kCluster, "cluster-databases", "1", {}, kImmutable),
    value(kCluster, "cluster-replica-validity-factor", "10", {}, kModifiable,
          "cluster-slave-validity-factor"),
    either(kCluster, "cluster-replica-no-failover", "no", kModifiable, "cluster-slave-no-failover"),
    value(kCluster, "cluster-migration-barrier", "1"),
    either(kCluster, "cluster-allow-replica-migration"),
    either(kCluster, "cluster-require-full-coverage"),
    off(kCluster, "cluster-allow-reads-when-down"),
    either(kCluster, "cluster-allow-pubsubshard-when-down"),
    value(kCluster, "cluster-link-sendbuf-limit", "0", {}, kSize),
    value(kCluster, "cluster-announce-ip", ""),
    value(kCluster, "cluster-announce-client-ipv4", ""),
    value(kCluster, "cluster-announce-client-ipv6", ""),
    value(kCluster, "cluster-announce-port", "0"),
    value(kCluster, "cluster-announce-tls-port", "0"),
    value(kCluster, "cluster-announce-bus-port", "0"),
    value(kCluster, "cluster-announce-hostname", ""),
    value(kCluster, "cluster-announce-human-nodename", ""),
    value(kCluster, "cluster-preferred-endpoint-type", "ip"),
    value(kCluster, "cluster-blacklist-ttl", "60"),
    value(kCluster, "cluster-manual-failover-timeout", "5000"),
    off(kCluster, "cluster-slot-stats-enabled"),
    value(kCluster, "cluster-compatibility-sample-ratio", "0"),

    value(kTls, "tls-port", "0"),
    value(kTls, "tls-cert-file", ""),
    value(kTls, "tls-key-file", ""),
    value(kTls, "tls-key-file-pass", "", {}, kSensitive),
    value(kTls, "tls-client-cert-file", ""),
    value(kTls, "tls-client-key-file", ""),
    value(kTls, "tls-client-key-file-pass", "", {}, kSensitive),
    value(kTls, "tls-dh-params-file", ""),
    value(kTls, "tls-ca-cert-file", ""),
    value(kTls, "tls-ca-cert-dir", ""),
    value(kTls, "tls-auth-clients", "yes", "no"),
    off(kTls, "tls-replication"),
    off(kTls, "tls-cluster"),
    value(kTls, "tls-protocols", ""),
    value(kTls, "tls-ciphers", ""),
    value(kTls, "tls-ciphersuites", ""),
    off(kTls, "tls-prefer-server-ciphers"),
    either(kTls, "tls-session-caching"),
    value(kTls, "tls-session-cache-size", "20480"),
    value(kTls, "tls-session-cache-timeout", "300"),
    value(kTls, "max-new-tls-connections-per-cycle", "1"),

    {.name = "user",
     .flags = kImmutable | kManyWords | kHidden,
     .assign = assign_user,
     .show = show,
     .lines = no_lines,
     .feature = kAcl},
    value(kAcl, "aclfile", "", {}, kImmutable),
    value(kAcl, "acllog-max-len", "128", "0"),
    value(kAcl, "acl-pubsub-default", "resetchannels", "allchannels"),

    order(kModules, "loadmodule"),
    value(kModules, "enable-module-command", "no", {}, kImmutable),

    value(kEviction, "maxmemory-eviction-tenacity", "10", "0"),
    value(kEviction, "maxmemory-clients", "0", {}, kSize),

    off(kDefrag, "activedefrag"),
    value(kDefrag, "active-defrag-ignore-bytes", "100mb", {}, kSize),
    value(kDefrag, "active-defrag-threshold-lower", "10"),
    value(kDefrag, "active-defrag-threshold-upper", "100"),
    value(kDefrag, "active-defrag-cycle-min", "1"),
    value(kDefrag, "active-defrag-cycle-max", "25"),
    value(kDefrag, "active-defrag-cycle-us", "500"),
    value(kDefrag, "active-defrag-max-scan-fields", "1000"),

    value(kCommandLog, "commandlog-request-larger-than", "1048576", "-1"),
    value(kCommandLog, "commandlog-large-request-max-len", "128", "0"),
    value(kCommandLog, "commandlog-reply-larger-than", "1048576", "-1"),
    value(kCommandLog, "commandlog-large-reply-max-len", "128", "0"),

    value(kPinning, "server-cpulist", "", {}, kImmutable, "server_cpulist"),
    value(kPinning, "bio-cpulist", "", {}, kImmutable, "bio_cpulist"),

    value(kSystem, "oom-score-adj", "no"),
    value(kSystem, "oom-score-adj-values", "0 200 800", {}, kManyWords),
    either(kSystem, "jemalloc-bg-thread"),
    either(kSystem, "crash-log-enabled"),
    either(kSystem, "crash-memcheck-enabled"),
    value(kSystem, "shutdown-on-sigint", "default", "nosave", kManyWords),
    value(kSystem, "shutdown-on-sigterm", "default", "nosave", kManyWords),
    value(kSystem, "socket-mark-id", "0", {}, kImmutable),
    value(kSystem, "unixsocketgroup", "", {}, kImmutable),
    value(kSystem, "locale-collate", ""),
    value(kSystem, "ignore-warnings", ""),
    value(kSystem, "rdma-port", "0"),
    value(kSystem, "rdma-bind", ""),
    off(kSystem, "mptcp", kImmutable),

    value(kOutput, "log-format", "legacy"),
    value(kOutput, "log-timestamp-format", "legacy"),
    either(kOutput, "hide-user-data-from-log", "yes"),

    value("keyspace notifications are", "notify-keyspace-events", ""),
    value(kExtras, "events-per-io-thread", "2", "0"),
    off(kExtras, "extended-redis-compatibility"),
    value(kExtras, "availability-zone", ""),
    value(kExtras, "hash-seed", "", {}, kImmutable),
    value(kExtras, "lookahead", "16"),
    off(kExtras, "vset-force-single-threaded-execution"),
};

}  // namespace baton::absent
