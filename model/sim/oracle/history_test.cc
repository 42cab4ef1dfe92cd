#include "model/sim/oracle/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/sim/oracle/oracle_fixture.h"
#include "model/sim/oracle/workload.h"

namespace baton::sim {
namespace {

using testing::HasSubstr;

TEST(History, FramesGoToTheOldestRequestThatWaits) {
  History history;
  history.opened(1, 0);
  const std::size_t ping = history.invoked(1, {"PING"}, 1);
  const std::size_t subscribe = history.invoked(1, {"SUBSCRIBE", "a", "b"}, 2);
  EXPECT_EQ(history.open_requests(1), 2u);
  history.heard(1, "+PO", 3);
  EXPECT_FALSE(history.answered(ping));
  history.heard(1, "NG\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n", 4);
  EXPECT_TRUE(history.answered(ping));
  EXPECT_FALSE(history.answered(subscribe));
  EXPECT_FALSE(history.check_all_answered().ok());
  history.heard(1, "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n",
                5);
  EXPECT_TRUE(history.answered(subscribe));
  EXPECT_EQ(history.requests()[subscribe].first_heard, 4u);
  EXPECT_EQ(history.requests()[subscribe].returned, 5u);
  EXPECT_EQ(history.open_requests(1), 0u);
  EXPECT_TRUE(history.check().ok()) << history.check().wrong;
  EXPECT_TRUE(history.check_all_answered().ok());
}

TEST(History, WhatIsPushedIsNoAnswer) {
  History history;
  history.opened(1, 0);
  history.invoked(1, {"hello", "3"}, 1);
  history.heard(1, "%0\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n", 2);
  history.opened(2, 0);
  history.invoked(2, {"monitor"}, 1);
  history.heard(2, "+OK\r\n+1700000000.1 [0 127.0.0.1:1] \"get\" \"k\"\r\n", 2);
  EXPECT_TRUE(history.check().ok()) << history.check().wrong;
}

TEST(History, AFrameTooManyIsFound) {
  History history;
  history.opened(1, 0);
  history.invoked(1, {"PING"}, 1);
  history.heard(1, "+PONG\r\n+PONG\r\n", 2);
  EXPECT_THAT(history.check().wrong, HasSubstr("did not ask for"));
}

TEST(History, AnAnswerToASilentRequestIsFound) {
  History history;
  history.opened(1, 0);
  const std::size_t silent = history.invoked(1, {"client", "reply", "off"}, 1);
  EXPECT_TRUE(history.answered(silent));
  history.heard(1, "+OK\r\n", 2);
  EXPECT_FALSE(history.check().ok());
}

TEST(History, AnythingAfterTheEndIsFound) {
  History closed;
  closed.opened(1, 0);
  closed.invoked(1, {"ping"}, 1);
  closed.closed(1, 2);
  EXPECT_TRUE(closed.check_all_answered().ok());
  closed.heard(1, "+PONG\r\n", 3);
  EXPECT_THAT(closed.check().wrong, HasSubstr("after its end"));

  History quit;
  quit.opened(1, 0);
  quit.invoked(1, {"quit"}, 1);
  quit.invoked(1, {"ping"}, 1);
  quit.heard(1, "+OK\r\n", 2);
  EXPECT_TRUE(quit.check().ok());
  EXPECT_FALSE(quit.check_all_answered().ok());  // it has to be closed
  quit.heard(1, "+PONG\r\n", 3);
  EXPECT_FALSE(quit.check().ok());
}

TEST(History, MalformedBytesAreAnsweredByAnErrorAndTheEnd) {
  History history;
  history.opened(1, 0);
  history.invoked_malformed(1, 1);
  history.heard(1, "-ERR Protocol error: invalid bulk length\r\n", 2);
  EXPECT_TRUE(history.check().ok());
  EXPECT_FALSE(history.check_all_answered().ok());
  history.closed(1, 3);
  EXPECT_TRUE(history.check_all_answered().ok());
}

TEST(History, AStreamThatIsNoRespIsFound) {
  History history;
  history.opened(1, 0);
  history.invoked(1, {"get", "k"}, 1);
  history.heard(1, "$3\r\nabcd\r\n", 2);
  EXPECT_THAT(history.check().wrong, HasSubstr("malformed"));
}

TEST(History, AConnectionTooManyIsTurnedAway) {
  History history;
  history.opened(1, 0);
  history.invoked(1, {"get", "k"}, 1);
  history.heard(1, "-ERR max number of clients reached\r\n", 2);
  history.closed(1, 3);
  EXPECT_TRUE(history.check().ok());
  EXPECT_TRUE(check_witness(history, {}).ok());
}

// --- the witness ---

Plan plan_of(std::uint64_t seed) { return make_plan(seed, {.start_ms = 1'000'000}); }

TEST(Witness, APerfectServerIsAccepted) {
  std::size_t requests = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Played run = PerfectServer().play(plan_of(seed), seed);
    ASSERT_TRUE(run.history.check().ok()) << seed << ": " << run.history.check().wrong;
    ASSERT_TRUE(run.history.check_all_answered().ok())
        << seed << ": " << run.history.check_all_answered().wrong;
    const Verdict verdict = check_witness(run.history, run.witness);
    ASSERT_TRUE(verdict.ok()) << seed << ": " << verdict.wrong;
    requests += verdict.checked;
  }
  EXPECT_GT(requests, 5'000u);
}

TEST(Witness, AWrongReplyIsFoundByItsPlace) {
  unsigned found = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto one_more = [](std::size_t, std::vector<Reply>& frames) {
      for (Reply& frame : frames)
        if (frame.kind == Reply::Kind::integer) frame.integer ^= 1;
    };
    const Played run = PerfectServer().play(plan_of(seed), seed, one_more);
    const Verdict verdict = check_witness(run.history, run.witness);
    if (verdict.ok()) continue;
    EXPECT_THAT(verdict.wrong, HasSubstr("expected"));
    ++found;
  }
  EXPECT_GT(found, 20u);
}

// Two connections, each with one request, whose answers a test may exchange.
struct Two {
  History history;
  std::vector<Executed> witness{{1, {"set", "k", "v"}, 1, 3}, {2, {"get", "k"}, 1, 5}};
  Two() {
    history.opened(1, 0);
    history.opened(2, 0);
    history.invoked(1, {"set", "k", "v"}, 1);
    history.invoked(2, {"get", "k"}, 2);
  }
  Verdict judge(std::string_view first, std::string_view second) {
    history.heard(1, first, 6);
    history.heard(2, second, 7);
    return check_witness(history, witness);
  }
};

TEST(Witness, RepliesSwappedBetweenClientsAreFound) {
  EXPECT_TRUE(Two().judge("+OK\r\n", "$1\r\nv\r\n").ok());
  EXPECT_THAT(Two().judge("$1\r\nv\r\n", "+OK\r\n").wrong, HasSubstr("expected OK"));
}

TEST(Witness, AnAnswerBeforeItsExecutionIsFound) {
  Two two;
  two.witness[0].step = two.witness[1].step = 8;
  EXPECT_THAT(two.judge("+OK\r\n", "$1\r\nv\r\n").wrong, HasSubstr("answered before"));
}

TEST(Witness, AnExecutionBeforeItsRequestIsFound) {
  Two two;
  two.witness[0].step = 0;
  EXPECT_THAT(two.judge("+OK\r\n", "$1\r\nv\r\n").wrong, HasSubstr("before it was asked"));
}

TEST(Witness, TwiceOrNeverExecutedIsFound) {
  Two twice;
  twice.witness.push_back({1, {"set", "k", "v"}, 1, 5});
  EXPECT_THAT(twice.judge("+OK\r\n", "$1\r\nv\r\n").wrong, HasSubstr("not asked for any more"));
  Two never;
  never.witness.erase(never.witness.begin());
  EXPECT_FALSE(never.judge("+OK\r\n", "$-1\r\n").ok());
  Two other;
  other.witness[1].args = {"get", "k2"};
  EXPECT_THAT(other.judge("+OK\r\n", "$-1\r\n").wrong, HasSubstr("its next request"));
}

TEST(Witness, ARefusedRequestHasNoEffectAndAnError) {
  Two two;
  two.witness[0].refused = true;
  EXPECT_TRUE(two.judge("-OOM no\r\n", "$-1\r\n").ok());
  Two wrong;
  wrong.witness[0].refused = true;
  EXPECT_FALSE(wrong.judge("+OK\r\n", "$-1\r\n").ok());
}

TEST(Witness, WhatAConnectionThatEndedDidNotHearStillTookEffect) {
  Two two;
  two.history.closed(1, 4);
  two.history.heard(2, "$1\r\nv\r\n", 7);
  EXPECT_TRUE(check_witness(two.history, two.witness).ok());
}

}  // namespace
}  // namespace baton::sim
