// SimProcess: the process as the simulated system sees it. Signals arrive at a descriptor; there are no
// children: the server keeps nothing on disk yet, so it forks none, and fork_child() says -ENOSYS.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "model/sim/kernel.h"
#include "server/platform/process.h"

namespace baton::sim {

class SimProcess final : public Process {
 public:
  explicit SimProcess(Kernel& kernel) : kernel_(kernel) {}

  // An operator's signal, from an event.
  void raise(int signal);

  int pid() override { return 4711; }
  HostFacts host() override { return {"Simulated", "/usr/bin/baton-server", std::uint64_t{1} << 34}; }
  int fork_child(const std::function<int()>& body) override;
  int reap(int child, ChildState& state) override;
  int kill(int child, int signal) override;
  int daemonize() override;
  int open_signals() override;
  int read_signal(int fd) override;
  void close_signals(int fd) override { kernel_.close(fd); }
  CpuTimes cpu_self() override { return cpu(); }
  CpuTimes cpu_thread() override { return cpu(); }
  CpuTimes cpu_children() override { return {}; }
  std::uint64_t resident_bytes() override { return std::uint64_t{1} << 24; }
  std::uint64_t open_files_max() override { return open_files_max_; }
  std::uint64_t raise_open_files(std::uint64_t wanted) override;
  int notify_manager(const std::string& state) override;
  bool has_manager() override { return false; }
  void set_title(const std::string&) override {}
  int disable_huge_pages() override { return 0; }
  int change_directory(const std::string& path) override;
  std::string current_directory() override { return directory_; }

 private:
  struct Signals final : Descriptor {
    [[nodiscard]] const char* kind() const override { return "signals"; }
    [[nodiscard]] unsigned poll_bits() const override { return pending.empty() ? 0u : kPollIn; }
    std::deque<int> pending;
  };
  [[nodiscard]] CpuTimes cpu() const { return {.user_us = kernel_.now_ns() / 1000, .system_us = 0}; }

  Kernel& kernel_;
  std::shared_ptr<Signals> signals_;
  std::string directory_ = "/srv";
  std::uint64_t open_files_max_ = 1024;
};

}  // namespace baton::sim
