#include "model/sim/swarm.h"

#include <fmt/core.h>
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
  fmt::print(
      "\nFAILED seed {}: hung: it did not end in {} s of real time\n  replay: {} --swarm --patience {} "
      "--first {} --seeds 1\n",
      seed, options.patience_seconds, options.program, options.patience_seconds, seed);
  std::fflush(stdout);
  ::kill(child.pid, SIGKILL);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  child.pid = 0;
  fail(place, seed);
}

// False: it runs.
bool ended(Child& child, SwarmPlace& place) {
  int status = 0;
  if (::waitpid(child.pid, &status, WNOHANG) != child.pid) return false;
  child.pid = 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  const std::uint64_t seed = place.seed.load(std::memory_order_relaxed);
  fmt::print("\nFAILED seed {}: the process of the swarm that ran it died, after {} runs\n", seed,
             place.totals.runs);
  std::fflush(stdout);
  fail(place, seed);
  return true;
}

}  // namespace

void run_swarm(const SwarmOptions& options, std::span<SwarmPlace> places,
               const std::function<void(unsigned process, SwarmPlace&)>& part,
               const std::function<void()>& progress) {
  std::fflush(stdout);
  std::vector<Child> children;
  for (unsigned i = 0; i < places.size(); ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
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
      if (children[i].pid == 0 || ended(children[i], places[i])) continue;
      ++left;
      watch(options, children[i], places[i]);
    }
    progress();
    const timespec nap{0, 100'000'000};
    ::nanosleep(&nap, nullptr);
  }
}

}  // namespace baton::sim
