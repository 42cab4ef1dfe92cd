#include "server/observe/info.h"

#include <algorithm>
#include <cmath>

#include "server/commands/command_table.h"
#include "server/config/settings.h"
#include "server/exec/client_registry.h"
#include "server/exec/executor.h"
#include "server/exec/io_crew.h"
#include "server/exec/server_stats.h"
#include "server/exec/tracking.h"
#include "server/exec/version.h"
#include "server/observe/compiler.h"
#include "server/observe/info_sections.h"
#include "server/observe/memory_report.h"
#include "server/platform/platform.h"

namespace baton {

namespace {

double seconds(std::uint64_t us) { return static_cast<double>(us) / 1e6; }

// How much larger than `part` the memory is that is taken for it.
void overhead(InfoWriter& out, const char* ratio_name, const char* bytes_name, std::uint64_t taken,
              std::uint64_t part) {
  out.field(ratio_name, "{:.2f}", part == 0 ? 0.0 : static_cast<double>(taken) / static_cast<double>(part));
  out.field(bytes_name, "{}", static_cast<std::int64_t>(taken) - static_cast<std::int64_t>(part));
}

// --- sections ---

void server(const Services& s, InfoWriter& out) {
  const Config& config = s.settings.values();
  const HostFacts host = s.platform.process.host();
  const std::int64_t up = uptime_ns(s) / 1'000'000'000;
  out.field("redis_version", "{}", kCompatibleVersion);
  out.field("baton_version", "{}", kVersion);
  out.field("server_name", "baton");
  out.field("redis_mode", "standalone");
  out.field("os", "{}", host.system);
  out.field("arch_bits", "{}", sizeof(void*) * 8);
  out.field("monotonic_clock", "POSIX clock_gettime");
  out.field("multiplexing_api", "epoll");
  out.field("gcc_version", "{}", kCompiler);
  out.field("process_id", "{}", s.platform.process.pid());
  const Supervised supervised = config.process.supervised;
  out.field("process_supervised", "{}",
            supervised == Supervised::systemd ||
                    (supervised == Supervised::automatic && s.platform.process.has_manager())
                ? "systemd"
                : "no");
  out.field("run_id", "{}", s.stats.run_id);
  out.field("tcp_port", "{}", config.network.port);
  out.field("server_time_usec", "{}", s.platform.clock.wall_us());
  out.field("uptime_in_seconds", "{}", up);
  out.field("uptime_in_days", "{}", up / 86400);
  out.field("hz", "{}", config.process.hz);
  out.field("configured_hz", "{}", config.process.hz);
  out.field("lru_clock", "{}", (s.platform.clock.wall_ms() / 1000) & 0xffffff);
  out.field("executable", "{}", host.executable);
  out.field("config_file", "{}", s.settings.file());
  out.number("io_threads_active", s.crew.io_threads() > 1 ? 1 : 0);
}

void clients(const Services& s, InfoWriter& out) {
  std::size_t pubsub = 0, watching = 0;
  std::uint64_t output_max = 0, input_max = 0, watched_keys = 0;
  s.clients.for_each([&](const Client& client) {
    pubsub += client.subscriptions() != 0 ? 1 : 0;
    if (client.transaction && !client.transaction->watched.empty()) {
      ++watching;
      watched_keys += client.transaction->watched.size();
    }
    output_max = std::max(output_max, client.stats->get(SocketStat::output_memory));
    input_max = std::max(input_max, client.stats->get(SocketStat::query_bytes));
  });
  out.number("connected_clients", s.clients.size());
  out.number("cluster_connections", 0);
  out.field("maxclients", "{}", s.settings.values().clients.maxclients);
  out.number("client_recent_max_input_buffer", input_max);
  out.number("client_recent_max_output_buffer", output_max);
  out.number("blocked_clients", s.executor.parked());
  out.number("tracking_clients", s.tracking.clients());
  out.number("pubsub_clients", pubsub);
  out.number("watching_clients", watching);
  out.number("clients_in_timeout_table", 0);
  out.number("total_watched_keys", watched_keys);
  out.number("total_blocking_keys", 0);
  out.number("total_blocking_keys_on_nokey", 0);
  out.field("paused_reason", "{}", s.executor.pause_mode() == PauseMode::none ? "none" : "client_pause");
  out.field("paused_actions", "{}",
            s.executor.pause_mode() == PauseMode::none     ? "none"
            : s.executor.pause_mode() == PauseMode::writes ? "write"
                                                           : "all");
  out.field("paused_timeout_milliseconds", "{}",
            s.executor.pause_mode() == PauseMode::none
                ? 0
                : std::max<std::int64_t>(0, s.executor.paused_until_ms() - s.platform.clock.wall_ms()));
}

void memory(const Services& s, InfoWriter& out) {
  const MemoryReport report = memory_report(s);
  const std::uint64_t system = s.platform.process.host().memory_bytes;
  const std::uint64_t limit = s.settings.values().memory.maxmemory;
  const auto both = [&](std::string_view name, std::uint64_t bytes) {
    out.number(name, bytes);
    out.field(fmt::format("{}_human", name), "{}", human_bytes(bytes));
  };
  both("used_memory", report.used);
  both("used_memory_rss", report.resident);
  both("used_memory_peak", std::max(report.used, s.stats.memory_peak));
  out.field("used_memory_peak_perc", "{:.2f}%",
            100.0 * static_cast<double>(report.used) /
                static_cast<double>(std::max<std::uint64_t>({report.used, s.stats.memory_peak, 1})));
  out.number("used_memory_overhead", report.used - report.dataset);
  out.number("used_memory_startup", report.startup);
  out.number("used_memory_dataset", report.dataset);
  out.field("used_memory_dataset_perc", "{:.2f}%",
            100.0 * static_cast<double>(report.dataset) /
                static_cast<double>(std::max<std::uint64_t>(report.used, 1)));
  out.number("allocator_allocated", report.allocator_allocated);
  out.number("allocator_active", report.allocator_active);
  out.number("allocator_resident", report.allocator_resident);
  overhead(out, "allocator_frag_ratio", "allocator_frag_bytes", report.allocator_active,
           report.allocator_allocated);
  overhead(out, "allocator_rss_ratio", "allocator_rss_bytes", report.allocator_resident,
           report.allocator_active);
  overhead(out, "rss_overhead_ratio", "rss_overhead_bytes", report.resident, report.allocator_resident);
  both("total_system_memory", system);
  both("maxmemory", limit);
  out.field("maxmemory_policy", "noeviction");
  out.field(
      "mem_fragmentation_ratio", "{:.2f}",
      static_cast<double>(report.resident) / static_cast<double>(std::max<std::uint64_t>(report.used, 1)));
  out.field("mem_fragmentation_bytes", "{}",
            static_cast<std::int64_t>(report.resident) - static_cast<std::int64_t>(report.used));
  out.number("mem_not_counted_for_evict", report.used - report.dataset);
  out.number("mem_clients_normal", report.clients);
  out.number("mem_clients_slaves", 0);
  out.number("mem_replication_backlog", 0);
  out.number("mem_aof_buffer", 0);
  out.field("mem_allocator", "{}", report.allocator);
  out.number("lazyfree_pending_objects", s.keyspace.lazy_pending());
  out.number("lazyfreed_objects", s.keyspace.lazy_freed());
}

void persistence(const Services& s, InfoWriter& out) {
  out.number("loading", 0);
  out.number("async_loading", 0);
  out.number("rdb_changes_since_last_save", s.stats.dirty);
  out.number("rdb_bgsave_in_progress", 0);
  out.field("rdb_last_save_time", "{}", s.stats.started_ms / 1000);
  out.field("rdb_last_bgsave_status", "ok");
  out.number("aof_enabled", 0);
  out.number("aof_rewrite_in_progress", 0);
  out.field("aof_last_bgrewrite_status", "ok");
  out.field("aof_last_write_status", "ok");
}

void stats(const Services& s, InfoWriter& out) {
  const ServerStats& stats = s.stats;
  const KeyspaceStats& keys = s.keyspace.stats();
  out.number("total_connections_received", stats.connections_received);
  out.number("total_commands_processed", stats.commands);
  out.field("instantaneous_ops_per_sec", "{}", std::llround(stats.commands_per_second));
  out.number("total_net_input_bytes", sum_of(s, IoStat::net_in) - stats.base.net_in);
  out.number("total_net_output_bytes", sum_of(s, IoStat::net_out) - stats.base.net_out);
  out.field("instantaneous_input_kbps", "{:.2f}", stats.input_kbps);
  out.field("instantaneous_output_kbps", "{:.2f}", stats.output_kbps);
  out.number("rejected_connections", stats.connections_rejected);
  out.number("sync_full", 0);
  out.number("sync_partial_ok", 0);
  out.number("sync_partial_err", 0);
  out.number("expired_keys", keys.expired);
  out.number("expired_keys_active", keys.expired_active);
  out.number("evicted_keys", 0);
  out.number("evicted_clients", 0);
  out.number("keyspace_hits", keys.hits);
  out.number("keyspace_misses", keys.misses);
  out.number("pubsub_channels", s.pubsub.channel_count());
  out.number("pubsub_patterns", s.pubsub.patterns());
  out.number("pubsubshard_channels", s.pubsub.shard_channel_count());
  out.number("latest_fork_usec", 0);
  out.number("total_forks", 0);
  out.number("tracking_total_keys", s.tracking.keys());
  out.number("tracking_total_items", s.tracking.readings());
  out.number("tracking_total_prefixes", s.tracking.prefixes());
  out.number("unexpected_error_replies", 0);
  out.number("total_error_replies", stats.error_replies);
  // Loaded once each, so that the lines agree with each other.
  const std::uint64_t reads = sum_of(s, IoStat::reads) - stats.base.reads;
  const std::uint64_t writes = sum_of(s, IoStat::writes) - stats.base.writes;
  const std::uint64_t local_reads = s.crew.stats(0).get(IoStat::reads) - stats.base.local_reads;
  const std::uint64_t local_writes = s.crew.stats(0).get(IoStat::writes) - stats.base.local_writes;
  out.number("total_reads_processed", reads);
  out.number("total_writes_processed", writes);
  out.number("io_threaded_reads_processed", reads - local_reads);
  out.number("io_threaded_writes_processed", writes - local_writes);
  out.number("io_threaded_total_prefetch_batches", stats.batches);
  out.number("io_threaded_total_prefetch_entries", stats.prefetched_keys);
  out.number("client_query_buffer_limit_disconnections",
             sum_of(s, IoStat::query_limit_closed) - stats.base.query_limit_closed);
  out.number("client_output_buffer_limit_disconnections",
             sum_of(s, IoStat::output_limit_closed) - stats.base.output_limit_closed);
  out.number("reply_buffer_shrinks", 0);
  out.number("eventloop_cycles", stats.turns);
  out.number("eventloop_duration_sum", stats.busy_ns / 1000);
}

void replication(const Services& s, InfoWriter& out) {
  out.field("role", "master");
  out.number("connected_slaves", 0);
  out.field("master_failover_state", "no-failover");
  out.field("master_replid", "{}", s.stats.run_id);
  out.field("master_replid2", "{:0>40}", 0);
  out.number("master_repl_offset", 0);
  out.field("second_repl_offset", "-1");
  out.number("repl_backlog_active", 0);
}

void cpu(const Services& s, InfoWriter& out) {
  const CpuTimes self = s.platform.process.cpu_self();
  const CpuTimes children = s.platform.process.cpu_children();
  const CpuTimes main_thread = s.platform.process.cpu_thread();
  out.field("used_cpu_sys", "{:.6f}", seconds(self.system_us));
  out.field("used_cpu_user", "{:.6f}", seconds(self.user_us));
  out.field("used_cpu_sys_children", "{:.6f}", seconds(children.system_us));
  out.field("used_cpu_user_children", "{:.6f}", seconds(children.user_us));
  out.field("used_cpu_sys_main_thread", "{:.6f}", seconds(main_thread.system_us));
  out.field("used_cpu_user_main_thread", "{:.6f}", seconds(main_thread.user_us));
}

// There are none; the section is there for those who look for it.
void modules(const Services&, InfoWriter&) {}

void cluster(const Services&, InfoWriter& out) { out.number("cluster_enabled", 0); }

void keyspace(const Services& s, InfoWriter& out) {
  for (unsigned db = 0; db < s.shards.count(); ++db) {
    const Database& database = s.shards.database(db);
    if (database.size() == 0) continue;
    out.field(fmt::format("db{}", db), "keys={},expires={},avg_ttl={},subexpiry=0", database.size(),
              database.volatile_size(), database.average_ttl_ms());
  }
}

constexpr InfoSection kSections[] = {
    {"server", "Server", true, server},
    {"clients", "Clients", true, clients},
    {"memory", "Memory", true, memory},
    {"persistence", "Persistence", true, persistence},
    {"threads", "Threads", true, write_threads},
    {"handoff", "Handoff", true, write_handoff},
    {"stats", "Stats", true, stats},
    {"replication", "Replication", true, replication},
    {"cpu", "CPU", true, cpu},
    {"modules", "Modules", true, modules},
    {"commandstats", "Commandstats", false, write_commandstats},
    {"errorstats", "Errorstats", true, write_errorstats},
    {"latencystats", "Latencystats", false, write_latencystats},
    {"cluster", "Cluster", true, cluster},
    {"keyspace", "Keyspace", true, keyspace},
};

}  // namespace

std::string info_text(const Services& services, std::span<const std::string_view> names) {
  InfoWriter out;
  for (const InfoSection& section : kSections) {
    if (!is_asked_for(section, names)) continue;
    out.section(section.title);
    section.write(services, out);
  }
  return out.take();
}

}  // namespace baton
