// The simulated network: bytes arrive in order or not at all, whatever strikes, and ends are what TCP's are.
#include "model/sim/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>

#include "model/sim/test_machine.h"

namespace baton::sim {
namespace {

using testing::StartsWith;

std::string pattern(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + i * 7 % 26 - (i % 5 == 0 ? 32 : 0));
  return text;
}

// ---- room

TEST(Network, WhatTheServerHasNoRoomForWaitsAtTheClient) {
  TestMachine machine;
  machine.wires.to_server_max = 8;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    const std::string sent = pattern(20);
    sim.network.send(link.id, sent);
    wait_ms(sim, 5);
    EXPECT_EQ(sim.network.unsent(link.id), 12u);
    ssize_t result = 0;
    std::string got = receive(sim, link.fd, result, 3);
    EXPECT_EQ(result, 3) << "as many as there is room for";
    while (got.size() < sent.size()) {
      wait_ms(sim, 1);
      got += receive(sim, link.fd, result);
      ASSERT_GT(result, 0);
      EXPECT_LE(result, 8);
    }
    EXPECT_EQ(got, sent);
    EXPECT_EQ(receive(sim, link.fd, result), "");
    EXPECT_EQ(result, -EAGAIN);
  }),
            "");
}

TEST(Network, ASendTakesAPartAndThenNothingUntilTheClientReads) {
  TestMachine machine;
  machine.wires.to_client_max = 12;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    sim.network.stall(link.id, true);
    const std::string reply = pattern(20);
    const std::array<iovec, 2> slices = {
        iovec{const_cast<char*>(reply.data()), 5},
        iovec{const_cast<char*>(reply.data()) + 5, 15},
    };
    EXPECT_EQ(sim.sockets.sendv(link.fd, slices), 12);
    wait_ms(sim, 5);
    EXPECT_EQ(sim.sockets.send(link.fd, "x"), -EAGAIN);
    EXPECT_EQ(peer.heard, "");
    sim.network.stall(link.id, false);
    wait_ms(sim, 5);
    EXPECT_EQ(peer.heard, reply.substr(0, 12));
    EXPECT_EQ(sim.sockets.send(link.fd, reply.substr(12)), 8);
    wait_ms(sim, 5);
    EXPECT_EQ(peer.heard, reply);
  }),
            "");
}

TEST(Network, ASlowClientHearsAllInTheEnd) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    sim.network.slow(link.id, 3);
    EXPECT_EQ(sim.sockets.send(link.fd, pattern(100)), 100);
    wait_ms(sim, 1);
    EXPECT_LT(peer.heard.size(), 100u);
    wait_ms(sim, 50);
    EXPECT_EQ(peer.heard, pattern(100));
  }),
            "");
}

// ---- order

// The server sends back all that it receives, as a reactor does: edges, until -EAGAIN.
void echo(SimPlatform& sim, int fd, std::size_t count) {
  int error = 0;
  const std::unique_ptr<Poller> poller = sim.pollers.open(error);
  poller->add(fd, nullptr, {.read = true, .write = true});
  std::string pending;
  std::size_t received = 0;
  std::size_t sent = 0;
  while (sent < count) {
    std::array<PollEvent, 4> events{};
    if (poller->wait(events, 1000) == 0 && !sim.kernel.faults().enabled(Fault::poll_early))
      return sim.kernel.fail("the echo hears no more after " + std::to_string(received));
    for (ssize_t result = 0; result != -EAGAIN;) {
      pending += receive(sim, fd, result, 100);
      if (result == 0 || (result < 0 && result != -EAGAIN)) return sim.kernel.fail("the stream ended");
      if (result > 0) received += static_cast<std::size_t>(result);
    }
    while (!pending.empty()) {
      const ssize_t taken = sim.sockets.send(fd, pending);
      if (taken == -EAGAIN) break;
      if (taken <= 0) return sim.kernel.fail("the send fails");
      pending.erase(0, static_cast<std::size_t>(taken));
      sent += static_cast<std::size_t>(taken);
    }
  }
}

