// Server: builds the rooms, hands each to the next, and runs the executor's loop until it is told to end.
//
// The loop:   sleep in the reactor -> what arrived is parsed -> execute -> home -> send -> timers ->
//             a slice of active expiry and of freeing -> again
//
// Shutdown    TERM, INT or SHUTDOWN: no more accepts; commands that have arrived are run, replies are sent,
// connections closed,
//             threads joined, files removed; exit status 0. Slow readers may delay it by shutdown-timeout.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/commands/command_table.h"
#include "server/config/settings.h"
#include "server/exec/acceptor.h"
#include "server/exec/command_resolver.h"
#include "server/exec/executor.h"
#include "server/exec/io_crew.h"
#include "server/exec/pubsub.h"
#include "server/exec/server_stats.h"
#include "server/exec/services.h"
#include "server/exec/tracking.h"
#include "server/main/expire_cycle.h"
#include "server/main/live_config.h"
#include "server/net/reactor.h"
#include "server/net/timers.h"
#include "server/observe/recorder.h"
#include "server/platform/platform.h"

namespace baton {

class Server final : public ServerControl, private Wakeable {
 public:
  Server(Platform& platform, Log& log, Settings& settings, std::unique_ptr<Reactor> reactor);
  ~Server();

  // Opens sockets and starts threads; an error text, or empty.
  [[nodiscard]] std::string start();
  // Until the end; the exit status.
  int run();

  void shut_down() override;

 private:
  void on_wake() override {}  // the bell: there is mail, and the loop looks

  struct Signals final : Wakeable {
    explicit Signals(Server& server_) : server(server_) {}
    void on_wake() override;
    Server& server;
    int fd = -1;
  };

  void turn();
  [[nodiscard]] bool sleep_ms(bool flushed, int& timeout_ms);
  void cron();
  void run_background();
  void sample_rates();
  [[nodiscard]] bool ended();

  static constexpr std::int64_t kRateIntervalNs = 100'000'000;

  Platform& platform_;
  Log& log_;
  Settings& settings_;
  Keyspace keyspace_;
  AllShards shards_;
  CommandTable commands_;
  CommandResolver resolver_;
  ClientRegistry clients_;
  WatchIndex watches_;
  ServerStats stats_;
  Recorder recorder_;
  std::unique_ptr<Reactor> reactor_;
  Timers timers_;
  Bell bell_;
  IoCrew crew_;
  Services services_;
  Executor executor_;
  PubSub pubsub_;
  Tracking tracking_;
  Acceptor acceptor_;
  LiveConfig live_config_;
  ExpireCycle expire_cycle_;
  Signals signals_{*this};
  std::int64_t now_ns_ = 0;
  bool flushed_ = true;
  std::int64_t shutdown_by_ns_ = 0;  // 0: not shutting down
  Timers::Id cron_timer_ = 0;
};

}  // namespace baton
