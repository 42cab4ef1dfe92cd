// Storms: what operators and bad clients do to a server while others are being served.
//
// Each is a function that a thread of its own runs until it is told to stop, over connections of its own. It
// checks the replies it gets, too, and leaves what was wrong in the log that all storms of a run share.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace baton {

class StormLog {
 public:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    if (faults_.size() < 20) faults_.push_back(std::move(what));
  }
  [[nodiscard]] std::vector<std::string> faults() const {
    const std::lock_guard lock(mutex_);
    return faults_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> faults_;
};

struct StormPlace {
  int port = 0;
  std::uint64_t seed = 1;
  bool control_may_die = false;                      // another storm kills every client, ours among them
  const std::atomic<bool>* server_leaves = nullptr;  // set once a shutdown has begun

  // A shutdown has begun: commands may be refused.
  [[nodiscard]] bool leaving() const {
    return server_leaves != nullptr && server_leaves->load(std::memory_order_acquire);
  }
  // Losing a connection is no fault now.
  [[nodiscard]] bool may_lose() const { return control_may_die || leaving(); }
};

using Storm = void (*)(const StormPlace& place, StormLog& log, const std::stop_token& stop);

// CLIENT KILL of mortal connections by ID, address, local address.
void kill_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);
// CLIENT KILL of everybody else, by TYPE, USER and local address.
void massacre_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);
// CONFIG SET io-threads, up and down.
void resize_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);
// CLIENT LIST and INFO, again and again: no client may be in two places.
void watch_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);
// CLIENT PAUSE, all and writes only, and UNPAUSE.
void pause_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);
// FLUSHDB and SWAPDB of databases that the load does not use, PUBLISH to channels it does not hear.
void keyspace_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);
// MONITOR: what each connection sent must show in the order in which it sent it.
void monitor_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);
// Connections that say nothing, half a command or nonsense, and are gone.
void churn_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop);

// The address through which mortal connections reach the server; the steady ones use 127.0.0.1.
inline constexpr const char* kMortalHost = "127.0.0.2";

}  // namespace baton