TEST(Network, WhateverStrikesButAResetNothingIsLostOrPassed) {
  FaultCounts struck{};
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    TestMachine machine(seed);
    machine.wires.to_server_max = 16u << seed % 5;
    machine.wires.to_client_max = 16u << seed / 5 % 5;
    TestPeer peer;
    const std::string text = pattern(2000);
    EXPECT_EQ(machine.run([&](SimPlatform& sim) {
      const TestLink link = connected(sim, peer);
      for (const Fault fault :
           {Fault::fragment, Fault::short_receive, Fault::short_send, Fault::send_again, Fault::slow_network})
        machine.strike(fault, 20'000);
      Dice dice(seed, 1);
      std::uint64_t at = sim.kernel.now_ns();
      for (std::size_t from = 0; from < text.size();) {
        const std::size_t count = std::min<std::size_t>(1 + dice.below(300), text.size() - from);
        sim.kernel.at(at, [&sim, &text, id = link.id, from, count] {
          sim.network.send(id, std::string_view(text).substr(from, count));
        });
        at += dice.below(200'000);
        from += count;
      }
      echo(sim, link.fd, text.size());
      wait_ms(sim, 1000);
    }),
              "")
        << seed;
    EXPECT_EQ(peer.heard, text) << seed;
    EXPECT_EQ(peer.ends, 0);
    for (std::size_t i = 0; i < kFaults; ++i) struck[i] += machine.faults.counts()[i];
  }
  for (const Fault fault :
       {Fault::fragment, Fault::short_receive, Fault::short_send, Fault::send_again, Fault::slow_network})
    EXPECT_GT(struck[static_cast<std::size_t>(fault)], 100u) << name_of(fault);
}

// ---- how connections end

TEST(Network, AHalfCloseDeliversTheRestAndThenTheEnd) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    sim.network.send(link.id, "abc");
    sim.network.half_close(link.id);
    sim.network.send(link.id, "said after the end");
    wait_ms(sim, 5);
    ssize_t result = 0;
    EXPECT_EQ(receive(sim, link.fd, result), "abc");
    receive(sim, link.fd, result);
    EXPECT_EQ(result, 0);
    receive(sim, link.fd, result);
    EXPECT_EQ(result, 0);
    EXPECT_EQ(sim.sockets.send(link.fd, "reply"), 5) << "the client still listens";
    sim.sockets.close(link.fd);
    wait_ms(sim, 5);
    EXPECT_EQ(peer.heard, "reply");
    EXPECT_EQ(peer.ends, 1);
  }),
            "");
}

TEST(Network, AResetLetsWhatArrivedBeReadThenFailsOneCall) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    sim.network.send(link.id, "abc");
    wait_ms(sim, 5);
    sim.network.reset(link.id);
    wait_ms(sim, 5);
    ssize_t result = 0;
    EXPECT_EQ(receive(sim, link.fd, result), "abc");
    receive(sim, link.fd, result);
    EXPECT_EQ(result, -ECONNRESET);
    receive(sim, link.fd, result);
    EXPECT_EQ(result, 0);
    EXPECT_EQ(sim.sockets.send(link.fd, "x"), -EPIPE);
    EXPECT_EQ(sim.sockets.so_error(link.fd), 0) << "it was told";
  }),
            "");
}

TEST(Network, AResetThatNobodyMetIsTheErrorOfTheSocket) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    sim.network.reset(link.id);
    wait_ms(sim, 5);
    EXPECT_EQ(sim.sockets.so_error(link.fd), -ECONNRESET);
    EXPECT_EQ(sim.sockets.so_error(link.fd), 0);
    EXPECT_EQ(sim.sockets.send(link.fd, "x"), -EPIPE);
    EXPECT_EQ(peer.ends, 0) << "who resets hears no more";
  }),
            "");
}

TEST(Network, AConnectionThatBreaksIsToldToItsClientOnce) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    machine.strike(Fault::reset);
    sim.network.send(link.id, "abc");
    wait_ms(sim, 5);
    EXPECT_EQ(peer.ends, 1);
    EXPECT_FALSE(sim.network.open(link.id));
    sim.sockets.close(link.fd);
    wait_ms(sim, 5);
    EXPECT_EQ(peer.ends, 1);
  }),
            "");
}

TEST(Network, WhatComesForAClientThatHasClosedResetsTheServersSide) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    sim.network.close(link.id);
    wait_ms(sim, 5);
    EXPECT_EQ(sim.sockets.send(link.fd, "abc"), 3) << "nobody knows yet";
    wait_ms(sim, 5);
    EXPECT_EQ(sim.sockets.send(link.fd, "abc"), -ECONNRESET);
    EXPECT_EQ(sim.sockets.send(link.fd, "abc"), -EPIPE);
    EXPECT_EQ(peer.heard, "");
  }),
            "");
}

TEST(Network, WhatIsUnderWayArrivesBeforeTheServersEnd) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, peer);
    EXPECT_EQ(sim.sockets.send(link.fd, "the last"), 8);
    EXPECT_EQ(sim.sockets.shutdown_write(link.fd), 0);
    EXPECT_EQ(sim.sockets.send(link.fd, "x"), -EPIPE);
    wait_ms(sim, 5);
    EXPECT_EQ(peer.heard, "the last");
    EXPECT_EQ(peer.ends, 1);
  }),
            "");
}

// ---- how they begin

