// IoLoop: the connections of one I/O thread, and their traffic with the executor.
//
// The same object runs in a thread of its own (io_thread.h) and, with io-threads 1, inside the executor's
// thread: whoever drives it calls take_mail(), flush() and the reactor's poll() in turn.
//
// Ownership   The loop owns its connections. Its thread owns the loop; the executor may reach into it only
// while it holds the
//             thread at the pause gate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "queues/shared_stat.h"
#include "server/config/io_limits.h"
#include "server/io/block_pool.h"
#include "server/io/channel.h"
#include "server/io/connection.h"
#include "server/net/reactor.h"
#include "server/platform/clock.h"
#include "server/platform/log.h"
#include "server/platform/sockets.h"
#include "server/platform/sync.h"

namespace baton {

// What one loop counts; written by its thread, read by INFO at any time.
enum class IoStat : std::uint8_t {
  clients,
  reads,
  writes,
  net_in,
  net_out,
  turns,        // of the loop
  busy_ns,      // outside of the poller's wait
  handoffs_in,  // parcels taken from the executor
  handoff_ns,   // their time on the way, summed
  handoff_ns_max,
  posted,
  rung,
  elided,
  query_limit_closed,
  output_limit_closed,
  idle_closed,
  protocol_errors,
  kCount
};
using IoStats = SharedStat<IoStat, ServerSync>;

class IoLoop {
 public:
  struct Parts {
    Sockets& sockets;
    Clock& clock;
    Log& log;
    Reactor& reactor;
    Channel& channel;
    const Resolver& resolver;
    IoStats& stats;
  };

  IoLoop(const Parts& parts, const IoLimits& limits);
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  // Takes up to `max` parcels from the executor; returns how many.
  std::size_t take_mail(std::size_t max);
  // Sends what connections have queued and goes on with their input; publishes sessions to the executor.
  // False: not everything fitted, call again before sleeping.
  bool flush();
  // Once around, after the poll: the time that everything in this turn is stamped with.
  void set_now(std::int64_t monotonic_ns) noexcept { now_ns_ = monotonic_ns; }

  // Milliseconds until the next turn is due if nothing happens; -1: never.
  [[nodiscard]] int timeout_ms() const noexcept { return next_turn_.empty() ? tick_timeout_ms() : 0; }
  // While it stops: until what is left is to be closed; -1: never, or that has been done.
  [[nodiscard]] int stop_timeout_ms() const noexcept;
  void tick_if_due();

  [[nodiscard]] std::size_t clients() const noexcept { return connections_.size(); }
  [[nodiscard]] bool stopping() const noexcept { return stopping_; }
  [[nodiscard]] bool stop_is_due() const noexcept { return stopping_ && now_ns_ >= stop_by_ns_; }
  [[nodiscard]] bool stopped() const noexcept { return stopping_ && connections_.empty(); }
  // Closes what is left, whatever it has to send.
  void close_all();

  [[nodiscard]] std::vector<std::uint64_t> client_ids() const;
  void take_at_rest(ParcelChain& parcels);
  // For whoever holds this loop's thread and those of `targets` at rest: moves `count` connections, or all
  // there are, there in turns.
  void move_to(std::span<IoLoop* const> targets, std::size_t count);

  // --- for its connections ---
  [[nodiscard]] const Parts& parts() const noexcept { return parts_; }
  [[nodiscard]] Reactor& reactor() const noexcept { return parts_.reactor; }
  [[nodiscard]] const IoLimits& limits() const noexcept { return limits_; }
  [[nodiscard]] BlockPool& pool() noexcept { return pool_; }
  [[nodiscard]] IoStats& stats() const noexcept { return parts_.stats; }
  [[nodiscard]] std::int64_t now_ms() const noexcept { return now_ns_ / 1'000'000; }
  void post(Held<Session> session, Errand errand);
  void schedule_flush(Connection& connection);
  void schedule_next_turn(Connection& connection);  // the same, after everybody else's turn
  void count_above_soft_limit(std::ptrdiff_t change) noexcept { above_soft_limit_ += change; }
  // Takes a closed connection out of the loop; it is deleted at the end of the turn.
  void bury(Connection& connection);

 private:
  void take(Held<Parcel> parcel);
  void kill(const KillOrder& order);
  void adopt(Held<Session> session);
  void deliver(const Delivery& delivery);
  void set_limits(const IoLimits& limits);
  [[nodiscard]] int tick_timeout_ms() const noexcept;

  Parts parts_;
  IoLimits limits_;
  BlockPool pool_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> flush_list_;
  std::vector<Connection*> flushing_;
  std::vector<Connection*> next_turn_;  // have sent their share of this turn
  std::vector<std::unique_ptr<Connection>> buried_;
  std::int64_t now_ns_ = 0;
  std::int64_t next_tick_ms_ = 0;
  std::ptrdiff_t above_soft_limit_ = 0;  // connections
  bool limits_changed_ = false;          // since the last tick
  bool stopping_ = false;
  std::int64_t stop_by_ns_ = 0;
};

}  // namespace baton
