#include "model/sim/swarm.h"

#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

namespace baton::sim {

namespace {

using Time = std::chrono::steady_clock;

struct Child {
  pid_t pid = 0;  // 0: it has ended
  std::uint64_t started = 0;
  Time::time_point seen = Time::now();
};

void fail(SwarmPlace& place, std::uint64_t seed) {
  if (place.totals.failures++ == 0) place.totals.first_failed_seed = seed;
}

// In a process of its own again, for who watches it.
void report(const SwarmOptions& options, std::uint64_t seed, const std::string& what) {
  fmt::print("\nFAILED seed {}: {}\n  replay: {} --patience {} --first {} --seeds 1{}\n", seed, what,
             options.program, options.patience_seconds, seed, options.arguments);
  std::fflush(stdout);
}

// Did it start a run lately? If not it is killed, and wait() will find it.
void watch(const SwarmOptions& options, Child& child, SwarmPlace& place) {
  const std::uint64_t started = place.started.load(std::memory_order_relaxed);
  const auto now = Time::now();
  if (started != child.started) {
    child.started = started;
    child.seen = now;
  }
  if (std::chrono::duration<double>(now - child.seen).count() < options.patience_seconds) return;
  const std::uint64_t seed = place.seed.load(std::memory_order_relaxed);
  report(options, seed, fmt::format("hung: it did not end in {} s of real time", options.patience_seconds));
  ::kill(child.pid, SIGKILL);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  child.pid = 0;
  fail(place, seed);
}

// False: it runs.
bool ended(const SwarmOptions& options, Child& child, SwarmPlace& place) {
  int status = 0;
  const pid_t found = ::waitpid(child.pid, &status, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return false;
  const bool lost = found < 0;  // somebody else was told how it ended
  child.pid = 0;
  if (!lost && WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  const std::uint64_t seed = place.seed.load(std::memory_order_relaxed);
  const std::string how = lost                  ? "is lost"
                          : WIFSIGNALED(status) ? fmt::format("died by signal {}", WTERMSIG(status))
                                                : fmt::format("ended with status {}", WEXITSTATUS(status));
  report(options, seed,
         fmt::format("the process that ran it {}, after {} other runs", how, place.totals.runs));
  fail(place, seed);
  return true;
}

}  // namespace

void run_swarm(const SwarmOptions& options, std::span<SwarmPlace> places,
               const std::function<void(unsigned process, SwarmPlace&)>& part,
               const std::function<void()>& progress) {
  ::signal(SIGCHLD, SIG_DFL);  // who ignored it would hear of no child's end
  std::fflush(stdout);
  const pid_t parent = ::getpid();
  std::vector<Child> children;
  for (unsigned i = 0; i < places.size(); ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(1);
      part(i, places[i]);
      std::fflush(stdout);
      ::_exit(0);
    }
    if (child < 0) {
      fmt::print(stderr, "baton_sim: cannot fork: {}\n", std::strerror(errno));
      fail(places[i], 0);
      break;
    }
    children.push_back({.pid = child});
  }
  for (std::size_t left = children.size(); left > 0;) {
    left = 0;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (children[i].pid == 0 || ended(options, children[i], places[i])) continue;
      ++left;
      watch(options, children[i], places[i]);
    }
    progress();
    const timespec nap{0, 20'000'000};
    if (left > 0) ::nanosleep(&nap, nullptr);
  }
}

}  // namespace baton::sim
