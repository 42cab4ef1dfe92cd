#include "model/sim/oracle/linearizable.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/sim/oracle/key_model.h"
#include "model/sim/oracle/oracle_fixture.h"
#include "model/sim/oracle/random.h"
#include "model/sim/oracle/workload.h"

namespace baton::sim {
namespace {

constexpr std::size_t kPlaces = 100'000;

// All orders, tried one by one: what the search must agree with.
bool brute_force(const std::vector<KeyOperation>& operations) {
  const std::size_t n = operations.size();
  for (unsigned chosen = 0; chosen < (1u << n); ++chosen) {
    std::vector<std::size_t> order;
    bool possible = true;
    for (std::size_t i = 0; i < n; ++i) {
      if (chosen & (1u << i)) order.push_back(i);
      possible &= (chosen & (1u << i)) || !operations[i].reply;
    }
    if (!possible) continue;
    do {
      bool good = true;
      KeyValue value;
      for (std::size_t a = 0; good && a < order.size(); ++a) {
        for (std::size_t b = a + 1; b < order.size(); ++b)
          good &= operations[order[b]].returned >= operations[order[a]].invoked;
        const Reply reply = apply_request(value, operations[order[a]].args);
        good &= !operations[order[a]].reply || matches(reply, *operations[order[a]].reply);
      }
      if (good) return true;
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return false;
}

Arguments draw(Random& random) {
  const std::string value = std::to_string(random.below(3));
  switch (random.below(7)) {
    case 0:
      return {"set", "k", value};
    case 1:
      return {"incr", "k"};
    case 2:
      return {"del", "k"};
    case 3:
      return {"append", "k", value};
    case 4:
      return {"setnx", "k", value};
    case 5:
      return {"getset", "k", value};
    default:
      return {"get", "k"};
  }
}

Reply heard(const Reply& reply) { return reply.kind == Reply::Kind::one_of ? reply.items[0] : reply; }

// Clients with one request at a time, each taking effect at a point between its ends: linearizable by
// construction.
std::vector<KeyOperation> draw_history(Random& random, std::size_t count, std::size_t clients,
                                       bool some_lost) {
  struct Client {
    std::size_t operation = 0;
    bool busy = false, done = false;
  };
  std::vector<KeyOperation> operations;
  std::vector<Client> all(clients);
  KeyValue value;
  std::uint64_t step = 0;
  const auto busy = [&] {
    return std::any_of(all.begin(), all.end(), [](const Client& c) { return c.busy; });
  };
  while (operations.size() < count || busy()) {
    Client& client = random.pick(all);
    ++step;
    if (!client.busy) {
      if (operations.size() == count) continue;
      client = {operations.size(), true, false};
      operations.push_back({draw(random), step, KeyOperation::kNever, std::nullopt});
    } else if (!client.done) {
      operations[client.operation].reply = heard(apply_request(value, operations[client.operation].args));
      client.done = true;
    } else {
      KeyOperation& operation = operations[client.operation];
      if (some_lost && random.one_in(5))
        operation.reply.reset();
      else
        operation.returned = step;
      client.busy = false;
    }
  }
  return operations;
}

TEST(Linearizable, HistoriesOfACorrectKeyAreAccepted) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const auto operations = draw_history(random, 40, 1 + random.below(6), random.one_in(2));
    ASSERT_EQ(is_linearizable(operations, kPlaces), Linearizable::yes) << i;
  }
}

TEST(Linearizable, TheSearchAgreesWithTryingAllOrders) {
  Random random(2);
  unsigned rejected = 0;
  for (int i = 0; i < 3'000; ++i) {
    auto operations = draw_history(random, 5, 3, random.one_in(2));
    if (random.one_in(2)) {  // one answer is another's
      const auto& other = random.pick(operations).reply;
      auto& changed = random.pick(operations).reply;
      if (other && changed) changed = other;
    }
    const bool expected = brute_force(operations);
    rejected += expected ? 0 : 1;
    ASSERT_EQ(is_linearizable(operations, kPlaces), expected ? Linearizable::yes : Linearizable::no) << i;
  }
  EXPECT_GT(rejected, 200u);
}

KeyOperation done(Arguments args, std::uint64_t invoked, std::uint64_t returned, Reply reply) {
  return {std::move(args), invoked, returned, std::move(reply)};
}

TEST(Linearizable, ALostUpdateIsRejected) {
  const auto two = [](std::int64_t second) {
    return std::vector<KeyOperation>{done({"incr", "k"}, 1, 5, Reply::of(1)),
                                     done({"incr", "k"}, 2, 6, Reply::of(second))};
  };
  EXPECT_EQ(is_linearizable(two(2), kPlaces), Linearizable::yes);
  EXPECT_EQ(is_linearizable(two(1), kPlaces), Linearizable::no);
}

TEST(Linearizable, AStaleReadIsRejected) {
  const auto read_at = [](std::uint64_t invoked) {
    return std::vector<KeyOperation>{done({"set", "k", "old"}, 1, 2, Reply::simple("OK")),
                                     done({"set", "k", "new"}, 3, 6, Reply::simple("OK")),
                                     done({"get", "k"}, invoked, 9, Reply::bulk("old"))};
  };
  EXPECT_EQ(is_linearizable(read_at(4), kPlaces), Linearizable::yes);
  EXPECT_EQ(is_linearizable(read_at(7), kPlaces), Linearizable::no);
}

TEST(Linearizable, ASwappedReplyIsRejected) {
  std::vector<KeyOperation> operations{done({"append", "k", "ab"}, 1, 4, Reply::of(2)),
                                       done({"append", "k", "c"}, 5, 9, Reply::of(3))};
  EXPECT_EQ(is_linearizable(operations, kPlaces), Linearizable::yes);
  std::swap(operations[0].reply, operations[1].reply);
  EXPECT_EQ(is_linearizable(operations, kPlaces), Linearizable::no);
}

TEST(Linearizable, ARequestWithoutAnAnswerMayHaveHappenedAtAnyLaterTimeOrNever) {
  const auto read = [](Reply first, Reply second) {
    return std::vector<KeyOperation>{{{"set", "k", "v"}, 3, KeyOperation::kNever, std::nullopt},
                                     done({"get", "k"}, 5, 6, std::move(first)),
                                     done({"get", "k"}, 7, 8, std::move(second))};
  };
  const Reply nil = Reply::plain(Reply::Kind::null_bulk);
  EXPECT_EQ(is_linearizable(read(nil, nil), kPlaces), Linearizable::yes);
  EXPECT_EQ(is_linearizable(read(nil, Reply::bulk("v")), kPlaces), Linearizable::yes);
  EXPECT_EQ(is_linearizable(read(Reply::bulk("v"), nil), kPlaces), Linearizable::no);
  EXPECT_EQ(is_linearizable({done({"get", "k"}, 1, 2, Reply::bulk("v")),
                             {{"set", "k", "v"}, 3, KeyOperation::kNever, std::nullopt}},
                            kPlaces),
            Linearizable::no);
}

TEST(Linearizable, BeyondTheBoundItSaysThatItDoesNotKnow) {
  std::vector<KeyOperation> operations{done({"get", "k"}, 99, 100, Reply::bulk("never set"))};
  for (std::uint64_t i = 0; i < 20; ++i)
    operations.push_back(done({"set", "k", std::to_string(i)}, i, 98, Reply::simple("OK")));
  EXPECT_EQ(is_linearizable(operations, 1'000), Linearizable::not_decided);
}

TEST(Linearizable, RunsOfAPerfectServerAreJudgedKeyByKey) {
  std::size_t judged = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Played run = PerfectServer().play(make_plan(seed, {.start_ms = 1'000'000}), seed);
    const Verdict verdict = check_linearizable(run.history);
    ASSERT_TRUE(verdict.ok()) << seed << ": " << verdict.wrong;
    judged += verdict.checked;
  }
  EXPECT_GT(judged, 150u);
}

TEST(Linearizable, AWrongReplyOfARunIsFoundWithoutTheWitness) {
  unsigned found = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto stale = [](std::size_t place, std::vector<Reply>& frames) {
      if (place % 16 == 0 && frames.size() == 1 && frames[0].kind == Reply::Kind::bulk)
        frames[0].text = "stale";
    };
    const Played run = PerfectServer().play(make_plan(seed, {.start_ms = 1'000'000}), seed, stale);
    const Verdict verdict = check_linearizable(run.history);
    if (verdict.ok()) continue;
    EXPECT_THAT(verdict.wrong, testing::HasSubstr("\"stale\""));
    ++found;
  }
  EXPECT_GT(found, 5u);
}

// Says what two clients asked and heard, at steps that go up.
struct Said {
  Said() {
    history.opened(1, 0);
    history.opened(2, 0);
  }
  void say(std::uint64_t connection, Arguments args, std::string_view heard) {
    history.invoked(connection, std::move(args), ++step);
    history.heard(connection, heard, ++step);
  }
  History history;
  std::uint64_t step = 0;
};

TEST(KeyHistories, ARequestOfSeveralKeysIsOneOfEach) {
  Said said;
  said.say(1, {"mset", "a", "1", "b", "2"}, "+OK\r\n");
  said.say(2, {"mget", "a", "b", "c"}, "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n");
  said.say(1, {"del", "a", "c"}, ":1\r\n");
  said.say(2, {"get", "a"}, "$-1\r\n");
  const Verdict good = check_linearizable(said.history);
  EXPECT_EQ(good.wrong, "");
  EXPECT_EQ(good.checked, 3u);
  said.say(2, {"mget", "c", "b"}, "*2\r\n$-1\r\n$1\r\n1\r\n");
  EXPECT_THAT(check_linearizable(said.history).wrong, testing::HasSubstr("key b"));
}

TEST(KeyHistories, ATransactionTakesEffectWhenItIsExecuted) {
  Said said;
  said.say(1, {"multi"}, "+OK\r\n");
  said.say(1, {"set", "a", "1"}, "+QUEUED\r\n");
  said.say(2, {"get", "a"}, "$-1\r\n");
  said.say(1, {"exec"}, "*1\r\n+OK\r\n");
  said.say(2, {"get", "a"}, "$1\r\n1\r\n");
  EXPECT_EQ(check_linearizable(said.history).wrong, "");
  said.say(2, {"get", "a"}, "$-1\r\n");
  EXPECT_THAT(check_linearizable(said.history).wrong, testing::HasSubstr("key a"));
}

TEST(KeyHistories, ATransactionThatFailedDidNothing) {
  Said said;
  said.say(1, {"watch", "a"}, "+OK\r\n");
  said.say(2, {"set", "a", "2"}, "+OK\r\n");
  said.say(1, {"multi"}, "+OK\r\n");
  said.say(1, {"set", "a", "1"}, "+QUEUED\r\n");
  said.say(1, {"exec"}, "*-1\r\n");
  said.say(2, {"get", "a"}, "$1\r\n2\r\n");
  EXPECT_EQ(check_linearizable(said.history).wrong, "");
  said.say(2, {"get", "a"}, "$1\r\n1\r\n");
  EXPECT_THAT(check_linearizable(said.history).wrong, testing::HasSubstr("key a"));
}

TEST(KeyHistories, AFlushIsOneOfEveryKeyOfItsDatabase) {
  Said said;
  said.say(1, {"set", "a", "1"}, "+OK\r\n");
  said.say(2, {"select", "1"}, "+OK\r\n");
  said.say(2, {"flushdb"}, "+OK\r\n");
  said.say(1, {"get", "a"}, "$1\r\n1\r\n");
  EXPECT_EQ(check_linearizable(said.history).wrong, "");
  said.say(2, {"flushall"}, "+OK\r\n");
  said.say(1, {"get", "a"}, "$1\r\n1\r\n");
  EXPECT_THAT(check_linearizable(said.history).wrong, testing::HasSubstr("key a"));
}

TEST(KeyHistories, WhatWasSaidBeforeAKeyGotATimeIsJudgedAndNothingAfter) {
  Said said;
  said.say(1, {"set", "a", "1"}, "+OK\r\n");
  said.say(1, {"pexpire", "a", "5"}, ":1\r\n");
  said.say(2, {"get", "a"}, "$-1\r\n");
  const Verdict good = check_linearizable(said.history);
  EXPECT_EQ(good.wrong, "");
  EXPECT_EQ(good.in_part, 1u);
  Said stale;
  stale.say(1, {"set", "a", "1"}, "+OK\r\n");
  stale.say(2, {"get", "a"}, "$-1\r\n");
  stale.say(1, {"pexpire", "a", "5"}, ":1\r\n");
  EXPECT_THAT(check_linearizable(stale.history).wrong, testing::HasSubstr("key a"));
}

TEST(KeyHistories, AKeyWhoseAnswerCameAfterItsEndIsJudgedInPart) {
  Said said;
  said.say(1, {"set", "a", "1"}, "+OK\r\n");
  said.history.invoked(2, {"get", "a"}, ++said.step);
  said.say(1, {"pexpire", "b", "5"}, ":1\r\n");
  said.history.heard(2, "$1\r\n1\r\n", ++said.step);
  EXPECT_EQ(check_linearizable(said.history).in_part, 0u);
  Said cut;
  cut.say(1, {"set", "a", "1"}, "+OK\r\n");
  cut.history.invoked(2, {"get", "a"}, ++cut.step);
  cut.say(1, {"pexpire", "a", "5"}, ":1\r\n");
  cut.history.heard(2, "$1\r\n1\r\n", ++cut.step);
  const Verdict verdict = check_linearizable(cut.history);
  EXPECT_EQ(verdict.checked, 1u);
  EXPECT_EQ(verdict.in_part, 1u);
}

TEST(KeyHistories, SetObeysItsConditionsAndSetrangeFillsWithZeros) {
  Said said;
  said.say(1, {"set", "a", "1", "nx"}, "+OK\r\n");
  said.say(2, {"set", "a", "2", "nx"}, "$-1\r\n");
  said.say(1, {"set", "a", "3", "xx", "get"}, "$1\r\n1\r\n");
  said.say(1, {"setrange", "a", "2", "x"}, ":3\r\n");
  said.say(2, {"get", "a"}, std::string_view("$3\r\n3\0x\r\n", 9));
  EXPECT_EQ(check_linearizable(said.history).wrong, "");
  said.say(2, {"set", "a", "4", "nx"}, "+OK\r\n");
  EXPECT_THAT(check_linearizable(said.history).wrong, testing::HasSubstr("key a"));
}

}  // namespace
}  // namespace baton::sim
