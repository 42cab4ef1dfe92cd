// IoThread: a thread that does nothing but drive one I/O loop.
//
//   drain mail -> flush -> checkpoint -> sleep in the reactor, unless there is mail, a pause, or work ->
//   again
//
// I5   Before it sleeps it announces so at its bell and looks once more; the reactor watches the bell.
// I7   A pause is confirmed at one point of the loop, where the loop is whole and in nobody's middle.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "queues/doorbell.h"
#include "queues/pause_gate.h"
#include "server/io/channel.h"
#include "server/io/io_loop.h"
#include "server/net/reactor.h"
#include "server/platform/platform.h"
#include "server/platform/sync.h"

namespace baton {

class IoThread final : private Wakeable {
 public:
  struct Parts {
    Platform& platform;
    Log& log;
    const Resolver& resolver;
    IoStats& stats;  // of this thread's number; outlives it
    Bell& executor_bell;
    Channel::Kind handoff;
  };

  // `number` >= 1 names the thread: io_thd_1. Null, and `error` says why, when the system refuses a poller.
  static std::unique_ptr<IoThread> start(const Parts& parts, const IoLimits& limits, unsigned number,
                                         std::string& error);
  // The thread must have been stopped: by a StopOrder that it obeyed, or by retire().
  ~IoThread();

  [[nodiscard]] Channel& channel() noexcept { return *channel_; }
  [[nodiscard]] Bell& bell() noexcept { return bell_; }
  [[nodiscard]] PauseGate<ServerSync>& gate() noexcept { return gate_; }

  // For whoever holds this thread at rest.
  [[nodiscard]] IoLoop& loop_at_rest() noexcept { return *loop_; }
  // For whoever holds this thread at rest, its loop empty: the thread ends when it goes on.
  void retire() noexcept { retired_ = true; }
  void join();

 private:
  IoThread(const Parts& parts, const IoLimits& limits, std::unique_ptr<Reactor> reactor);
  void run();
  [[nodiscard]] bool sleep_ms(bool published, int& timeout_ms);
  void on_wake() override {}

  static constexpr std::size_t kMailMax = 512;  // parcels taken in one turn

  Clock& clock_;
  IoStats& stats_;
  Bell bell_;
  PauseGate<ServerSync> gate_;
  std::unique_ptr<Reactor> reactor_;
  std::unique_ptr<Channel> channel_;
  std::unique_ptr<IoLoop> loop_;
  std::unique_ptr<ThreadHandle> thread_;
  bool retired_ = false;
};

}  // namespace baton
