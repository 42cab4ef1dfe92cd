// Threads: starts named threads. The only door to them outside queues/.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace baton {

class ThreadHandle {
 public:
  virtual ~ThreadHandle() = default;  // joins if nobody did
  virtual void join() = 0;
};

class Threads {
 public:
  virtual ~Threads() = default;
  // `name` has at most 15 bytes (the kernel's bound). A system that cannot start a thread stops the process.
  [[nodiscard]] virtual std::unique_ptr<ThreadHandle> spawn(std::string name, std::function<void()> body) = 0;
  virtual void name_current(const std::string& name) = 0;
};

}  // namespace baton
