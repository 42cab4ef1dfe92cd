#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "server/platform/real_poller.h"

namespace baton {
namespace {

class PollerTest : public testing::Test {
 protected:
  void SetUp() override {
    int error = 1;
    poller_ = RealPollers().open(error);
    ASSERT_EQ(error, 0);
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair_), 0);
  }
  void TearDown() override {
    for (const int fd : pair_)
      if (fd >= 0) ::close(fd);
  }
  // The single event that is there now.
  PollEvent event() {
    std::array<PollEvent, 8> events;
    const int n = poller_->wait(events, 0);
    EXPECT_EQ(n, 1);
    return n == 1 ? events[0] : PollEvent{};
  }
  int count() {
    std::array<PollEvent, 8> events;
    return poller_->wait(events, 0);
  }
  void say() { ASSERT_EQ(::write(pair_[1], "x", 1), 1); }

  std::unique_ptr<Poller> poller_;
  int pair_[2] = {-1, -1};
  int token_ = 0;
};

TEST_F(PollerTest, AnEdgeIsReportedOnceUntilMoreArrives) {
  ASSERT_EQ(poller_->add(pair_[0], &token_, {.read = true}), 0);
  EXPECT_EQ(count(), 0);
  say();
  const PollEvent first = event();
  EXPECT_EQ(first.token, &token_);
  EXPECT_TRUE(first.readable);
  EXPECT_FALSE(first.writable || first.hangup || first.broken);
  EXPECT_EQ(count(), 0);
  say();
  EXPECT_EQ(count(), 1);
}

// SIGALRM in a while, and again and again, until this ends: whenever the wait begins, one comes in it.
class Alarms {
 public:
  Alarms() {
    struct sigaction action {};
    action.sa_handler = [](int) {};  // without SA_RESTART
    ::sigaction(SIGALRM, &action, &before_);
    const itimerval often{.it_interval = {0, 2'000}, .it_value = {0, 2'000}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~Alarms() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Alarms(const Alarms&) = delete;
  Alarms& operator=(const Alarms&) = delete;

 private:
  struct sigaction before_ {};
};

TEST_F(PollerTest, ASignalEndsAWaitWithoutAnEventOrAnError) {
  const Alarms alarms;
  std::array<PollEvent, 8> events;
  EXPECT_EQ(poller_->wait(events, -1), 0);
  ASSERT_EQ(poller_->add(pair_[0], &token_, {.read = true}), 0);
  say();
  int n = 0;
  while (n == 0) n = poller_->wait(events, -1);
  EXPECT_EQ(n, 1);
}

TEST_F(PollerTest, ALevelIsReportedAsLongAsItHolds) {
  ASSERT_EQ(poller_->add(pair_[0], &token_, {.trigger = Trigger::level}), 0);
  say();
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(count(), 1);
}

TEST_F(PollerTest, WritabilityIsReportedWhenAskedFor) {
  ASSERT_EQ(poller_->add(pair_[0], &token_, {.read = true}), 0);
  EXPECT_EQ(count(), 0);
  ASSERT_EQ(poller_->modify(pair_[0], &token_, {.read = true, .write = true}), 0);
  EXPECT_TRUE(event().writable);
}

TEST_F(PollerTest, AHalfCloseIsAHangupAndACloseIsBroken) {
  ASSERT_EQ(poller_->add(pair_[0], &token_, {.read = true}), 0);
  ::shutdown(pair_[1], SHUT_WR);
  const PollEvent half = event();
  EXPECT_TRUE(half.hangup);
  EXPECT_FALSE(half.broken);
  ::close(pair_[1]);
  pair_[1] = -1;
  const PollEvent whole = event();
  EXPECT_TRUE(whole.hangup && whole.broken);
}

TEST_F(PollerTest, NothingIsReportedAfterRemoval) {
  ASSERT_EQ(poller_->add(pair_[0], &token_, {.trigger = Trigger::level}), 0);
  say();
  ASSERT_EQ(poller_->remove(pair_[0]), 0);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(poller_->remove(pair_[0]), -ENOENT);
}

TEST_F(PollerTest, MisuseIsReturned) {
  EXPECT_EQ(poller_->add(-1, &token_, {}), -EBADF);
  ASSERT_EQ(poller_->add(pair_[0], &token_, {}), 0);
  EXPECT_EQ(poller_->add(pair_[0], &token_, {}), -EEXIST);
}

TEST_F(PollerTest, AWaitGivesNoMoreEventsThanThereIsRoomFor) {
  int other = 0;
  ASSERT_EQ(poller_->add(pair_[0], &token_, {.trigger = Trigger::level}), 0);
  ASSERT_EQ(poller_->add(pair_[1], &other, {.write = true, .trigger = Trigger::level}), 0);
  say();
  std::array<PollEvent, 1> one;
  EXPECT_EQ(poller_->wait(one, 0), 1);
  EXPECT_EQ(count(), 2);
}

}  // namespace
}  // namespace baton
