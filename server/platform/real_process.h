// RealProcess: Process on Linux.
#pragma once

#include "server/platform/process.h"

namespace baton {

class RealProcess final : public Process {
 public:
  int pid() override;
  HostFacts host() override;
  int fork_child(const std::function<int()>& body) override;
  int reap(int child, ChildState& state) override;
  int kill(int child, int signal) override;
  int daemonize() override;
  int open_signals() override;
  int read_signal(int fd) override;
  void close_signals(int fd) override;
  CpuTimes cpu_self() override;
  CpuTimes cpu_thread() override;
  CpuTimes cpu_children() override;
  std::uint64_t resident_bytes() override;
  std::uint64_t open_files_max() override;
  std::uint64_t raise_open_files(std::uint64_t wanted) override;
  int change_directory(const std::string& path) override;
  std::string current_directory() override;
};

}  // namespace baton
