#include "model/sim/sim_threads.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include "model/explorer/explorer_sync.h"

namespace baton::sim {

using explorer::Engine;

std::string thrown_by(const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& exception) {
    return fmt::format("an exception left the thread: {}", exception.what());
  } catch (...) {
    return "an exception left the thread";
  }
  return {};
}

class SimThread final : public ThreadHandle {
 public:
  SimThread(SimThreads& threads, int index) : threads_(threads), index_(index) {
    if (index_ >= 0) ++threads_.alive_;
  }
  ~SimThread() override { SimThread::join(); }

  [[nodiscard]] int error() const noexcept override { return refused_ ? -EAGAIN : 0; }
  void join() override {
    if (index_ < 0) return;
    Ended ended(static_cast<unsigned>(index_));
    threads_.kernel_.call("join");
    threads_.kernel_.block(ended, Kernel::kForever);
    Engine::current().joined(static_cast<unsigned>(index_));
    index_ = -1;
    --threads_.alive_;
  }

 private:
  struct Ended final : Waiting {
    explicit Ended(unsigned thread_) : thread(thread_) {}
    [[nodiscard]] bool woken() const override { return Engine::current().finished(thread); }
    unsigned thread;
  };

  SimThreads& threads_;
  int index_;
  bool refused_ = index_ < 0;
};

std::unique_ptr<ThreadHandle> SimThreads::spawn(std::string name, std::function<void()> body) {
  kernel_.call("clone");
  if (kernel_.faults().strike(Fault::thread_refused)) return std::make_unique<SimThread>(*this, -1);
  const int index = Engine::current().spawn([this, body = std::move(body)] {
    const std::string thrown = thrown_by(body);
    if (!thrown.empty()) kernel_.fail(thrown);
    model::Run::current().deferred.finish(explorer::deferring_thread());  // what a weakening delayed
  });
  if (index >= 0) {
    names_.resize(std::max(names_.size(), static_cast<std::size_t>(index) + 1));
    names_[static_cast<std::size_t>(index)] = std::move(name);
  }
  return std::make_unique<SimThread>(*this, index);
}

}  // namespace baton::sim
