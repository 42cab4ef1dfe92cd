// StdSync: the sync policy of production, and the only door to threads and eventfds.
//
//   SpscRing<Request*, 1024> ring;                           // StdSync is every primitive's default
//   Thread worker("io_thd_1", [&] { loop.run(); });
//   if (worker.error() != 0) return refuse(worker.error());
//   worker.join();
//
// Ownership   A Bell belongs to its sleeper; anybody may post. A Thread belongs to whoever started it, and is
//             joined before it goes.
// Invariant   Bell: a post is seen by the next wait or the next edge of fd(), however they race.
// Progress    post() never blocks. wait() and join() do.
// Cost        Atomic and Cell are aliases or inline to nothing: queues/zero_cost_test.cc compares the code.
// Checked by  queues/std_sync_test.cc
#pragma once

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "queues/check.h"
#include "queues/sync_policy.h"

namespace baton {

// Plain data with the interface of a checker's cell.
template <class T>
class PlainCell {
 public:
  PlainCell() = default;
  explicit PlainCell(T value) noexcept : value_(std::move(value)) {}
  PlainCell(const PlainCell&) = delete;
  PlainCell& operator=(const PlainCell&) = delete;

  [[nodiscard]] T get() const noexcept { return value_; }
  void set(T value) noexcept { value_ = std::move(value); }

 private:
  T value_{};
};

// An eventfd. A reactor registers fd() edge-triggered and never reads it: every post is a new edge.
// A sleeper without a reactor calls wait().
class EventBell {
 public:
  EventBell() noexcept : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) fd_ = -errno;
  }
  EventBell(const EventBell&) = delete;
  EventBell& operator=(const EventBell&) = delete;
  ~EventBell() {
    if (fd_ >= 0) ::close(fd_);
  }

  // The descriptor, or -errno if the process could not have one: look before the first use.
  [[nodiscard]] int fd() const noexcept { return fd_; }

  void post() noexcept {
    check(fd_ >= 0, "EventBell: posted without a descriptor");
    const std::uint64_t one = 1;
    while (::write(fd_, &one, sizeof one) != static_cast<ssize_t>(sizeof one)) {
      check(errno == EAGAIN || errno == EINTR, "EventBell: write failed");
      if (errno == EAGAIN) clear();  // The count is at its end: make room, and ring anew for the edge.
    }
  }

  // Blocks until a post that no earlier wait() or clear() consumed.
  void wait() noexcept {
    pollfd one{fd_, POLLIN, 0};
    while (::poll(&one, 1, -1) != 1) check(errno == EINTR, "EventBell: poll failed");
    clear();
  }

  // Consumes what was posted, if anything was.
  void clear() noexcept {
    std::uint64_t count = 0;
    while (::read(fd_, &count, sizeof count) < 0 && errno == EINTR) {
    }
  }

 private:
  int fd_;
};

// Between two looks at a word: spin for about a microsecond, then give the core away, then sleep. A spin that
// never yields costs a scheduler quantum whenever the awaited thread is not running.
class SpinYieldSleep {
 public:
  void pause() noexcept {
    if (looks_ < kSpins) {
      relax();
    } else if (looks_ < kSpins + kYields) {
      ::sched_yield();
    } else {
      const timespec nap{0, kNapNs};
      ::nanosleep(&nap, nullptr);
      return;
    }
    ++looks_;
  }

 private:
  static constexpr std::uint32_t kSpins = 64;
  static constexpr std::uint32_t kYields = 128;
  static constexpr long kNapNs = 50'000;

  static void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  std::uint32_t looks_ = 0;
};

struct StdSync {
  template <class T>
  using Atomic = std::atomic<T>;
  template <class T>
  using Cell = PlainCell<T>;
  using Mutex = std::mutex;
  using Lock = std::lock_guard<std::mutex>;
  using Bell = EventBell;
  using Backoff = SpinYieldSleep;
  static constexpr std::size_t kCacheLine = 64;

  static std::uintptr_t this_thread() noexcept { return static_cast<std::uintptr_t>(::pthread_self()); }
};
static_assert(SyncPolicy<StdSync>);

// Names the calling thread for ps, top and debuggers; the kernel keeps 15 bytes of it.
inline void set_current_name(std::string_view name) noexcept {
  char kept[16] = {};
  name.copy(kept, sizeof kept - 1);
  ::pthread_setname_np(::pthread_self(), kept);
}

// A thread with a name. Starts in its constructor; error() tells if it could not.
class Thread {
 public:
  Thread(std::string name, std::function<void()> body) noexcept {
    try {
      thread_ = std::thread([name = std::move(name), body = std::move(body)]() noexcept {
        set_current_name(name);
        body();
      });
    } catch (const std::system_error& refused) {
      error_ = refused.code().value();
    }
  }
  Thread(Thread&&) noexcept = default;
  Thread& operator=(Thread&&) = delete;
  ~Thread() { check(!thread_.joinable(), "Thread: destroyed before it was joined"); }

  // 0, or the errno value with which the system refused to start it. Then there is nothing to join.
  [[nodiscard]] int error() const noexcept { return error_; }
  [[nodiscard]] bool joinable() const noexcept { return thread_.joinable(); }

  // Blocks until the body has returned. Once; not from the thread itself.
  void join() noexcept {
    check(thread_.joinable(), "Thread: joined twice, or never started");
    check(thread_.get_id() != std::this_thread::get_id(), "Thread: joined by itself");
    thread_.join();
  }

 private:
  std::thread thread_;
  int error_ = 0;
};

}  // namespace baton
