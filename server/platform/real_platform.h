// RealPlatform: the seam on Linux. Direct system calls; no state besides what the kernel keeps.
//
//   RealPlatform real;
//   Platform& platform = real.platform();
//
// The parts are final classes: code that holds one by its own type calls it directly.
#pragma once

#include "server/platform/platform.h"
#include "server/platform/real_files.h"
#include "server/platform/real_poller.h"
#include "server/platform/real_process.h"
#include "server/platform/real_sockets.h"

namespace baton {

class RealClock final : public Clock {
 public:
  std::uint64_t monotonic_ns() override;
  std::int64_t wall_us() override;
  void sleep_us(std::uint64_t microseconds) override;
};

class RealRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

class RealThreads final : public Threads {
 public:
  std::unique_ptr<ThreadHandle> spawn(std::string name, std::function<void()> body) override;
  void name_current(const std::string& name) override;
};

class RealPlatform {
 public:
  RealPlatform() = default;
  RealPlatform(const RealPlatform&) = delete;
  RealPlatform& operator=(const RealPlatform&) = delete;
  // See RealProcess.
  void own_arguments(int argc, char** argv) { process_.own_arguments(argc, argv); }
  [[nodiscard]] Platform& platform() noexcept { return platform_; }

 private:
  RealClock clock_;
  RealRandom random_;
  RealSockets sockets_;
  RealPollers pollers_;
  RealFiles files_;
  RealThreads threads_;
  RealProcess process_;
  Platform platform_{clock_, random_, sockets_, pollers_, files_, threads_, process_};
};

}  // namespace baton
