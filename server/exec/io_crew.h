// IoCrew: all I/O loops: the executor's own (slot 0) and those in threads of their own (slots 1, 2, ...).
//
// With io-threads 1 connections live in slot 0. With io-threads N > 1 the executor is one of the N, as Redis
// counts, and connections live in slots 1 to N-1.
//
// Ownership   The executor's. It talks to loops by parcels, and reaches into them only in resize(), while
// every thread
//             is held at the pause gate.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/exec/client_registry.h"
#include "server/io/io_thread.h"
#include "server/platform/sync.h"

namespace baton {

struct PauseCounters {
  std::uint64_t pauses = 0;     // threads brought to rest
  std::uint64_t paused_ns = 0;  // from the first request to the last resume, summed over pauses of many
};

class IoCrew {
 public:
  static constexpr unsigned kThreadsMax = 128;

  struct Parts {
    Platform& platform;
    Log& log;
    Reactor& reactor;  // the executor's
    const Resolver& resolver;
    ClientRegistry& clients;
    Bell& bell;  // the executor's
    Channel::Kind handoff;
  };

  IoCrew(const Parts& parts, const IoLimits& limits);
  ~IoCrew();

  // io-threads: 1 to kThreadsMax. Every connection, its input, its output and its commands under way survive.
  // On an error, which is returned, nothing has changed.
  [[nodiscard]] std::string resize(unsigned io_threads);
  [[nodiscard]] unsigned io_threads() const noexcept { return static_cast<unsigned>(threads_.size()) + 1; }

  // A new client's session, with its descriptor, goes to the loop with the fewest clients.
  void assign(Client& client, Held<Session> session);
  // The session goes home.
  void send_home(Client& client, Held<Session> session);
  void kill(Client& client, KillReason reason = KillReason::asked);
  // The same bytes to many clients, one message a loop.
  void deliver(const std::vector<Client*>& clients, std::string_view bytes);
  void set_limits(const IoLimits& limits);
  // The time that parcels of this turn are stamped with.
  void set_now(std::uint64_t monotonic_ns) noexcept { now_ns_ = monotonic_ns; }
  void forget(const Client& client);  // closed: its slot has one less

  // Takes up to `max_each` parcels of each loop, starting with another one each time. Returns how many.
  std::size_t drain(std::size_t max_each, ParcelChain& out);
  // Publishes what was posted; false: a queue was full, flush again before sleeping.
  bool flush();
  [[nodiscard]] bool mail();

  [[nodiscard]] IoLoop& local() noexcept { return *local_; }
  [[nodiscard]] const IoStats& stats(unsigned slot) const noexcept { return (*stats_)[slot]; }
  [[nodiscard]] std::size_t clients_in(unsigned slot) const noexcept { return assigned_[slot]; }
  [[nodiscard]] const PauseCounters& pauses() const noexcept { return pauses_; }
  // Doorbells of I/O threads: rung and elided by the executor, summed.
  [[nodiscard]] ChannelStats sent() const;

  // Brings every thread to rest for as long as `work` runs.
  template <class Work>
  void at_rest(Work&& work) {
    const std::vector<PauseTarget<ServerSync>> targets = pause_targets();
    const std::uint64_t from = clock_now();
    {
      PausedThreads<ServerSync> paused(targets);
      work();
    }
    if (targets.empty()) return;
    pauses_.pauses += targets.size();
    pauses_.paused_ns += clock_now() - from;
  }

  // The end: every loop sends what it has, closes its connections, at `by_ns` (monotonic) at the latest, and
  // its thread ends.
  void stop(std::int64_t by_ns);
  void stop_now();  // those of the executor's loop, whatever they have to send
  void join();

 private:
  void post(unsigned slot, Held<Parcel> parcel);
  [[nodiscard]] Channel& channel(unsigned slot) noexcept;
  [[nodiscard]] IoLoop& loop_at_rest(unsigned slot) noexcept;
  [[nodiscard]] std::vector<PauseTarget<ServerSync>> pause_targets();
  [[nodiscard]] std::uint64_t clock_now() const { return parts_.platform.clock.monotonic_ns(); }
  [[nodiscard]] unsigned least_loaded() const noexcept;
  void move_from(unsigned slot, std::span<IoLoop* const> targets, std::size_t count);
  void retire(unsigned slot);
  void spread(unsigned before, unsigned kept);
  void recount(std::span<const unsigned> left, unsigned kept);

  Parts parts_;
  IoLimits limits_;
  std::unique_ptr<std::array<IoStats, kThreadsMax>> stats_;
  std::unique_ptr<Channel> local_channel_;
  std::unique_ptr<IoLoop> local_;
  std::vector<std::unique_ptr<IoThread>> threads_;  // slot - 1
  std::array<std::size_t, kThreadsMax> assigned_{};
  bool stopping_ = false;
  ParcelChain reclaimed_;  // taken off retired channels, drained first
  std::size_t reclaimed_count_ = 0;
  unsigned next_drained_ = 0;
  std::uint64_t now_ns_ = 0;
  PauseCounters pauses_;
  ChannelStats sent_by_retired_;
};

}  // namespace baton
