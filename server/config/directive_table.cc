// The directives: names, ranges and texts as Redis 8 and Valkey 8 have them. Those of features that Baton
// does not have are in absent_directives.h. What is in neither table is refused as unknown: nothing is
// ignored silently. Baton's own: io-threads-handoff.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "server/config/absent_directives.h"
#include "server/config/directive.h"
#include "server/config/directive_kinds.h"
#include "server/config/title_template.h"

namespace baton {
namespace {

using namespace directive_kinds;

constexpr std::int64_t kIntMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kLongMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kDatabasesMax = 65536;  // each one takes memory from the start
constexpr std::size_t kBindMax = 16;

constexpr Choice kPermissions[] = {{"no", static_cast<int>(Permission::no)},
                                   {"yes", static_cast<int>(Permission::yes)},
                                   {"local", static_cast<int>(Permission::local)}};
constexpr Choice kLogLevels[] = {{"debug", static_cast<int>(LogLevel::debug)},
                                 {"verbose", static_cast<int>(LogLevel::verbose)},
                                 {"notice", static_cast<int>(LogLevel::notice)},
                                 {"warning", static_cast<int>(LogLevel::warning)},
                                 {"nothing", static_cast<int>(LogLevel::nothing)}};
constexpr Choice kSupervised[] = {{"no", static_cast<int>(Supervised::no)},
                                  {"systemd", static_cast<int>(Supervised::systemd)},
                                  {"auto", static_cast<int>(Supervised::automatic)}};
constexpr std::string_view kSupervisorsToCome[] = {"upstart"};
constexpr Choice kHandOffs[] = {{"ring", static_cast<int>(HandOff::ring)},
                                {"mutex", static_cast<int>(HandOff::mutex)}};
constexpr Choice kPolicies[] = {{"noeviction", static_cast<int>(MaxmemoryPolicy::noeviction)}};
constexpr std::string_view kPoliciesToCome[] = {"volatile-lru",   "volatile-lfu", "volatile-random",
                                                "volatile-ttl",   "allkeys-lru",  "allkeys-lfu",
                                                "allkeys-random", "volatile-lrm", "allkeys-lrm"};

constexpr Choice kFacilities[] = {{"user", static_cast<int>(SyslogFacility::user)},
                                  {"local0", static_cast<int>(SyslogFacility::local0)},
                                  {"local1", static_cast<int>(SyslogFacility::local1)},
                                  {"local2", static_cast<int>(SyslogFacility::local2)},
                                  {"local3", static_cast<int>(SyslogFacility::local3)},
                                  {"local4", static_cast<int>(SyslogFacility::local4)},
                                  {"local5", static_cast<int>(SyslogFacility::local5)},
                                  {"local6", static_cast<int>(SyslogFacility::local6)},
                                  {"local7", static_cast<int>(SyslogFacility::local7)}};

bool is_nothing(Words words) { return words.size() == 1 && words[0].empty(); }

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : " ").append(word);
  return out;
}

// bind

std::string assign_bind(const Directive&, Config& config, Words words) {
  if (words.size() > kBindMax) return "Too many bind addresses specified.";
  for (const std::string& word : words)
    if (word.find_first_of(std::string_view(" \0", 2)) != std::string::npos)
      return "an address must not contain a space or a zero byte";
  std::vector<std::string> addresses(words.begin(), words.end());
  std::erase(addresses, "");
  config.network.bind = std::move(addresses);
  return {};
}
std::string show_bind(const Directive&, const Config& config) { return join(config.network.bind); }
std::vector<std::string> bind_lines(const Directive&, const Config& config) {
  std::vector<std::string> quoted;
  for (const std::string& address : config.network.bind) quoted.push_back(quote_word(address));
  return {quoted.empty() ? quote_word("") : join(quoted)};
}

// client-output-buffer-limit

