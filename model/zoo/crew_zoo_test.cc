// The zoo at the crew of I/O threads and at the resolver: fairness (A6), keys of commands that lack arguments
// (F1), and what a busy wait costs with fewer cores than threads (A10).
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "queues/pause_gate.h"
#include "server/commands/data_commands.h"
#include "server/exec/command_resolver.h"
#include "server/exec/io_crew.h"
#include "server/io/plain_resolver.h"
#include "server/net/epoll_reactor.h"
#include "server/platform/real_platform.h"

namespace baton {
namespace {

class CrewZooTest : public testing::TestWithParam<Channel::Kind> {
 protected:
  CrewZooTest()
      : log_(real_.platform().clock, {.level = LogLevel::nothing, .file = {}}),
        reactor_(make_reactor()),
        crew_({real_.platform(), log_, *reactor_, resolver_, clients_, bell_, GetParam()}, IoLimits{}) {}
  ~CrewZooTest() override {
    crew_.stop(0);
    while (clients_.size() != 0) {
      ParcelChain mail;
      crew_.drain(64, mail);
      while (!mail.empty()) {
        Held<Session> session(static_cast<Session*>(mail.pop_front().release()));
        Client& client = *session->client;
        if (session->errand == Errand::closed) {
          crew_.forget(client);
          clients_.remove(client);
          delete session.release();
        } else {
          crew_.send_home(client, std::move(session));
        }
      }
      crew_.local().take_mail(512);
      crew_.local().flush();
      (void)crew_.flush();
    }
    crew_.join();
    for (const int peer : peers_) real_.platform().sockets.close(peer);
  }

  std::unique_ptr<EpollReactor> make_reactor() {
    int error = 0;
    return std::make_unique<EpollReactor>(real_.platform().sockets, real_.platform().pollers.open(error));
  }
  void connect() {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    Client& client = clients_.add(0);
    auto* session = new Session(client.id, &client);
    session->fd = ends[1];
    session->authenticated = true;
    session->stats = client.stats.get();
    crew_.assign(client, Held<Session>(session));
    peers_.push_back(ends[0]);
  }
  [[nodiscard]] std::uint64_t posted(unsigned slot) const { return crew_.stats(slot).get(IoStat::posted); }

