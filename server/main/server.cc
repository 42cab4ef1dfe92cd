#include "server/main/server.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "server/commands/data_commands.h"
#include "server/config/io_limits.h"
#include "server/config/words.h"
#include "server/exec/session_commands.h"
#include "server/observe/admin_commands.h"
#include "server/observe/allocator.h"

namespace baton {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

KeyspaceOptions keyspace_options(Platform& platform, const Config& config) {
  return {.databases = static_cast<unsigned>(config.process.databases),
          .seed = platform.random.next_u64(),
          .lfu_log_factor = static_cast<unsigned>(config.memory.lfu_log_factor),
          .lfu_decay_minutes = static_cast<unsigned>(config.memory.lfu_decay_time),
          .lazy = lazy_policy_of(config.memory)};
}

Channel::Kind handoff_kind(const Config& config) {
  return config.threads.handoff == HandOff::mutex ? Channel::Kind::mutex : Channel::Kind::ring;
}

}  // namespace

Server::Server(Platform& platform, Log& log, Settings& settings, std::unique_ptr<Reactor> reactor)
    : platform_(platform),
      log_(log),
      settings_(settings),
      keyspace_(keyspace_options(platform, settings.values())),
      shards_(keyspace_.lease_all()),
      commands_({string_commands(), key_commands(), database_commands(), connection_commands(),
                 client_commands(), transaction_commands(), pubsub_commands(), config_commands(),
                 command_commands(), info_commands(), slowlog_commands(), latency_commands(),
                 memory_commands(), control_commands(), debug_commands()}),
      resolver_(commands_, keyspace_.hasher()),
      recorder_(platform.clock),
      reactor_(std::move(reactor)),
      crew_({platform, log, *reactor_, resolver_, clients_, bell_, handoff_kind(settings.values())},
            io_limits_of(settings.values())),
      services_{platform,  log,     settings,  live_config_, commands_, keyspace_, shards_,   clients_, crew_,
                acceptor_, pubsub_, tracking_, watches_,     stats_,    recorder_, executor_, *this},
      executor_(services_),
      pubsub_(executor_.outbound()),
      tracking_(keyspace_, clients_, executor_.outbound()),
      acceptor_(services_, *reactor_),
      live_config_(services_, acceptor_, recorder_),
      expire_cycle_(platform.clock, shards_) {
  for (std::size_t i = 0; i < commands_.size(); ++i)
    stats_.by_command.push_back({&commands_.at(i), commands_.container_of(commands_.at(i))});
  stats_.started_ms = platform.clock.wall_ms();
  for (int i = 0; i < 3; ++i) stats_.run_id += fmt::format("{:016x}", platform.random.next_u64());
  stats_.run_id.resize(40);
  stats_.started_monotonic_ns = static_cast<std::int64_t>(platform.clock.monotonic_ns());
}

Server::~Server() {
  if (signals_.fd >= 0) platform_.process.close_signals(signals_.fd);
}