constexpr std::array<std::string_view, kClientClasses> kClassesShown = {"normal", "slave", "pubsub"};
constexpr std::array<std::string_view, kClientClasses> kClassesWritten = {"normal", "replica", "pubsub"};

std::size_t class_of(std::string_view word) {
  for (std::size_t i = 0; i < kClientClasses; ++i)
    if (same_word(word, kClassesShown[i]) || same_word(word, kClassesWritten[i])) return i;
  return kClientClasses;
}

std::string assign_output_limits(const Directive&, Config& config, Words words) {
  if (words.empty() || words.size() % 4 != 0)
    return "Wrong number of arguments in buffer limit configuration.";
  auto limits = config.clients.output_limits;
  for (std::size_t i = 0; i < words.size(); i += 4) {
    const std::size_t which = class_of(words[i]);
    if (which == kClientClasses) return "Invalid client class specified in buffer limit configuration.";
    const auto hard = parse_memory(words[i + 1]);
    const auto soft = parse_memory(words[i + 2]);
    const auto seconds = parse_integer(words[i + 3]);
    if (!hard || !soft || !seconds || *seconds < 0 || *seconds > kIntMax)
      return "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
    limits[which] = {*hard, *soft, *seconds};
  }
  config.clients.output_limits = limits;
  return {};
}
std::string show_output_limits(const Directive&, const Config& config) {
  std::string out;
  for (std::size_t i = 0; i < kClientClasses; ++i) {
    const OutputLimit& limit = config.clients.output_limits[i];
    out.append(i == 0 ? "" : " ").append(kClassesShown[i]);
    out += " " + std::to_string(limit.hard_bytes) + " " + std::to_string(limit.soft_bytes) + " " +
           std::to_string(limit.soft_seconds);
  }
  return out;
}
std::vector<std::string> output_limit_lines(const Directive&, const Config& config) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < kClientClasses; ++i) {
    const OutputLimit& limit = config.clients.output_limits[i];
    lines.push_back(std::string(kClassesWritten[i]) + " " + show_memory(limit.hard_bytes) + " " +
                    show_memory(limit.soft_bytes) + " " + std::to_string(limit.soft_seconds));
  }
  return lines;
}

// latency-tracking-info-percentiles

std::string assign_percentiles(const Directive& d, Config& config, Words words) {
  std::vector<double> percentiles;
  for (const std::string& word : words) {
    if (is_nothing(words)) break;
    double value = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
      return "Invalid " + std::string(d.name) + " parameters";
    if (!(value >= 0 && value <= 100))
      return std::string(d.name) + " parameters should sit between [0.0,100.0]";
    percentiles.push_back(value);
  }
  config.observe.latency_tracking_info_percentiles = std::move(percentiles);
  return {};
}
std::string show_percentiles(const Directive&, const Config& config) {
  std::string out;
  for (const double value : config.observe.latency_tracking_info_percentiles) {
    char digits[32];
    const auto written = std::to_chars(digits, digits + sizeof(digits), value);
    out.append(out.empty() ? "" : " ").append(digits, written.ptr);
  }
  return out;
}
std::vector<std::string> percentile_lines(const Directive& d, const Config& config) {
  const std::string shown = show_percentiles(d, config);
  return {shown.empty() ? quote_word("") : shown};
}

// hz is a hint: what lies outside of its range is moved into it.
std::string assign_hz(const Directive& d, Config& config, Words words) {
  std::string refusal = assign_number<Field<&Config::process, &ProcessConfig::hz>>(d, config, words);
  config.process.hz = std::clamp<std::int64_t>(config.process.hz, 1, 500);
  return refusal;
}

std::string assign_dbfilename(const Directive& d, Config& config, Words words) {
  if (words[0].find('/') != std::string::npos) return "dbfilename can't be a path, just a filename";
  return assign_path<Field<&Config::persist, &PersistConfig::dbfilename>>(d, config, words);
}

