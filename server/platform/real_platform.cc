#include "server/platform/real_platform.h"

#include <sys/random.h>
#include <time.h>

#include <cerrno>

#include "queues/check.h"
#include "queues/std_sync.h"

namespace baton {
namespace {

class RealThread final : public ThreadHandle {
 public:
  RealThread(std::string name, std::function<void()> body) : thread_(std::move(name), std::move(body)) {}
  ~RealThread() override { RealThread::join(); }
  int error() const noexcept override { return -thread_.error(); }
  void join() override {
    if (thread_.joinable()) thread_.join();
  }

 private:
  Thread thread_;
};

}  // namespace

std::uint64_t RealClock::monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

std::int64_t RealClock::wall_us() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

void RealClock::sleep_us(std::uint64_t microseconds) {
  timespec left{static_cast<time_t>(microseconds / 1'000'000),
                static_cast<long>(microseconds % 1'000'000 * 1000)};
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

void RealRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    check(n > 0 || errno == EINTR, "the kernel gives random bytes");
    if (n > 0) out = out.subspan(static_cast<std::size_t>(n));
  }
}

std::unique_ptr<ThreadHandle> RealThreads::spawn(std::string name, std::function<void()> body) {
  return std::make_unique<RealThread>(std::move(name), std::move(body));
}

void RealThreads::name_current(const std::string& name) { set_current_name(name); }

}  // namespace baton
