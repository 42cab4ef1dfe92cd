// ServerProcess: a server under test, started on a free loopback port and watched.
//
// What it prints goes to a file, which is read for reports of sanitizers. It does not outlive its starter.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace baton {

class ServerProcess {
 public:
  ServerProcess() = default;
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Starts `program --port <free> <arguments>` and waits until it answers PING. Empty, or what went wrong.
  [[nodiscard]] std::string start(const std::string& program, const std::vector<std::string>& arguments);

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running();
  void signal(int number) const;

  // The exit status once it has ended: 0 to 255, or 256 plus the signal. Nothing if it has not in time.
  [[nodiscard]] std::optional<int> wait_exit(double seconds);

  [[nodiscard]] const std::string& log_path() const { return log_path_; }
  [[nodiscard]] std::string log() const;
  // The first report of a sanitizer or of a broken invariant in the log; empty if there is none.
  [[nodiscard]] std::string report() const;

 private:
  void reap(int options);

  pid_t pid_ = -1;
  int port_ = 0;
  std::optional<int> status_;
  std::string log_path_;
};

}  // namespace baton