std::string assign_title_template(const Directive& d, Config& config, Words words) {
  if (!is_title_template(words[0])) return "template format is invalid or contains unknown variables";
  return assign_path<Field<&Config::process, &ProcessConfig::proc_title_template>>(d, config, words);
}

// rename-command: one command a line, so each line adds to those before it.

std::string assign_rename(const Directive&, Config& config, Words words) {
  if (words.size() != 2 || words[0].empty()) return "wrong number of arguments";
  Rename rename{ascii_lower(words[0]), words[1]};
  if (rename.name.find_first_of(std::string_view(" \0\r\n", 4)) != std::string::npos)
    return "a command's name must not contain spaces or line ends";
  auto& renames = config.process.renames;
  const auto same = [&](const Rename& other) { return other.command == rename.command; };
  if (std::any_of(renames.begin(), renames.end(), same)) return "the command has been renamed before";
  renames.push_back(std::move(rename));
  return {};
}
std::vector<std::string> rename_lines(const Directive&, const Config& config) {
  std::vector<std::string> lines;
  for (const Rename& rename : config.process.renames)
    lines.push_back(quote_word(rename.command) + " " + quote_word(rename.name));
  return lines;
}
std::string show_renames(const Directive& d, const Config& config) { return join(rename_lines(d, config)); }

// Persistence: only the values that say that there is none.

std::string assign_save(const Directive&, Config&, Words words) {
  if (is_nothing(words)) return {};
  return "persistence is not in this version of Baton, only \"\" is accepted";
}

std::string assign_appendonly(const Directive& d, Config& config, Words words) {
  if (same_word(words[0], "yes")) return "persistence is not in this version of Baton, only 'no' is accepted";
  return assign_flag<Field<&Config::persist, &PersistConfig::appendonly>>(d, config, words);
}

std::string assign_syslog_ident(const Directive& d, Config& config, Words words) {
  if (words[0].empty()) return "syslog-ident must not be empty";
  return assign_path<Field<&Config::log, &LogConfig::syslog_ident>>(d, config, words);
}

constexpr Directive make_syslog_ident() {
  Directive d = path<&Config::log, &LogConfig::syslog_ident>("syslog-ident", kImmutable);
  d.assign = assign_syslog_ident;
  return d;
}

constexpr Directive make_hz() {
  Directive d = number<&Config::process, &ProcessConfig::hz>("hz", 0, kIntMax);
  d.assign = assign_hz;
  return d;
}
constexpr Directive make_title_template() {
  Directive d = path<&Config::process, &ProcessConfig::proc_title_template>("proc-title-template");
  d.assign = assign_title_template;
  return d;
}
constexpr Directive make_appendonly() {
  Directive d = flag<&Config::persist, &PersistConfig::appendonly>("appendonly");
  d.assign = assign_appendonly;
  return d;
}
constexpr Directive make_save() {
  Directive d = text<&Config::persist, &PersistConfig::save>("save", kManyWords);
  d.assign = assign_save;
  return d;
}
constexpr Directive make_dbfilename() {
  Directive d = path<&Config::persist, &PersistConfig::dbfilename>("dbfilename", kProtected);
  d.assign = assign_dbfilename;
  return d;
}

using N = NetworkConfig;
using T = ThreadConfig;
using M = MemoryConfig;
using C = ClientConfig;
using L = LogConfig;
using O = ObserveConfig;
using P = ProcessConfig;
using E = TypeConfig;

