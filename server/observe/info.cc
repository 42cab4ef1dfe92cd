#include "server/observe/info.h"

#include <fmt/format.h>  // clang names format_to otherwise than the library, so it is instantiated here

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "server/commands/command_table.h"
#include "server/commands/words.h"
#include "server/config/settings.h"
#include "server/exec/client_registry.h"
#include "server/exec/executor.h"
#include "server/exec/io_crew.h"
#include "server/exec/server_stats.h"
#include "server/exec/tracking.h"
#include "server/exec/version.h"
#include "server/observe/memory_report.h"
#include "server/platform/platform.h"

namespace baton {

namespace {

class Text {
 public:
  template <class... Args>
  void field(std::string_view name, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), "{}:", name);
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += "\r\n";
  }
  void number(std::string_view name, std::uint64_t value) { field(name, "{}", value); }
  void section(std::string_view title) {
    if (!out_.empty()) out_ += "\r\n";
    fmt::format_to(std::back_inserter(out_), "# {}\r\n", title);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string human(std::uint64_t bytes) {
  constexpr std::array kUnits = {"B", "K", "M", "G", "T", "P"};
  if (bytes < 1024) return fmt::format("{}B", bytes);
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.2f}{}", value, kUnits[unit]);
}

std::uint64_t sum(const Services& s, IoStat field) {
  std::uint64_t total = 0;
  for (unsigned slot = 0; slot < IoCrew::kThreadsMax; ++slot) total += s.crew.stats(slot).get(field);
  return total;
}

double seconds(std::uint64_t us) { return static_cast<double>(us) / 1e6; }

double share(std::uint64_t busy_ns, std::int64_t uptime_ns) {
  return uptime_ns <= 0 ? 0 : static_cast<double>(busy_ns) / static_cast<double>(uptime_ns);
}

std::int64_t uptime_ns(const Services& s) {
  return static_cast<std::int64_t>(s.platform.clock.monotonic_ns()) - s.stats.started_monotonic_ns;
}

// --- sections ---

void server(const Services& s, Text& out) {
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
  out.field("gcc_version", "{}", __VERSION__);
  out.field("process_id", "{}", s.platform.process.pid());
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

void clients(const Services& s, Text& out) {
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

void memory(const Services& s, Text& out) {
  const MemoryReport report = memory_report(s);
  const std::uint64_t system = s.platform.process.host().memory_bytes;
  const std::uint64_t limit = s.settings.values().memory.maxmemory;
  const auto both = [&](std::string_view name, std::uint64_t bytes) {
    out.number(name, bytes);
    out.field(fmt::format("{}_human", name), "{}", human(bytes));
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
  out.field("mem_allocator", "{}", report.allocator);
  out.number("lazyfree_pending_objects", s.keyspace.lazy_pending());
  out.number("lazyfreed_objects", s.keyspace.lazy_freed());
}

void persistence(const Services& s, Text& out) {
  out.number("loading", 0);
  out.number("rdb_changes_since_last_save", s.stats.dirty);
  out.number("rdb_bgsave_in_progress", 0);
  out.field("rdb_last_save_time", "{}", s.stats.started_ms / 1000);
  out.field("rdb_last_bgsave_status", "ok");
  out.number("aof_enabled", 0);
  out.number("aof_rewrite_in_progress", 0);
}

void stats(const Services& s, Text& out) {
  const ServerStats& stats = s.stats;
  const KeyspaceStats& keys = s.keyspace.stats();
  out.number("total_connections_received", stats.connections_received);
  out.number("total_commands_processed", stats.commands);
  out.field("instantaneous_ops_per_sec", "{}", std::llround(stats.commands_per_second));
  out.number("total_net_input_bytes", sum(s, IoStat::net_in) - stats.base.net_in);
  out.number("total_net_output_bytes", sum(s, IoStat::net_out) - stats.base.net_out);
  out.field("instantaneous_input_kbps", "{:.2f}", stats.input_kbps);
  out.field("instantaneous_output_kbps", "{:.2f}", stats.output_kbps);
  out.number("rejected_connections", stats.connections_rejected);
  out.number("sync_full", 0);
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
  out.number("total_reads_processed", sum(s, IoStat::reads) - stats.base.reads);
  out.number("total_writes_processed", sum(s, IoStat::writes) - stats.base.writes);
  out.number("io_threaded_reads_processed", sum(s, IoStat::reads) - s.crew.stats(0).get(IoStat::reads));
  out.number("io_threaded_writes_processed", sum(s, IoStat::writes) - s.crew.stats(0).get(IoStat::writes));
  out.number("io_threaded_total_prefetch_batches", stats.batches);
  out.number("io_threaded_total_prefetch_entries", stats.prefetched_keys);
  out.number("client_query_buffer_limit_disconnections", sum(s, IoStat::query_limit_closed));
  out.number("client_output_buffer_limit_disconnections", sum(s, IoStat::output_limit_closed));
  out.number("reply_buffer_shrinks", 0);
  out.number("eventloop_cycles", stats.turns);
  out.number("eventloop_duration_sum", stats.busy_ns / 1000);
}

void replication(const Services&, Text& out) {
  out.field("role", "master");
  out.number("connected_slaves", 0);
  out.field("master_failover_state", "no-failover");
  out.number("master_repl_offset", 0);
  out.number("repl_backlog_active", 0);
}

void cpu(const Services& s, Text& out) {
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

std::string full_name(const CommandStats& command) {
  return command.container ? fmt::format("{}|{}", command.container->name, command.spec->name)
                           : std::string(command.spec->name);
}

void commandstats(const Services& s, Text& out) {
  for (const CommandStats& command : s.stats.by_command) {
    if (command.calls == 0 && command.rejected == 0) continue;
    const std::uint64_t us = command.ns / 1000;
    out.field(fmt::format("cmdstat_{}", full_name(command)),
              "calls={},usec={},usec_per_call={:.2f},rejected_calls={},failed_calls={}", command.calls, us,
              command.calls == 0
                  ? 0.0
                  : static_cast<double>(command.ns) / 1000 / static_cast<double>(command.calls),
              command.rejected, command.failed);
  }
}

void errorstats(const Services& s, Text& out) {
  std::vector<std::pair<std::string, std::uint64_t>> errors(s.stats.errors.begin(), s.stats.errors.end());
  std::sort(errors.begin(), errors.end());
  for (const auto& [code, count] : errors) out.field(fmt::format("errorstat_{}", code), "count={}", count);
}

void cluster(const Services&, Text& out) { out.number("cluster_enabled", 0); }

void keyspace(const Services& s, Text& out) {
  for (unsigned db = 0; db < s.shards.count(); ++db) {
    const Database& database = s.shards.database(db);
    if (database.size() == 0) continue;
    out.field(fmt::format("db{}", db), "keys={},expires={},avg_ttl={},subexpiry=0", database.size(),
              database.volatile_size(), database.average_ttl_ms());
  }
}

void threads(const Services& s, Text& out) {
  for (unsigned slot = 0; slot < s.crew.io_threads(); ++slot) {
    const IoStats& stats = s.crew.stats(slot);
    out.field(fmt::format("io_thread_{}", slot), "clients={},reads={},writes={}", stats.get(IoStat::clients),
              stats.get(IoStat::reads), stats.get(IoStat::writes));
  }
}

// What the hand-off costs and how busy it is; times in microseconds.
void handoff(const Services& s, Text& out) {
  const ServerStats& stats = s.stats;
  const auto average_us = [](std::uint64_t ns, std::uint64_t n) {
    return n == 0 ? 0.0 : static_cast<double>(ns) / 1000 / static_cast<double>(n);
  };
  const ChannelStats sent = s.crew.sent();
  out.field("handoff_queue", "{}", s.settings.values().threads.handoff == HandOff::mutex ? "mutex" : "ring");
  out.number("handoff_to_executor_total", stats.handoffs_in);
  out.field("handoff_to_executor_usec_avg", "{:.2f}", average_us(stats.handoff_ns, stats.handoffs_in));
  out.field("handoff_to_executor_usec_max", "{:.2f}", static_cast<double>(stats.handoff_ns_max) / 1000);
  out.number("handoff_queue_depth", stats.queue_depth_last);
  out.number("handoff_queue_depth_max", stats.queue_depth_max);
  out.number("handoff_to_io_total", sent.posted);
  out.field("handoff_to_io_usec_avg", "{:.2f}",
            average_us(sum(s, IoStat::handoff_ns), sum(s, IoStat::handoffs_in)));
  std::uint64_t max_ns = 0;
  for (unsigned slot = 0; slot < IoCrew::kThreadsMax; ++slot)
    max_ns = std::max(max_ns, s.crew.stats(slot).get(IoStat::handoff_ns_max));
  out.field("handoff_to_io_usec_max", "{:.2f}", static_cast<double>(max_ns) / 1000);
  out.number("doorbells_rung", sent.rung + sum(s, IoStat::rung));
  out.number("doorbells_elided", sent.elided + sum(s, IoStat::elided));
  out.number("thread_pauses", s.crew.pauses().pauses);
  out.number("thread_pause_usec", s.crew.pauses().paused_ns / 1000);
  out.number("batches", stats.batches);
  out.field("commands_per_batch", "{:.2f}",
            stats.batches == 0
                ? 0.0
                : static_cast<double>(stats.batched_commands) / static_cast<double>(stats.batches));
  const std::int64_t up = uptime_ns(s);
  out.field("executor_busy_share", "{:.4f}", share(stats.busy_ns, up));
  for (unsigned slot = 1; slot < s.crew.io_threads(); ++slot)
    out.field(fmt::format("io_thread_{}_busy_share", slot), "{:.4f}",
              share(s.crew.stats(slot).get(IoStat::busy_ns), up));
}

struct Section {
  std::string_view name;  // lower case
  std::string_view title;
  bool by_default;
  void (*write)(const Services&, Text&);
};

constexpr Section kSections[] = {
    {"server", "Server", true, server},
    {"clients", "Clients", true, clients},
    {"memory", "Memory", true, memory},
    {"persistence", "Persistence", true, persistence},
    {"threads", "Threads", true, threads},
    {"handoff", "Handoff", true, handoff},
    {"stats", "Stats", true, stats},
    {"replication", "Replication", true, replication},
    {"cpu", "CPU", true, cpu},
    {"commandstats", "Commandstats", false, commandstats},
    {"errorstats", "Errorstats", true, errorstats},
    {"cluster", "Cluster", true, cluster},
    {"keyspace", "Keyspace", true, keyspace},
};

}  // namespace

std::string info_text(const Services& services, std::span<const std::string_view> names) {
  const auto asked = [&](const Section& section) {
    if (names.empty()) return section.by_default;
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return is_word(name, section.name) || is_word(name, "all") || is_word(name, "everything") ||
             (is_word(name, "default") && section.by_default);
    });
  };
  Text out;
  for (const Section& section : kSections) {
    if (!asked(section)) continue;
    out.section(section.title);
    section.write(services, out);
  }
  return out.take();
}

}  // namespace baton
