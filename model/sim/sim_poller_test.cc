// The simulated poller tells what epoll tells, when epoll tells it: an edge once, a level as long as it
// holds.
#include "model/sim/sim_poller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <utility>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "model/sim/test_poller.h"

namespace baton::sim {
namespace {

using testing::HasSubstr;

TEST(SimPoller, AnEdgeIsReportedOnceAndAgainWhenMoreArrives) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    Watching poller(sim);
    EXPECT_EQ(poller.add(link.fd, 1, kRead), 0);
    EXPECT_EQ(poller.wait(0), "") << "nothing has arrived";
    sim.network.send(link.id, "ab");
    EXPECT_EQ(poller.wait(-1), "1r");
    EXPECT_EQ(poller.wait(5), "") << "the bytes are still there, but no news";
    sim.network.send(link.id, "c");
    EXPECT_EQ(poller.wait(-1), "1r");
    ssize_t result = 0;
    EXPECT_EQ(receive(sim, link.fd, result), "abc");
    EXPECT_EQ(poller.wait(5), "");
    sim.network.send(link.id, "d");
    EXPECT_EQ(poller.wait(-1), "1r");
  }),
            "");
}

TEST(SimPoller, AnEdgeThatIsOverIsNotReported) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    Watching poller(sim);
    poller.add(link.fd, 1, kRead);
    sim.network.send(link.id, "ab");
    wait_ms(sim, 1);
    ssize_t result = 0;
    EXPECT_EQ(receive(sim, link.fd, result), "ab");
    EXPECT_EQ(poller.wait(5), "");
  }),
            "");
}

TEST(SimPoller, WhatHoldsWhenADescriptorIsAddedIsReported) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    sim.network.send(link.id, "ab");
    wait_ms(sim, 1);
    Watching poller(sim);
    poller.add(link.fd, 1, kBoth);
    EXPECT_EQ(poller.wait(0), "1rw");
    EXPECT_EQ(poller.wait(5), "");
    EXPECT_EQ(poller->modify(link.fd, nullptr, {.read = false}), 0);
    EXPECT_EQ(poller.wait(5), "") << "nobody asks for bytes";
  }),
            "");
}

TEST(SimPoller, ALevelIsReportedForAsLongAsItHolds) {
  TestMachine machine;
  TestPeer one, two;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const int listener = sim.sockets.listen_tcp("127.0.0.1", 6379, 16);
    Watching poller(sim);
    poller.add(listener, 1, kLevel);
    sim.network.connect(one, {});
    sim.network.connect(two, {});
    wait_ms(sim, 1);
    EXPECT_EQ(poller.wait(0), "1r");
    EXPECT_GE(sim.sockets.accept(listener), 0);
    EXPECT_EQ(poller.wait(0), "1r") << "one is left";
    EXPECT_EQ(poller.wait(0), "1r");
    EXPECT_GE(sim.sockets.accept(listener), 0);
    EXPECT_EQ(poller.wait(5), "");
  }),
            "");
}

TEST(SimPoller, AFullPipeIsWritableAgainWhenItHasRoomAndIsSaidToBeSoOnce) {
  TestMachine machine;
  machine.wires.to_client_max = 12;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    Watching poller(sim);
    poller.add(link.fd, 1, kBoth);
    EXPECT_EQ(poller.wait(0), "1w");
    sim.network.stall(link.id, true);
    EXPECT_EQ(sim.sockets.send(link.fd, std::string(20, 'x')), 12);
    EXPECT_EQ(sim.sockets.send(link.fd, "x"), -EAGAIN);
    EXPECT_EQ(poller.wait(5), "") << "the client reads nothing";
    sim.network.stall(link.id, false);
    EXPECT_EQ(poller.wait(-1), "1w");
    EXPECT_EQ(poller.wait(5), "");
    EXPECT_EQ(peer.heard, std::string(12, 'x'));
  }),
            "");
}

TEST(SimPoller, APipeOfOneByteIsWritableAgainToo) {
  TestMachine machine;
  machine.wires.to_client_max = 1;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    Watching poller(sim);
    poller.add(link.fd, 1, kBoth);
    for (const char byte : std::string("hello")) {
      EXPECT_EQ(poller.wait(1000), "1w");
      EXPECT_EQ(sim.sockets.send(link.fd, std::string(2, byte)), 1);
    }
    EXPECT_EQ(poller.wait(1000), "1w");
    EXPECT_EQ(peer.heard, "hello");
  }),
            "");
}

TEST(SimPoller, AHalfCloseIsAHangupAndAResetIsBroken) {
  TestMachine machine;
  TestPeer quiet, gone, both;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink first = connected(sim, quiet);
    const Network::Id second = sim.network.connect(gone, {});
    const int second_fd = accept_next(sim, first.listener);
    Watching poller(sim);
    poller.add(first.fd, 1, kRead);
    poller.add(second_fd, 2, kRead);
    sim.network.half_close(first.id);
    EXPECT_EQ(poller.wait(-1), "1rh");
    sim.network.reset(second);
    EXPECT_EQ(poller.wait(-1), "2rhb");
    // Closed by both: neither direction works.
    const Network::Id third = sim.network.connect(both, {});
    const int third_fd = accept_next(sim, first.listener);
    sim.network.half_close(third);
    sim.sockets.shutdown_write(third_fd);
    wait_ms(sim, 1);
    poller.add(third_fd, 3, kRead);
    EXPECT_EQ(poller.wait(0), "3rhb");
  }),
            "");
}

