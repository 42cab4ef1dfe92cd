// SimThreads: the server's threads as fibers of the explorer. Starting and joining order memory, as they do.
#pragma once

#include "model/sim/kernel.h"
#include "server/platform/threads.h"

namespace baton::sim {

class SimThreads final : public Threads {
 public:
  explicit SimThreads(Kernel& kernel) : kernel_(kernel) {}

  // -EAGAIN: all fibers of the engine are taken, or thread_refused struck.
  std::unique_ptr<ThreadHandle> spawn(std::string name, std::function<void()> body) override;
  void name_current(const std::string&) override {}
  // Of those started, how many were not joined.
  [[nodiscard]] unsigned alive() const { return alive_; }

 private:
  friend class SimThread;

  Kernel& kernel_;
  unsigned alive_ = 0;
};

}  // namespace baton::sim
