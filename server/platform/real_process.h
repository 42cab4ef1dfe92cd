// RealProcess: Process on Linux.
#pragma once

#include <span>
#include <string>

#include "server/platform/process.h"

namespace baton {

class RealProcess final : public Process {
 public:
  // Whose command line this process has: what set_title() writes over. Call it first of all in main();
  // without it there are no titles.
  void own_arguments(int argc, char** argv);

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
  int notify_manager(const std::string& state) override;
  [[nodiscard]] bool has_manager() override;
  void set_title(const std::string& title) override;
  int disable_huge_pages() override;
  int change_directory(const std::string& path) override;
  std::string current_directory() override;

 private:
  std::span<char> title_;  // the strings of argv and the environment, as the kernel laid them out
};

}  // namespace baton
