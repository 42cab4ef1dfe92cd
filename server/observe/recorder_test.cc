#include "server/observe/recorder.h"

#include <gtest/gtest.h>

#include <limits>

#include "server/commands/command.h"
#include "server/exec/client.h"

namespace baton {
namespace {

class StoppedClock final : public Clock {
 public:
  std::uint64_t monotonic_ns() override { return 0; }
  std::int64_t wall_us() override { return 1'700'000'000'000'000; }
  void sleep_us(std::uint64_t) override {}
};

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() { client_.address = "127.0.0.1:5000"; }
  void run(std::vector<std::string_view> args, std::int64_t us, std::uint32_t flags = 0,
           std::string_view name = "get") {
    recorder_.slow_command(client_, CommandSpec{name, -1, flags, {}, Group::string, "1.0.0", ""}, args,
                           us * 1000);
  }
  void set(std::int64_t slowlog_us, std::int64_t latency_ms, bool tracking = true) {
    ObserveConfig options;
    options.slowlog_log_slower_than = slowlog_us;
    options.latency_monitor_threshold = latency_ms;
    options.latency_tracking = tracking;
    options.slowlog_max_len = 4;
    recorder_.set_options(options);
  }

  StoppedClock clock_;
  Recorder recorder_{clock_};
  Client client_{1, 0};
};

TEST_F(RecorderTest, TheThresholdIsTheLowerOfTheTwo) {
  set(-1, 0);
  EXPECT_EQ(recorder_.threshold_ns(), -1);
  set(10'000, 0);
  EXPECT_EQ(recorder_.threshold_ns(), 10'000'000);
  set(10'000, 5);
  EXPECT_EQ(recorder_.threshold_ns(), 5'000'000);
  set(10'000, 50);
  EXPECT_EQ(recorder_.threshold_ns(), 10'000'000);
  set(-1, 50);
  EXPECT_EQ(recorder_.threshold_ns(), 50'000'000);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  set(kMost, kMost);
  EXPECT_EQ(recorder_.threshold_ns(), kMost);
  set(0, 50);
  EXPECT_EQ(recorder_.threshold_ns(), 0);
}

TEST_F(RecorderTest, EachThresholdDecidesOfItsOwnLog) {
  set(10'000, 50);
  run({"GET", "k"}, 9'999);
  EXPECT_TRUE(recorder_.slowlog().entries().empty());
  run({"GET", "k"}, 10'000);
  ASSERT_EQ(recorder_.slowlog().entries().size(), 1u);
  EXPECT_EQ(recorder_.slowlog().entries()[0].at_s, 1'700'000'000);
  EXPECT_TRUE(recorder_.latency().events().empty());
  run({"GET", "k"}, 60'000);
  EXPECT_EQ(recorder_.latency().events().at("command").worst_ms(), 60);
  run({"GET", "k"}, 70'000, kFast);
  EXPECT_EQ(recorder_.latency().events().at("fast-command").worst_ms(), 70);
}

TEST_F(RecorderTest, TheSlowlogSkipsWhatItIsToldToAndShowsNoPasswords) {
  set(0, 0);
  run({"EXEC"}, 1, kSkipSlowlog);
  EXPECT_TRUE(recorder_.slowlog().entries().empty());
  run({"AUTH", "secret"}, 1, 0, "auth");
  ASSERT_EQ(recorder_.slowlog().entries().size(), 1u);
  EXPECT_EQ(recorder_.slowlog().entries()[0].arguments[1], "(redacted)");
}

TEST_F(RecorderTest, AShorterSlowlogDropsTheOldest) {
  set(0, 0);
  for (int i = 0; i < 10; ++i) run({"PING"}, 1);
  EXPECT_EQ(recorder_.slowlog().entries().size(), 4u);
  ObserveConfig options;
  options.slowlog_max_len = 2;
  recorder_.set_options(options);
  EXPECT_EQ(recorder_.slowlog().entries().size(), 2u);
  EXPECT_EQ(recorder_.slowlog().entries().front().id, 9u);
}

TEST_F(RecorderTest, EventsBelowTheThresholdAreNone) {
  recorder_.latency_event("expire-cycle", 1'000);
  EXPECT_TRUE(recorder_.latency().events().empty());
  set(-1, 20);
  recorder_.latency_event("expire-cycle", 19);
  EXPECT_TRUE(recorder_.latency().events().empty());
  recorder_.latency_event("expire-cycle", 20);
  EXPECT_EQ(recorder_.latency().events().at("expire-cycle").last().ms, 20);
}

TEST_F(RecorderTest, TimesOfCommandsAreNotedWhileTracked) {
  EXPECT_EQ(recorder_.times_of(7), nullptr);
  recorder_.command_took(7, 1'000, 3);
  EXPECT_EQ(recorder_.times_of(7)->count(), 3u);
  EXPECT_EQ(recorder_.times_of(6), nullptr);
  EXPECT_EQ(recorder_.times_of(8), nullptr);
  set(-1, 0, false);
  recorder_.command_took(7, 1'000, 3);
  recorder_.command_took(6, 1'000, 3);
  EXPECT_EQ(recorder_.times_of(7)->count(), 3u);
  EXPECT_EQ(recorder_.times_of(6), nullptr);
  recorder_.forget_times();
  EXPECT_EQ(recorder_.times_of(7), nullptr);
}

}  // namespace
}  // namespace baton
