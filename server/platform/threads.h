// Threads: starts named threads. The only door to them outside queues/.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace baton {

class ThreadHandle {
 public:
  virtual ~ThreadHandle() = default;  // joins if nobody did
  // 0, or -errno with which the system refused: then the body never runs, and join() returns at once.
  [[nodiscard]] virtual int error() const noexcept = 0;
  virtual void join() = 0;
};

class Threads {
 public:
  virtual ~Threads() = default;
  // `name` has at most 15 bytes (the kernel's bound). Look at error() before relying on the body.
  [[nodiscard]] virtual std::unique_ptr<ThreadHandle> spawn(std::string name, std::function<void()> body) = 0;
  virtual void name_current(const std::string& name) = 0;
};

}  // namespace baton
