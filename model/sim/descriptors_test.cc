// Descriptors of the simulated kernel: what a process must not do with them fails the run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "model/sim/test_machine.h"

namespace baton::sim {
namespace {

using testing::HasSubstr;

TEST(Descriptors, ClosingTwiceFailsTheRun) {
  TestMachine machine;
  TestPeer peer;
  const auto body = [&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    EXPECT_EQ(link.fd, 4);
    sim.sockets.close(link.fd);
    sim.sockets.close(link.fd);
    ADD_FAILURE() << "the run went on";
  };
  EXPECT_THAT(machine.run(body), HasSubstr("close on descriptor 4, which is not open"));
}

TEST(Descriptors, UseAfterCloseFailsTheRun) {
  for (const bool sends : {false, true}) {
    TestMachine machine;
    TestPeer peer;
    const auto body = [&](SimPlatform& sim) {
      const TestLink link = connected(sim, peer);
      sim.sockets.close(link.fd);
      ssize_t result = 0;
      if (sends)
        sim.sockets.send(link.fd, "x");
      else
        receive(sim, link.fd, result);
      ADD_FAILURE() << "the run went on";
    };
    EXPECT_THAT(machine.run(body), HasSubstr("on descriptor 4, which is not open"));
  }
}

TEST(Descriptors, ACallOfTheWrongKindFailsTheRun) {
  TestMachine machine;
  const auto body = [](SimPlatform& sim) {
    sim.sockets.send(sim.sockets.listen_tcp("127.0.0.1", 6379, 16), "x");
    ADD_FAILURE() << "the run went on";
  };
  EXPECT_THAT(machine.run(body), HasSubstr("send on a descriptor that is no connection"));
}

TEST(Descriptors, WhatIsLeftOpenIsNamed) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    EXPECT_EQ(sim.kernel.open_descriptors(), "listener 3, connection 4");
    sim.sockets.close(link.fd);
    EXPECT_EQ(sim.kernel.open_descriptors(), "listener 3");
    sim.sockets.close(link.listener);
    EXPECT_EQ(sim.kernel.open_descriptors(), "");
  }),
            "");
}

TEST(Descriptors, NumbersAreUsedAgainOrOnce) {
  for (const bool again : {true, false}) {
    TestMachine machine;
    machine.kernel.reuse_descriptors = again;
    TestPeer one, two;
    EXPECT_EQ(machine.run([&](SimPlatform& sim) {
      const TestLink link = connected(sim, one);
      EXPECT_EQ(link.fd, 4);
      sim.sockets.close(link.fd);
      sim.network.connect(two, {});
      EXPECT_EQ(accept_next(sim, link.listener), again ? 4 : 5);
    }),
              "");
  }
}

}  // namespace
}  // namespace baton::sim
