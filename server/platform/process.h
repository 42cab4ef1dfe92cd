// Process: this process and its children, as the system sees them: signals, fork, limits, accounting.
//
// Calls that can fail return at least 0 or -errno.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace baton {

struct CpuTimes {
  std::uint64_t user_us = 0;
  std::uint64_t system_us = 0;
};

struct ChildState {
  bool running = true;
  int exit_code = -1;  // when it exited by itself
  int signal = 0;      // when a signal ended it
};

struct HostFacts {
  std::string system;  // "Linux 6.1.0 x86_64"
  std::string executable;
  std::uint64_t memory_bytes = 0;
};

class Process {
 public:
  virtual ~Process() = default;

  [[nodiscard]] virtual int pid() = 0;
  [[nodiscard]] virtual HostFacts host() = 0;

  // Runs `body` in a copy of this process, which exits with what it returns; the pid of the copy. Only the
  // calling thread exists in the copy, so the others must be paused outside every lock when this is called.
  virtual int fork_child(const std::function<int()>& body) = 0;
  // Never waits. -ECHILD: not a child, or already reaped.
  virtual int reap(int child, ChildState& state) = 0;
  virtual int kill(int child, int signal) = 0;
  // Goes on in the background, away from the terminal. Before any thread or descriptor to poll exists.
  virtual int daemonize() = 0;

  // From now on TERM and INT arrive at the returned descriptor, which a poller can watch, HUP and PIPE are
  // ignored. Call before threads are spawned: they inherit the mask.
  virtual int open_signals() = 0;
  // The number of a signal that arrived, or -EAGAIN.
  virtual int read_signal(int fd) = 0;
  virtual void close_signals(int fd) = 0;

  [[nodiscard]] virtual CpuTimes cpu_self() = 0;
  [[nodiscard]] virtual CpuTimes cpu_thread() = 0;    // of the calling thread
  [[nodiscard]] virtual CpuTimes cpu_children() = 0;  // of those reaped
  [[nodiscard]] virtual std::uint64_t resident_bytes() = 0;

  [[nodiscard]] virtual std::uint64_t open_files_max() = 0;
  // Raises the limit towards `wanted` as far as the system lets it; returns the limit that holds now.
  virtual std::uint64_t raise_open_files(std::uint64_t wanted) = 0;

  // A state for the service manager that started this process, as sd_notify(3) writes it: "READY=1". -ENOENT:
  // none waits for one.
  virtual int notify_manager(const std::string& state) = 0;
  // Whether one waits for such states.
  [[nodiscard]] virtual bool has_manager() = 0;

  // What ps shows in place of the command line. It may be cut to the room that the system has for it.
  virtual void set_title(const std::string& title) = 0;

  // The kernel backs what this process touches from now on with small pages only.
  virtual int disable_huge_pages() = 0;

  virtual int change_directory(const std::string& path) = 0;
  [[nodiscard]] virtual std::string current_directory() = 0;
};

}  // namespace baton
