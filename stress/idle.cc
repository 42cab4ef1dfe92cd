#include "stress/idle.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "stress/control_client.h"

namespace baton {
namespace {

// Resident memory of a process in KiB; 0 if there is no such process.
std::uint64_t resident_kib(int pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  std::string word;
  while (status >> word) {
    if (word != "VmRSS:") continue;
    std::uint64_t kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

struct Latency {
  double p50_us = 0;
  double p99_us = 0;
};

bool measure(ControlClient& active, std::uint32_t pings, Latency& latency) {
  std::vector<double> microseconds;
  for (std::uint32_t i = 0; i < pings; ++i) {
    const auto began = std::chrono::steady_clock::now();
    if (active.ask({"PING"}) != "+PONG\r\n") return false;
    microseconds.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
  }
  std::sort(microseconds.begin(), microseconds.end());
  latency = {microseconds[microseconds.size() / 2], microseconds[microseconds.size() * 99 / 100]};
  return true;
}

bool fail(const char* what) {
  fmt::print(stderr, "baton-load: {}\n", what);
  return false;
}

}  // namespace

bool run_idle(const IdleOptions& options) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  ControlClient active;
  Latency before;
  Latency after;
  if (!active.connect(options.host, options.port)) return fail("the server refuses connections");
  if (!measure(active, options.pings, before)) return fail("the active connection got a wrong reply");
  const std::uint64_t kib_before = options.server_pid > 0 ? resident_kib(options.server_pid) : 0;

  std::vector<ControlClient> idle(options.connections);
  for (ControlClient& client : idle) {
    // One command each: a connection that has been used is what idles in practice.
    if (!client.connect(options.host, options.port)) return fail("the server refused an idle connection");
    if (client.ask({"PING"}) != "+PONG\r\n") return fail("an idle connection got a wrong reply");
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(options.hold_seconds));
  const std::uint64_t kib_after = options.server_pid > 0 ? resident_kib(options.server_pid) : 0;
  if (!measure(active, options.pings, after)) return fail("the active connection got a wrong reply");
  for (ControlClient& client : idle) {
    if (client.ask({"PING"}) != "+PONG\r\n") return fail("an idle connection was dropped");
  }

  fmt::print("idle connections {}\n", options.connections);
  if (options.server_pid > 0) {
    const double each =
        (static_cast<double>(kib_after) - static_cast<double>(kib_before)) / options.connections;
    fmt::print("resident before {} KiB, after {} KiB, {:.2f} KiB each\n", kib_before, kib_after, each);
  }
  fmt::print(
      "active connection: p50 {:.1f} us before, {:.1f} us after; p99 {:.1f} us before, {:.1f} us after\n",
      before.p50_us, after.p50_us, before.p99_us, after.p99_us);
  return true;
}

}  // namespace baton