TEST(Network, AConnectionMayBeOfferedLate) {
  TestMachine machine(3);
  TestPeer peer;
  machine.strike(Fault::late_accept);
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const std::uint64_t before = sim.clock.monotonic_ns();
    const TestLink link = connected(sim, peer);
    EXPECT_GE(link.fd, 0);
    EXPECT_GT(sim.clock.monotonic_ns() - before, 1'000'000u);
    EXPECT_EQ(machine.faults.counts()[static_cast<std::size_t>(Fault::late_accept)], 1u);
  }),
            "");
}

TEST(Network, AnAcceptThatFailsLeavesTheConnectionWaiting) {
  TestMachine machine;
  TestPeer peer;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const int listener = sim.sockets.listen_tcp("127.0.0.1", 6379, 16);
    EXPECT_EQ(sim.sockets.accept(listener), -EAGAIN);
    sim.network.connect(peer, {});
    wait_ms(sim, 5);
    machine.strike(Fault::accept_no_descriptors);
    EXPECT_EQ(sim.sockets.accept(listener), -EMFILE);
    machine.faults.set_rate(Fault::accept_no_descriptors, 0);
    machine.strike(Fault::accept_no_memory);
    EXPECT_EQ(sim.sockets.accept(listener), -ENOMEM);
    machine.faults.heal();
    EXPECT_GE(sim.sockets.accept(listener), 0);
    EXPECT_EQ(sim.sockets.accept(listener), -EAGAIN);
  }),
            "");
}

TEST(Network, AConnectionMayBeGoneBeforeItIsAccepted) {
  TestMachine machine;
  TestPeer peer;
  machine.strike(Fault::accept_aborted);
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const int listener = sim.sockets.listen_tcp("127.0.0.1", 6379, 16);
    sim.network.connect(peer, {});
    EXPECT_EQ(accept_next(sim, listener), -ECONNABORTED);
    wait_ms(sim, 5);
    EXPECT_EQ(peer.ends, 1);
    EXPECT_EQ(sim.sockets.accept(listener), -EAGAIN);
  }),
            "");
}

TEST(Network, WhoFindsTheBacklogFullComesAgain) {
  TestMachine machine;
  TestPeer one, two;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const int listener = sim.sockets.listen_tcp("127.0.0.1", 6379, 1);
    sim.network.connect(one, {});
    sim.network.connect(two, {});
    wait_ms(sim, 5);
    EXPECT_NE(one.opened, two.opened);
    EXPECT_GE(sim.sockets.accept(listener), 0);
    wait_ms(sim, 5);
    EXPECT_TRUE(one.opened && two.opened);
    EXPECT_GE(sim.sockets.accept(listener), 0);
  }),
            "");
}

TEST(Network, WhereNobodyListensThereIsOnlyTheEnd) {
  TestMachine machine;
  TestPeer nobody, waiting;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    sim.network.connect(nobody, {.port = 1, .unix_path = {}, .from_elsewhere = false});
    const int listener = sim.sockets.listen_tcp("127.0.0.1", 6379, 16);
    EXPECT_EQ(sim.sockets.listen_tcp("127.0.0.1", 6379, 16), -EADDRINUSE);
    sim.network.connect(waiting, {});
    wait_ms(sim, 5);
    EXPECT_FALSE(nobody.opened);
    EXPECT_EQ(nobody.ends, 1);
    EXPECT_TRUE(waiting.opened);
    EXPECT_EQ(waiting.ends, 0);
    sim.sockets.close(listener);
    wait_ms(sim, 5);
    EXPECT_EQ(waiting.ends, 1) << "the listener took it along";
    EXPECT_GE(sim.sockets.listen_tcp("127.0.0.1", 6379, 16), 0);
  }),
            "");
}

TEST(Network, NamesAreThoseOfTheEnds) {
  TestMachine machine;
  TestPeer near, far, local;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const TestLink link = connected(sim, near);
    EXPECT_THAT(sim.sockets.peer_name(link.fd), StartsWith("127.0.0.1:"));
    EXPECT_EQ(sim.sockets.local_name(link.fd), "127.0.0.1:6379");
    EXPECT_TRUE(sim.sockets.peer_is_local(link.fd));
    EXPECT_EQ(sim.network.named(sim.sockets.peer_name(link.fd)), link.id);
    EXPECT_EQ(sim.network.named("nobody"), Network::kNobody);
    sim.network.connect(far, {.port = 6379, .unix_path = {}, .from_elsewhere = true});
    EXPECT_FALSE(sim.sockets.peer_is_local(accept_next(sim, link.listener)));
    const int unix_listener = sim.sockets.listen_unix("/run/s", 0700, 16);
    sim.network.connect(local, {.port = 0, .unix_path = "/run/s", .from_elsewhere = false});
    EXPECT_EQ(sim.sockets.peer_name(accept_next(sim, unix_listener)), "/run/s:0");
  }),
            "");
}

// ---- descriptors

}  // namespace
}  // namespace baton::sim