std::string Server::start() {
  now_ns_ = static_cast<std::int64_t>(platform_.clock.monotonic_ns());
  crew_.set_now(static_cast<std::uint64_t>(now_ns_));
  crew_.local().set_now(now_ns_);
  signals_.fd = platform_.process.open_signals();
  if (signals_.fd < 0) return fmt::format("cannot receive signals: {}", std::strerror(-signals_.fd));
  int result = reactor_->watch(signals_, signals_.fd, Trigger::level);
  if (result >= 0)
    result =
        bell_.bell().fd() < 0 ? bell_.bell().fd() : reactor_->watch(*this, bell_.bell().fd(), Trigger::edge);
  if (result < 0) return fmt::format("cannot watch signals and the doorbell: {}", std::strerror(-result));
  for (const Rename& rename : settings_.values().process.renames) {
    if (rename.name.empty() && !commands_.find(rename.command)) {
      log_.notice("rename-command {}: there is no such command to remove", quote_word(rename.command));
      continue;
    }
    if (const std::string error = commands_.rename(rename.command, rename.name); !error.empty())
      return fmt::format("rename-command {} {}: {} ({})", rename.command, quote_word(rename.name), error,
                         rename.where);
  }
  live_config_.apply_all(settings_.values());
  executor_.tick();
  if (std::string error = crew_.resize(static_cast<unsigned>(settings_.values().threads.io_threads));
      !error.empty())
    return error;
  if (std::string error = acceptor_.open(); !error.empty()) {
    // The threads run already, and nobody else would end them. To fewer threads there is always a way.
    static_cast<void>(crew_.resize(1));
    return error;
  }
  live_config_.show_title(settings_.values());
  stats_.memory_startup = allocated_bytes();
  cron_timer_ = timers_.every(now_ns_, 1'000'000'000 / settings_.values().process.hz, [this] { cron(); });
  timers_.every(now_ns_, kRateIntervalNs, [this] { sample_rates(); });
  return {};
}

int Server::run() {
  while (!ended()) turn();
  crew_.join();
  acceptor_.close();
  return 0;
}

// How long the reactor may wait; true when I/O threads have been told that the executor sleeps.
bool Server::sleep_ms(bool flushed, int& timeout_ms) {
  timeout_ms = timers_.timeout_ms(now_ns_);
  const int tick_ms = crew_.local().timeout_ms();
  if (tick_ms >= 0) timeout_ms = std::min(timeout_ms, tick_ms);
  if (!flushed) timeout_ms = std::min(timeout_ms, 1);
  if (timeout_ms == 0 || reactor_->has_ready() || executor_.has_pending() || expire_cycle_.runs() ||
      !keyspace_.lazy_idle()) {
    timeout_ms = 0;
    return false;
  }
  if (crew_.io_threads() == 1) {
    // Nobody else rings: what there is, is in the local lists.
    if (crew_.mail()) timeout_ms = 0;
    return false;
  }
  if (bell_.prepare_to_sleep([this] { return crew_.mail(); })) return true;
  timeout_ms = 0;
  return false;
}

void Server::turn() {
  int timeout_ms = 0;
  const bool asleep = sleep_ms(flushed_, timeout_ms);
  const auto idle_from = static_cast<std::int64_t>(platform_.clock.monotonic_ns());
  stats_.busy_ns += static_cast<std::uint64_t>(std::max<std::int64_t>(0, idle_from - now_ns_));
  ++stats_.turns;
  crew_.local().set_now(idle_from);
  reactor_->poll(timeout_ms);
  if (asleep) bell_.woke();
  now_ns_ = static_cast<std::int64_t>(platform_.clock.monotonic_ns());
  IoLoop& local = crew_.local();
  local.set_now(now_ns_);
  crew_.set_now(static_cast<std::uint64_t>(now_ns_));
  executor_.turn(now_ns_);
  local.take_mail(static_cast<std::size_t>(-1));
  local.tick_if_due();
  local.flush();
  timers_.run(now_ns_);
  run_background();
  flushed_ = crew_.flush();
}

// --- time ---

void Server::cron() {
  timers_.set_interval(cron_timer_, 1'000'000'000 / settings_.values().process.hz);
  executor_.tick();
  acceptor_.resume();  // also while DEBUG holds what cron does: clients must get in to end that
  if (!stats_.cron_paused)
    stats_.memory_peak = std::max<std::uint64_t>(stats_.memory_peak, keyspace_.bytes());
  if (stats_.active_expire && !stats_.cron_paused)
    expire_cycle_.begin(
        expire_share_ns(settings_.values().memory.active_expire_effort, settings_.values().process.hz));
  else
    expire_cycle_.stop();
  if (shutdown_by_ns_ == 0) return;
  if (now_ns_ >= shutdown_by_ns_) crew_.stop_now();
}

// What can wait, a slice of it a turn: whoever sends a command waits for one slice of each at most.
void Server::run_background() {
  if (expire_cycle_.runs() && executor_.pause_mode() == PauseMode::none) {
    const std::int64_t took_ms = expire_cycle_.run_slice() / kNsPerMs;
    if (took_ms > 0) recorder_.latency_event("expire-cycle", took_ms);
  } else {
    expire_cycle_.stop();
  }
  if (!keyspace_.lazy_idle()) keyspace_.free_lazily();
}

void Server::sample_rates() {
  if (stats_.cron_paused) return;
  std::uint64_t net_in = 0, net_out = 0;
  for (unsigned slot = 0; slot < IoCrew::kThreadsMax; ++slot) {
    net_in += crew_.stats(slot).get(IoStat::net_in);
    net_out += crew_.stats(slot).get(IoStat::net_out);
  }
  stats_.sample(static_cast<double>(kRateIntervalNs) / 1e9, {stats_.commands, net_in, net_out});
}

// --- the end ---

void Server::Signals::on_wake() {
  for (;;) {
    const int signal = server.platform_.process.read_signal(fd);
    if (signal < 0) return;
    server.log_.warning("Received {}, scheduling shutdown...", signal == SIGINT ? "SIGINT" : "SIGTERM");
    server.shut_down();
  }
}

void Server::shut_down() {
  if (shutdown_by_ns_ != 0) return;
  log_.notice("User requested shutdown...");
  // Draining may take a while. Whether the manager can be told has been said when the server was ready.
  if (settings_.values().process.supervised != Supervised::no)
    static_cast<void>(platform_.process.notify_manager("STOPPING=1"));
  shutdown_by_ns_ =
      now_ns_ + std::max<std::int64_t>(1, settings_.values().process.shutdown_timeout) * 1'000'000'000;
  acceptor_.close();
  executor_.end_pauses();
  crew_.stop(shutdown_by_ns_);
}

// The orders to stop must have left as well: threads are joined next.
bool Server::ended() { return shutdown_by_ns_ != 0 && clients_.size() == 0 && flushed_; }

}  // namespace baton
