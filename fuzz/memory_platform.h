// MemoryPlatform: the server's world without a kernel, for one thread: sockets are buffers, time is a number.
//
//   MemoryPlatform world({.piece = 3, .when_idle = [&] { ... send more, or ask_to_stop() ... }});
//   const int client = world.connect();
//   world.send(client, bytes);                 // what the client says; the server receives it in pieces of 3
//   ... build the server on world.platform() and run it ...
//   world.received(client)                     // what the server said
//
// The server's own loop runs as it is: whenever it would sleep, because everything was seen and nothing is
// left to do, when_idle acts in its stead, and then time passes for as long as it wanted to sleep.
//
// Deterministic: the same calls give the same bytes, times and random numbers. Threads are refused as by a
// system that has no more of them, files do not exist and cannot be written. Descriptors that it did not make
// (the executor's bell) are registered and never reported: nobody else is there to ring.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/platform/platform.h"

namespace baton {

class MemoryPlatform {
 public:
  struct Options {
    std::function<void()> when_idle;
    std::size_t piece = SIZE_MAX;       // bytes that one recv gives at most
    std::size_t send_piece = SIZE_MAX;  // bytes that one send takes at most, every other one taking none
  };

  explicit MemoryPlatform(Options options);
  ~MemoryPlatform();
  MemoryPlatform(const MemoryPlatform&) = delete;
  MemoryPlatform& operator=(const MemoryPlatform&) = delete;

  [[nodiscard]] Platform& platform() noexcept { return platform_; }

  // A client that waits to be accepted; its number for the calls below.
  int connect();
  void send(int client, std::string_view bytes);
  void half_close(int client);  // the client says no more, and still listens
  void reset(int client);       // the client is gone
  [[nodiscard]] const std::string& received(int client) const;
  [[nodiscard]] bool closed_by_server(int client) const;
  [[nodiscard]] bool gone(int client) const;  // reset
  void advance_ms(std::int64_t milliseconds);
  // TERM, as from an operator.
  void ask_to_stop();

 private:
  struct Wire;  // one connection, both ends
  struct World;
  class MemoryClock;
  class MemoryRandom;
  class MemorySockets;
  class MemoryPoller;
  class MemoryPollers;
  class MemoryFiles;
  class MemoryThreads;
  class MemoryProcess;
  struct Parts;

  std::unique_ptr<World> world_;
  std::unique_ptr<Parts> parts_;
  Platform platform_;
};

}  // namespace baton
