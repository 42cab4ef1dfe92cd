// What the benchmarks of queues/ share: threads on chosen cores, and a wait that suits both cores and one.
#pragma once

#include <pthread.h>
#include <sched.h>

#include <cstdint>

namespace baton::bench {

// Puts the calling thread on one core; false if the machine has no such core for us.
inline bool pin(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return ::pthread_setaffinity_np(::pthread_self(), sizeof cores, &cores) == 0;
}

// Lets the calling thread run anywhere again.
inline void unpin() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (int core = 0; core < CPU_SETSIZE; ++core) CPU_SET(core, &cores);
  ::pthread_setaffinity_np(::pthread_self(), sizeof cores, &cores);
}

// Spins while the other side is likely running, then yields; never sleeps, so that no timer is measured.
class Wait {
 public:
  explicit Wait(bool same_core) : looks_(same_core ? kSpins : 0) {}
  void pause() {
    if (looks_ < kSpins) {
      ++looks_;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    } else {
      ::sched_yield();
    }
  }

 private:
  static constexpr std::uint32_t kSpins = 256;
  std::uint32_t looks_;
};

}  // namespace baton::bench