TEST(SimPoller, AWaitEndsAtItsTimeOutInVirtualTime) {
  TestMachine machine;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    Watching poller(sim);
    const std::uint64_t before = sim.clock.monotonic_ns();
    EXPECT_EQ(poller.wait(250), "");
    const std::uint64_t waited = sim.clock.monotonic_ns() - before;
    EXPECT_GE(waited, 250'000'000u);
    EXPECT_LT(waited, 251'000'000u);
    EXPECT_EQ(poller.wait(0), "");
    EXPECT_LT(sim.clock.monotonic_ns() - before, 251'000'000u);
  }),
            "");
}

TEST(SimPoller, WhatIsRemovedOrClosedIsReportedNoMore) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    Watching poller(sim);
    poller.add(link.fd, 1, kRead);
    sim.network.send(link.id, "ab");
    wait_ms(sim, 1);
    EXPECT_EQ(poller->remove(link.fd), 0);
    EXPECT_EQ(poller.wait(5), "") << "though it was ready before";
    EXPECT_EQ(poller->remove(link.fd), -ENOENT);
    EXPECT_EQ(poller->modify(link.fd, nullptr, kRead), -ENOENT);
    EXPECT_EQ(poller.add(link.fd, 2, kRead), 0);
    EXPECT_EQ(poller.add(link.fd, 3, kRead), -EEXIST);
    sim.sockets.close(link.fd);
    EXPECT_EQ(poller.wait(5), "");
    EXPECT_EQ(poller->remove(link.fd), -ENOENT) << "closing took it out";
  }),
            "");
}

TEST(SimPoller, SayingNoMoreWakesWhoPollsTheSocket) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    Watching poller(sim);
    poller.add(link.fd, 1, kBoth);
    EXPECT_EQ(poller.wait(0), "1w");
    EXPECT_EQ(poller.wait(0), "");
    sim.sockets.shutdown_write(link.fd);
    EXPECT_EQ(poller.wait(0), "1w") << "an edge of its own";
    EXPECT_EQ(poller.wait(-1), "1w") << "the peer has the end";
    EXPECT_EQ(poller.wait(5), "");
    sim.sockets.close(link.fd);
    sim.sockets.close(link.listener);
  }),
            "");
}

TEST(SimPoller, AWaitMayEndWithoutCauseOrTellOfAPart) {
  TestMachine machine;
  TestPeer one, two, three;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, one);
    const Network::Id second = sim.network.connect(two, {});
    const Network::Id third = sim.network.connect(three, {});
    Watching poller(sim);
    poller.add(link.fd, 1, kRead);
    poller.add(accept_next(sim, link.listener), 2, kRead);
    poller.add(accept_next(sim, link.listener), 3, kRead);
    machine.strike(Fault::poll_early);
    EXPECT_EQ(poller.wait(-1), "");
    machine.faults.set_rate(Fault::poll_early, 0);
    machine.strike(Fault::poll_some);
    for (const Network::Id id : {link.id, second, third}) sim.network.send(id, "x");
    wait_ms(sim, 1);
    std::string all;
    for (int i = 0; i < 3; ++i) {
      const std::string part = poller.wait(0);
      EXPECT_LT(part.size(), 5u) << "at most two of three";
      all += part;
    }
    for (const char* each : {"1r", "2r", "3r"}) EXPECT_THAT(all, HasSubstr(each));
  }),
            "");
}

TEST(SimPoller, NeverTellsOfMoreThanThereIsRoomFor) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    TestMachine machine(seed);
    TestPeer one, two;
    EXPECT_EQ(machine.run([&](SimPlatform& sim) {
      const TestLink link = connected(sim, one);
      const Network::Id second = sim.network.connect(two, {});
      Watching poller(sim);
      poller.add(link.fd, 1, kRead);
      poller.add(accept_next(sim, link.listener), 2, kRead);
      machine.strike(Fault::poll_some);
      for (const Network::Id id : {link.id, second}) sim.network.send(id, "x");
      wait_ms(sim, 1);
      std::array<PollEvent, 1> room{};
      EXPECT_EQ(poller->wait(room, 0), 1);
      EXPECT_EQ(poller->wait(room, 0), 1);
      EXPECT_EQ(poller->wait(room, 0), 0);
    }),
              "");
  }
}

TEST(SimPoller, RefusalsAreErrorsThatLeaveNothingBehind) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    machine.strike(Fault::pollers_refused);
    int error = 0;
    EXPECT_EQ(sim.pollers.open(error), nullptr);
    EXPECT_EQ(error, -EMFILE);
    machine.faults.set_rate(Fault::pollers_refused, 0);
    {
      Watching poller(sim);
      EXPECT_EQ(sim.pollers.alive(), 1u);
      machine.strike(Fault::poll_refused);
      EXPECT_EQ(poller.add(link.fd, 1, kRead), -ENOMEM);
      machine.faults.heal();
      EXPECT_EQ(poller->remove(link.fd), -ENOENT);
      EXPECT_EQ(poller.add(link.fd, 1, kRead), 0);
    }
    EXPECT_EQ(sim.pollers.alive(), 0u);
    sim.network.send(link.id, "to a descriptor that nobody watches any more");
    wait_ms(sim, 1);
  }),
            "");
}

TEST(SimPoller, WatchingWhatIsNotOpenFailsTheRun) {
  TestMachine machine;
  EXPECT_THAT(machine.run([](SimPlatform& sim) {
    int error = 0;
    const auto poller = sim.pollers.open(error);
    poller->add(17, nullptr, kRead);
    ADD_FAILURE() << "the run went on";
  }),
              HasSubstr("epoll_ctl add on descriptor 17, which is not open"));
}

}  // namespace
}  // namespace baton::sim
