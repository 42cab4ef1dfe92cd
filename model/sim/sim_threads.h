// SimThreads: the server's threads as fibers of the explorer. Starting and joining order memory, as they do.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/sim/kernel.h"
#include "server/platform/threads.h"

namespace baton::sim {

// Runs it; what it threw, for people. An exception would end the process, and name no seed.
[[nodiscard]] std::string thrown_by(const std::function<void()>& body);

class SimThreads final : public Threads {
 public:
  explicit SimThreads(Kernel& kernel) : kernel_(kernel) {}

  // -EAGAIN: all fibers of the engine are taken, or thread_refused struck.
  std::unique_ptr<ThreadHandle> spawn(std::string name, std::function<void()> body) override;
  void name_current(const std::string&) override {}
  // Of those started, how many were not joined.
  [[nodiscard]] unsigned alive() const { return alive_; }
  // By fiber: who ran there last.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  friend class SimThread;

  Kernel& kernel_;
  unsigned alive_ = 0;
  std::vector<std::string> names_{"executor"};
};

}  // namespace baton::sim