constexpr Directive kPresent[] = {
    {.name = "bind", .flags = kManyWords, .assign = assign_bind, .show = show_bind, .lines = bind_lines},
    number<&Config::network, &N::port>("port", 0, 65535),
    number<&Config::network, &N::tcp_backlog>("tcp-backlog", 0, kIntMax, kImmutable),
    path<&Config::network, &N::unixsocket>("unixsocket", kImmutable),
    octal<&Config::network, &N::unixsocketperm>("unixsocketperm", 0777, kImmutable),
    flag<&Config::network, &N::protected_mode>("protected-mode"),
    number<&Config::network, &N::tcp_keepalive>("tcp-keepalive", 0, kIntMax),
    path<&Config::network, &N::bind_source_addr>("bind-source-addr"),
    number<&Config::network, &N::max_new_connections_per_cycle>("max-new-connections-per-cycle", 1, 1000),

    number<&Config::threads, &T::io_threads>("io-threads", 1, 128),
    flag<&Config::threads, &T::io_threads_do_reads>("io-threads-do-reads", kImmutable),
    choice<&Config::threads, &T::handoff>("io-threads-handoff", kHandOffs, kImmutable),
    number<&Config::threads, &T::prefetch_batch_max_size>("prefetch-batch-max-size", 0, 128),

    text<&Config::clients, &C::requirepass>("requirepass", kSensitive),
    number<&Config::clients, &C::maxclients>("maxclients", 1, 4'294'967'295),
    number<&Config::clients, &C::timeout>("timeout", 0, kIntMax),
    size<&Config::clients, &C::proto_max_bulk_len>("proto-max-bulk-len", kMegabyte, kLongMax),
    size<&Config::clients, &C::client_query_buffer_limit>("client-query-buffer-limit", kMegabyte, kLongMax),
    {.name = "client-output-buffer-limit",
     .flags = kManyWords,
     .assign = assign_output_limits,
     .show = show_output_limits,
     .lines = output_limit_lines},

    size<&Config::memory, &M::maxmemory>("maxmemory", 0, std::numeric_limits<std::uint64_t>::max()),
    choice<&Config::memory, &M::maxmemory_policy>("maxmemory-policy", kPolicies, kModifiable,
                                                  kPoliciesToCome),
    number<&Config::memory, &M::maxmemory_samples>("maxmemory-samples", 1, 64),
    number<&Config::memory, &M::lfu_log_factor>("lfu-log-factor", 0, kIntMax),
    number<&Config::memory, &M::lfu_decay_time>("lfu-decay-time", 0, kIntMax),
    number<&Config::memory, &M::active_expire_effort>("active-expire-effort", 1, 10),
    flag<&Config::memory, &M::activerehashing>("activerehashing"),
    flag<&Config::memory, &M::lazyfree_lazy_eviction>("lazyfree-lazy-eviction"),
    flag<&Config::memory, &M::lazyfree_lazy_expire>("lazyfree-lazy-expire"),
    flag<&Config::memory, &M::lazyfree_lazy_server_del>("lazyfree-lazy-server-del"),
    flag<&Config::memory, &M::lazyfree_lazy_user_del>("lazyfree-lazy-user-del"),
    flag<&Config::memory, &M::lazyfree_lazy_user_flush>("lazyfree-lazy-user-flush"),
    number<&Config::memory, &M::tracking_table_max_keys>("tracking-table-max-keys", 0, kLongMax),

    choice<&Config::log, &L::loglevel>("loglevel", kLogLevels),
    path<&Config::log, &L::logfile>("logfile", kImmutable),
    flag<&Config::log, &L::syslog_enabled>("syslog-enabled", kImmutable),
    make_syslog_ident(),
    choice<&Config::log, &L::syslog_facility>("syslog-facility", kFacilities, kImmutable),
    flag<&Config::log, &L::always_show_logo>("always-show-logo", kImmutable),

    number<&Config::observe, &O::slowlog_log_slower_than>("slowlog-log-slower-than", -1, kLongMax,
                                                          kModifiable, "commandlog-execution-slower-than"),
    number<&Config::observe, &O::slowlog_max_len>("slowlog-max-len", 0, kLongMax, kModifiable,
                                                  "commandlog-slow-execution-max-len"),
    number<&Config::observe, &O::latency_monitor_threshold>("latency-monitor-threshold", 0, kLongMax),
    flag<&Config::observe, &O::latency_tracking>("latency-tracking"),
    {.name = "latency-tracking-info-percentiles",
     .flags = kManyWords,
     .assign = assign_percentiles,
     .show = show_percentiles,
     .lines = percentile_lines},

    flag<&Config::process, &P::daemonize>("daemonize", kImmutable),
    choice<&Config::process, &P::supervised>("supervised", kSupervised, kImmutable, kSupervisorsToCome),
    path<&Config::process, &P::pidfile>("pidfile", kImmutable),
    path<&Config::process, &P::dir>("dir", kProtected),
    flag<&Config::process, &P::disable_thp>("disable-thp", kImmutable),
    flag<&Config::process, &P::set_proc_title>("set-proc-title", kImmutable),
    make_title_template(),
    number<&Config::process, &P::databases>("databases", 1, kDatabasesMax, kImmutable),
    make_hz(),
    flag<&Config::process, &P::dynamic_hz>("dynamic-hz"),
    number<&Config::process, &P::busy_reply_threshold>("busy-reply-threshold", 0, kLongMax, kModifiable,
                                                       "lua-time-limit"),
    number<&Config::process, &P::shutdown_timeout>("shutdown-timeout", 0, kIntMax),
    choice<&Config::process, &P::enable_debug_command>("enable-debug-command", kPermissions, kImmutable),
    choice<&Config::process, &P::enable_protected_configs>("enable-protected-configs", kPermissions,
                                                           kImmutable),

    {.name = "rename-command",
     .flags = kImmutable | kManyWords | kHidden,
     .assign = assign_rename,
     .show = show_renames,
     .lines = rename_lines},

    make_save(),
    make_appendonly(),
    make_dbfilename(),

    number<&Config::types, &E::hash_max_listpack_entries>("hash-max-listpack-entries", 0, kLongMax,
                                                          kModifiable, "hash-max-ziplist-entries"),
    size<&Config::types, &E::hash_max_listpack_value>("hash-max-listpack-value", 0, kLongMax, kModifiable,
                                                      "hash-max-ziplist-value"),
    number<&Config::types, &E::list_max_listpack_size>("list-max-listpack-size", kIntMin, kIntMax,
                                                       kModifiable, "list-max-ziplist-size"),
    number<&Config::types, &E::list_compress_depth>("list-compress-depth", 0, kIntMax),
    number<&Config::types, &E::set_max_intset_entries>("set-max-intset-entries", 0, kLongMax),
    number<&Config::types, &E::set_max_listpack_entries>("set-max-listpack-entries", 0, kLongMax),
    size<&Config::types, &E::set_max_listpack_value>("set-max-listpack-value", 0, kLongMax),
    number<&Config::types, &E::zset_max_listpack_entries>("zset-max-listpack-entries", 0, kLongMax,
                                                          kModifiable, "zset-max-ziplist-entries"),
    size<&Config::types, &E::zset_max_listpack_value>("zset-max-listpack-value", 0, kLongMax, kModifiable,
                                                      "zset-max-ziplist-value"),
    size<&Config::types, &E::hll_sparse_max_bytes>("hll-sparse-max-bytes", 0, kLongMax),
    size<&Config::types, &E::stream_node_max_bytes>("stream-node-max-bytes", 0, kLongMax),
    number<&Config::types, &E::stream_node_max_entries>("stream-node-max-entries", 0, kLongMax),
};

constexpr auto kDirectives = [] {
  std::array<Directive, std::size(kPresent) + std::size(absent::kDirectives)> all;
  std::copy(std::begin(absent::kDirectives), std::end(absent::kDirectives),
            std::copy(std::begin(kPresent), std::end(kPresent), all.begin()));
  return all;
}();

}  // namespace

std::span<const Directive> directives() noexcept { return kDirectives; }

const Directive* find_directive(std::string_view name) noexcept {
  for (const Directive& d : kDirectives)
    if (same_word(name, d.name) || (!d.alias.empty() && same_word(name, d.alias))) return &d;
  return nullptr;
}

}  // namespace baton
