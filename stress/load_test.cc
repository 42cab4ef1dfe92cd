// The load over real sockets against a server in this process that commits one sin at a time.
#include "stress/load.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stress/fake_server.h"

namespace baton {
namespace {

LoadOptions small_load(int port) {
  LoadOptions options;
  options.port = port;
  options.seed = 11;
  options.connections = 12;
  options.depth = 12;
  options.seconds = 20;  // the commands end it; the time only bounds a broken run
  options.requests = 15000;
  options.life_commands = 400;
  options.value_bytes_max = 20000;
  options.slow_percent = 20;
  options.half_close_percent = 40;
  options.stall_seconds = 2;
  options.faults_max = 1;
  return options;
}

FaultKind first_fault(Sin sin) {
  const FakeServer server(sin);
  const LoadResult result = run_load(small_load(server.port()));
  if (result.faults.empty()) {
    ADD_FAILURE() << "not found: " << result.summary();
    return FaultKind::kMalformed;
  }
  return result.faults.front().kind;
}

TEST(Load, IsContentWithARightServerAndDoesEverythingToIt) {
  const FakeServer server(Sin::kNone);
  const LoadResult result = run_load(small_load(server.port()));
  EXPECT_TRUE(result.faults.empty());
  EXPECT_GT(result.replies, 10000U);
  EXPECT_GT(result.messages, 0U);
  EXPECT_GT(result.half_closed, 0U);
  EXPECT_GT(result.reset, 0U);
  EXPECT_GT(result.slowed, 0U);
  EXPECT_EQ(result.killed, 0U);
}

TEST(Load, FindsALostReply) { EXPECT_EQ(first_fault(Sin::kLosesReply), FaultKind::kLost); }

TEST(Load, FindsADoubledReply) {
  const FaultKind kind = first_fault(Sin::kDoublesReply);
  EXPECT_TRUE(kind == FaultKind::kDoubled || kind == FaultKind::kUnasked) << name_of(kind);
}

TEST(Load, FindsReorderedReplies) {
  const FaultKind kind = first_fault(Sin::kSwapsReplies);
  EXPECT_TRUE(kind == FaultKind::kReordered || kind == FaultKind::kWrong) << name_of(kind);
}

TEST(Load, FindsAForeignReply) { EXPECT_EQ(first_fault(Sin::kAnswersAnother), FaultKind::kForeign); }

TEST(Load, FindsAConnectionClosedThatNobodyKilled) {
  EXPECT_EQ(first_fault(Sin::kClosesEarly), FaultKind::kClosed);
}

TEST(Load, FindsAServerThatFallsSilent) {
  const FaultKind kind = first_fault(Sin::kStalls);
  EXPECT_TRUE(kind == FaultKind::kStalled || kind == FaultKind::kLost || kind == FaultKind::kWrong)
      << name_of(kind);
}

TEST(Load, FindsRepliesForgottenAtAHalfClose) {
  EXPECT_EQ(first_fault(Sin::kForgetsAtHalfClose), FaultKind::kClosed);
}

TEST(Load, FindsALostMessage) { EXPECT_EQ(first_fault(Sin::kLosesMessage), FaultKind::kLost); }

TEST(Load, FindsACounterThatGoesBack) { EXPECT_EQ(first_fault(Sin::kRepeatsCounter), FaultKind::kWrong); }

TEST(Load, FindsThatNobodyListens) {
  int port = 0;
  { port = FakeServer(Sin::kNone).port(); }
  const LoadResult result = run_load(small_load(port));
  ASSERT_FALSE(result.faults.empty());
  EXPECT_EQ(result.faults.front().kind, FaultKind::kRefused);
}

TEST(Load, AllowsMortalConnectionsToBeClosed) {
  const FakeServer server(Sin::kClosesEarly);
  LoadOptions options = small_load(server.port());
  options.mortal_percent = 100;
  options.requests = 4000;
  const LoadResult result = run_load(options);
  EXPECT_TRUE(result.faults.empty());
  EXPECT_GT(result.killed, 0U);
}

}  // namespace
}  // namespace baton
