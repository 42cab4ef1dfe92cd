// Executor: takes sessions from the I/O loops, runs their commands in the order of arrival, and sends the
// sessions home.
//
//   drain, each loop up to a bound -> prefetch, a window of commands across sessions at a time -> execute ->
//   release -> home
//
// Ownership   One thread. It owns clients, the keyspace (by the lease of all shards), subscriptions, watches.
//             A session is the executor's from drain to send_home; Client::held names it for that time.
// Beside it   Outbox: what clients are sent that is no reply. MonitorFeed: MONITOR. KeyChanges: who hears of
//             what a write changed.
// I3          Sessions of one loop come in the order posted, and a session's commands run in their order; a
//             session that must wait (CLIENT PAUSE) waits with all of its rest.
// I10         Sessions go home through release(): the place where durability will be waited for.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "server/commands/command.h"
#include "server/exec/client.h"
#include "server/exec/io_crew.h"
#include "server/exec/key_changes.h"
#include "server/exec/monitor_feed.h"
#include "server/exec/outbox.h"
#include "server/exec/pubsub.h"
#include "server/exec/release_gate.h"
#include "server/exec/server_stats.h"
#include "server/exec/services.h"
#include "server/exec/tracking.h"
#include "server/exec/transaction.h"
#include "server/exec/waiting_sessions.h"
#include "server/io/session.h"
#include "server/store/keyspace.h"

namespace baton {

struct QueuedCommand;

// CLIENT PAUSE: which commands wait.
enum class PauseMode : std::uint8_t { none, writes, all };

class Executor {
 public:
  struct Options {
    unsigned prefetch_window = 16;        // prefetch-batch-max-size; 0 or 1: no prefetch
    std::size_t drain_max = 256;          // parcels of one loop in one turn
    std::uint64_t memory_max = 0;         // maxmemory, bytes; 0: no limit
    std::size_t string_max = 512u << 20;  // proto-max-bulk-len, bytes
  };

  explicit Executor(Services& services);
  ~Executor();

  void set_options(const Options& options) { options_ = options; }
  [[nodiscard]] const Options& options() const noexcept { return options_; }

  // Takes what the loops have sent and runs it; returns how many parcels there were.
  std::size_t turn(std::int64_t monotonic_ns);
  // Wall time and paused clients; a few times a second.
  void tick();
  // Sessions that a pause kept waiting may go on, or trackers be told: the next turn is due at once.
  [[nodiscard]] bool has_pending() const noexcept {
    return !pending_.empty() || services_.tracking.has_work();
  }

  // --- for session commands ---
  // EXEC: runs a queued command in place, its reply appended to the caller's.
  void run_queued(Client& client, Session& session, const QueuedCommand& command, ReplyWriter& reply);
  void pause_clients(PauseMode mode, std::int64_t until_ms);
  void unpause_clients();
  // The server shuts down: no client may wait, or make others wait, any more.
  void end_pauses();
  [[nodiscard]] PauseMode pause_mode() const noexcept { return pause_mode_; }
  [[nodiscard]] std::int64_t paused_until_ms() const noexcept { return paused_until_ms_; }
  void add_monitor(Client& client) { monitors_.add(client); }
  [[nodiscard]] std::size_t monitors() const noexcept { return monitors_.size(); }
  [[nodiscard]] std::size_t parked() const noexcept { return parked_.size(); }
  // Ends a transaction and forgets its watches.
  void end_transaction(Client& client);
  // Takes everything away that RESET takes away, apart from authentication.
  void reset_client(Client& client);
  // The caller itself, once its reply is sent; or another client, whose connection has ended when the caller
  // reads its reply.
  void kill(Client& client);
  void resettle_time_keeping();

  // The way to clients beside the replies to their commands.
  [[nodiscard]] Outbound& outbound() noexcept { return outbox_; }

 private:
  struct Item {
    Session* session;
    std::uint32_t command;
  };

  void take(Held<Parcel> parcel);
  void run_pending();
  void run_window(std::span<const Item> window);
  void prefetch(std::span<const Item> window);
  void share_time(std::size_t from, std::uint64_t ns);
  void run(Session& session, const ParsedCommand& command);
  void run_guarded(Client& client, Session& session, const ParsedCommand& command, ReplyWriter& reply);
  void refuse(Client& client, const ParsedCommand& command, std::span<const std::string_view> args,
              ReplyWriter& reply, std::string_view error);
  [[nodiscard]] bool must_wait(const Client& client, const ParsedCommand& command) const;
  void enqueue(Client& client, const ParsedCommand& command, std::span<const std::string_view> args,
               std::span<const std::uint64_t> hashes, ReplyWriter& reply);
  void call(Client& client, Session& session, const CommandSpec& spec, const CommandSpec* container,
            std::span<const std::string_view> args, std::span<const std::uint64_t> hashes,
            ReplyWriter& reply);
  void remember_read(const Client& client, const CommandSpec& spec, std::span<const std::string_view> args);
  void wait_no_longer(Client& client);
  void note_error(const CommandSpec* spec, const ReplyWriter& reply);
  void release(Held<Session> session);
  void settle_session(Held<Session> session);
  void finish(Session& session);
  void note_end_of_victim(const Client& victim);
  void forget(Held<Session> session);
  [[nodiscard]] bool out_of_memory();

  Services& services_;
  Options options_;
  std::vector<Held<Session>> pending_;  // taken in this turn, in order of arrival
  WaitingSessions parked_;              // waiting for the end of CLIENT PAUSE
  WaitingSessions killers_;             // replies and all, waiting for the end of those they killed
  std::vector<Item> window_;
  Outbox outbox_;
  MonitorFeed monitors_;
  ReleaseGate gate_;
  KeyChanges changes_;
  std::uint64_t released_ = 0;
  PauseMode pause_mode_ = PauseMode::none;
  std::int64_t paused_until_ms_ = 0;
  bool pauses_ended_ = false;
  std::int64_t now_ms_ = 0;
  bool precise_time_ = false;  // each command is timed by itself
  // In the window under way: commands that ran without a clock of their own, by their index, and the time of
  // those that had one.
  std::vector<std::uint32_t> untimed_;
  std::uint64_t timed_ns_ = 0;
};

}  // namespace baton
