// TestMachine: threads on a simulated platform, for the tests of that platform.
//
//   TestMachine machine;
//   EXPECT_EQ(machine.run({[](SimPlatform& sim) { ... }}), "");   // why the run failed
//
// Each function is a thread of its own; the schedule is the seed's. Nothing strikes but what the test arms.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/explorer/engine.h"
#include "model/sim/sim_platform.h"
#include "model/sim/sim_strategy.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace baton::sim {

class TestMachine final : private explorer::Program {
 public:
  using Body = std::function<void(SimPlatform&)>;

  explicit TestMachine(std::uint64_t seed = 1) : faults(seed) { kernel.seed = seed; }

  // Strikes at every occasion, or at so many of 65536.
  void strike(Fault fault, std::uint32_t in_65536 = 65536) {
    faults.set_rate(fault, in_65536);
    faults.arm();
  }

  [[nodiscard]] std::string run(std::vector<Body> bodies) {
    bodies_ = std::move(bodies);
    explorer::Engine engine({.steps_max = 200'000}, 512 * 1024);
    SimStrategy strategy(kernel.seed);
    engine.set_on_idle([this] { return sim_->kernel.idle(); });
    {
#if defined(__SANITIZE_ADDRESS__)
      // A run that fails abandons its fibers: what they hold is no leak of the test.
      const __lsan::ScopedDisabler abandoned;
#endif
      engine.run(*this, strategy);
    }
    if (!engine.failed()) return {};
    return sim_->kernel.complaint().empty() ? engine.failure().what : sim_->kernel.complaint();
  }
  [[nodiscard]] std::string run(Body body) { return run(std::vector<Body>{std::move(body)}); }

  Kernel::Options kernel;
  Network::Options wires;
  Faults faults;

 private:
  [[nodiscard]] unsigned threads() const override { return static_cast<unsigned>(bodies_.size()); }
  void construct() override { sim_ = std::make_unique<SimPlatform>(kernel, wires, faults); }
  void thread(unsigned index) override { bodies_[index](*sim_); }
  void after() override {}
  void destroy() override {}

  std::vector<Body> bodies_;
  std::unique_ptr<SimPlatform> sim_;
};

// A client that remembers what happened to it.
struct TestPeer final : Peer {
  void on_open() override { opened = true; }
  void on_bytes(std::string_view bytes) override { heard += bytes; }
  void on_end() override { ++ends; }

  bool opened = false;
  std::string heard;
  int ends = 0;
};

// A connection, and the server's end of it.
struct TestLink {
  int listener = -1;
  int fd = -1;
  Network::Id id = Network::kNobody;
};

inline void wait_ms(SimPlatform& sim, std::uint64_t ms) { sim.clock.sleep_us(ms * 1000); }

// Accepts from the listener when somebody comes.
inline int accept_next(SimPlatform& sim, int listener) {
  for (;;) {
    const int fd = sim.sockets.accept(listener);
    if (fd != -EAGAIN) return fd;
    wait_ms(sim, 1);
  }
}

inline TestLink connected(SimPlatform& sim, Peer& peer) {
  TestLink link;
  link.listener = sim.sockets.listen_tcp("127.0.0.1", 6379, 16);
  link.id = sim.network.connect(peer, {});
  link.fd = accept_next(sim, link.listener);
  return link;
}

// Receives once: what came, or "" with the result in `result`.
inline std::string receive(SimPlatform& sim, int fd, ssize_t& result, std::size_t room = 4096) {
  std::string bytes(room, '\0');
  result = sim.sockets.recv(fd, bytes);
  bytes.resize(result > 0 ? static_cast<std::size_t>(result) : 0);
  return bytes;
}

}  // namespace baton::sim
