// Bells in the simulated poller: edges that nobody reads, somewhere among what descriptors tell.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "model/explorer/explorer_sync.h"
#include "model/sim/sim_poller.h"
#include "model/sim/test_poller.h"

namespace baton::sim {
namespace {

TEST(SimPoller, ABellComesBeforeOrBehindDescriptorsAsTheSeedHasIt) {
  bool before = false, behind = false;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestMachine machine(seed);
    TestPeer peer;
    EXPECT_EQ(machine.run([&](SimPlatform& sim) {
      explorer::ExplorerBell<false> bell;
      const TestLink link = connected(sim, peer);
      Watching poller(sim);
      poller.add(link.fd, 1, kRead);
      poller.add(bell.fd(), 2, kRead);
      sim.network.send(link.id, "x");
      wait_ms(sim, 1);
      bell.post();
      const std::string said = poller.wait(-1);
      EXPECT_TRUE(said == "1r2r" || said == "2r1r") << said;
      (said == "2r1r" ? before : behind) = true;
    }),
              "");
  }
  EXPECT_TRUE(before && behind);
}

TEST(SimPoller, EachPostOfABellIsAnEdgeThatNobodyNeedsToRead) {
  TestMachine machine;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    explorer::ExplorerBell<false> bell;
    Watching poller(sim);
    EXPECT_EQ(poller.add(bell.fd(), 1, kRead), 0);
    EXPECT_EQ(poller.wait(5), "");
    bell.post();
    EXPECT_EQ(poller.wait(-1), "1r");
    EXPECT_EQ(poller.wait(5), "") << "posted, but reported";
    bell.post();
    bell.post();
    EXPECT_EQ(poller.wait(-1), "1r");
    EXPECT_EQ(poller.wait(5), "") << "two posts may be one report";
    EXPECT_EQ(poller->remove(bell.fd()), 0);
    bell.post();
    EXPECT_EQ(poller.wait(5), "");
  }),
            "");
}

TEST(SimPoller, ABellWakesAWaitUnderEverySchedule) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    TestMachine machine(seed);
    // Outlives the threads: it orders nothing between them, so neither may destroy it.
    std::unique_ptr<explorer::ExplorerBell<false>> shared;
    EXPECT_EQ(machine.run({[&](SimPlatform& sim) {
                             auto bell = std::make_unique<explorer::ExplorerBell<false>>();
                             Watching poller(sim);
                             poller.add(bell->fd(), 1, kRead);
                             shared = std::move(bell);
                             EXPECT_EQ(poller.wait(-1), "1r");
                           },
                           [&](SimPlatform& sim) {
                             while (!shared) wait_ms(sim, 1);
                             shared->post();
                           }}),
              "")
        << seed;
  }
}

}  // namespace
}  // namespace baton::sim
