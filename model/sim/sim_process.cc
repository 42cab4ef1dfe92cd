#include "model/sim/sim_process.h"

#include <algorithm>
#include <cerrno>

namespace baton::sim {

void SimProcess::raise(int signal) {
  if (!signals_) return;
  signals_->pending.push_back(signal);
  signals_->happened(kPollIn);
}

int SimProcess::fork_child(const std::function<int()>&) { return -ENOSYS; }
int SimProcess::reap(int, ChildState&) { return -ECHILD; }
int SimProcess::kill(int, int) { return -ESRCH; }
int SimProcess::daemonize() { return -ENOSYS; }

int SimProcess::open_signals() {
  kernel_.call("signalfd");
  signals_ = std::make_shared<Signals>();
  return kernel_.install(signals_);
}

int SimProcess::read_signal(int fd) {
  kernel_.call("read signalfd");
  if (!kernel_.find(fd, "read signalfd") || signals_->pending.empty()) return -EAGAIN;
  const int signal = signals_->pending.front();
  signals_->pending.pop_front();
  return signal;
}

std::uint64_t SimProcess::raise_open_files(std::uint64_t wanted) {
  return open_files_max_ = std::max(open_files_max_, wanted);
}

int SimProcess::notify_manager(const std::string&) { return -ENOENT; }

int SimProcess::change_directory(const std::string& path) {
  if (path.empty() || path == "/missing") return -ENOENT;
  directory_ = path.front() == '/' ? path : directory_ + "/" + path;
  return 0;
}

}  // namespace baton::sim