  RealPlatform real_;
  Log log_;
  Bell bell_;
  ClientRegistry clients_;
  PlainResolver resolver_;
  std::unique_ptr<EpollReactor> reactor_;
  IoCrew crew_;
  std::vector<int> peers_;
};

// A drain without bound, and in the order of the threads' numbers: one busy thread starved the rest.
TEST_P(CrewZooTest, A6_ADrainTakesTheSameBoundOfEachThreadAndBeginsWithAnotherEachTime) {
  constexpr std::size_t kEach = 30;
  constexpr std::size_t kBound = 10;
  ASSERT_EQ(crew_.resize(3), "");
  for (std::size_t i = 0; i < 2 * kEach; ++i) connect();
  ASSERT_TRUE(crew_.flush());
  for (const int peer : peers_) EXPECT_EQ(real_.platform().sockets.send(peer, "PING\n"), 5);
  while (posted(1) != kEach || posted(2) != kEach) ::sched_yield();
  std::array<std::size_t, 3> firsts{};
  for (std::size_t turn = 0; turn < kEach / kBound; ++turn) {
    ParcelChain mail;
    EXPECT_EQ(crew_.drain(kBound, mail), 2 * kBound);
    std::array<std::size_t, 3> from{};
    for (bool first = true; !mail.empty(); first = false) {
      Held<Session> session(static_cast<Session*>(mail.pop_front().release()));
      Client& client = *session->client;
      ++from[client.slot];
      if (first) ++firsts[client.slot];
      crew_.send_home(client, std::move(session));
    }
    EXPECT_EQ(from[1], kBound);
    EXPECT_EQ(from[2], kBound);
  }
  EXPECT_GT(firsts[1], 0u);
  EXPECT_GT(firsts[2], 0u);
  EXPECT_TRUE(crew_.flush());
}

INSTANTIATE_TEST_SUITE_P(Queues, CrewZooTest, testing::Values(Channel::Kind::ring, Channel::Kind::mutex));

// Keys were looked for beyond the arguments that there were.
TEST(ResolverZoo, F1_KeysAreLookedForInTheArgumentsThatThereAreOnly) {
  const CommandTable table({string_commands(), key_commands(), database_commands()});
  const KeyHasher hasher(1);
  const CommandResolver resolver(table, hasher);
  std::size_t refused = 0;
  std::size_t hashed = 0;
  table.for_each([&](const CommandSpec& spec) {
    for (std::size_t count = 1; count < 8; ++count) {
      // Each argument is a block of its own, so that AddressSanitizer sees a step beyond the last.
      CommandBatch batch;
      std::vector<std::string_view> exact;
      exact.emplace_back(spec.name);
      for (std::size_t i = 1; i < count; ++i) exact.emplace_back("1");
      batch.arguments = exact;
      batch.arguments.shrink_to_fit();
      resolver.append(batch, static_cast<std::uint32_t>(count));
      const ParsedCommand& command = batch.commands.at(0);
      if (command.refusal != Refusal::none) {
        ++refused;
        EXPECT_EQ(command.hashes, 0u) << spec.name << " of " << count;
        continue;
      }
      EXPECT_LT(command.hashes, count) << spec.name << " of " << count;
      hashed += command.hashes;
      if (spec.keys.first > 0 && spec.subcommands.empty()) {
        EXPECT_LT(static_cast<std::size_t>(spec.keys.first), count) << spec.name;
        EXPECT_TRUE(spec.keys.last <= 0 || static_cast<std::size_t>(spec.keys.last) < count) << spec.name;
      }
    }
  });
  EXPECT_GT(refused, 10u);
  EXPECT_GT(hashed, 10u);
}

// StdSync, but with a wait that neither relaxes nor yields.
struct SpinSync : StdSync {
  struct Backoff {
    void pause() noexcept {}
  };
};

// The processor time of `pauses` pauses on one core: microseconds.
template <class Sync>
double cpu_us_of_pauses(int pauses) {
  Doorbell<Sync> bell;
  PauseGate<Sync> gate;
  bool stop = false;  // of whoever holds the thread at rest
  Thread paused("paused", [&] {
    while (!stop) {  // NOLINT(bugprone-infinite-loop): it is set while this thread rests
      gate.checkpoint();
      if (bell.prepare_to_sleep([&] { return gate.requested() || stop; })) bell.bell().wait();
      bell.woke();
    }
  });
  const auto used = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto us = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
  };
  const double before = used();
  for (int i = 1; i <= pauses; ++i) {
    gate.request(bell);
    gate.wait_paused();
    if (i == pauses) stop = true;
    gate.resume();
  }
  paused.join();
  return used() - before;
}

// A busy wait cost a scheduler's quantum when the thread that it waited for had no core.
TEST(BackoffZoo, A10_APauseOnOneCoreCostsNoQuantum) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  int core = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(core), &before)) ++core;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(core), &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  constexpr int kPauses = 200;
  const double yielding = cpu_us_of_pauses<StdSync>(kPauses) / kPauses;
  const double spinning = cpu_us_of_pauses<SpinSync>(kPauses) / kPauses;
  EXPECT_EQ(::sched_setaffinity(0, sizeof before, &before), 0);
  RecordProperty("us_yielding", std::to_string(yielding));
  RecordProperty("us_spinning", std::to_string(spinning));
  std::printf("a pause on one core: %.1f us of processor time; if it only spun, %.1f us\n", yielding,
              spinning);
  EXPECT_LT(yielding * 5, spinning);
}

}  // namespace
}  // namespace baton
