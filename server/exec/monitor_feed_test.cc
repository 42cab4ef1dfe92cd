#include "server/exec/monitor_feed.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

#include "server/commands/command.h"
#include "server/exec/client.h"
#include "server/platform/clock.h"

namespace baton {
namespace {

class MonitorFeedTest : public testing::Test {
 protected:
  struct StoppedClock final : Clock {
    std::uint64_t monotonic_ns() override { return 0; }
    std::int64_t wall_us() override { return 1'700'000'000'000'042; }
    void sleep_us(std::uint64_t) override {}
  };
  struct Sent final : Outbound {
    void send(const std::vector<Client*>& clients, std::string_view bytes) override {
      for (const Client* client : clients) text[client->id] += bytes;
    }
    [[nodiscard]] const Client* current() const noexcept override { return nullptr; }
    std::map<std::uint64_t, std::string> text;
  };

  StoppedClock clock_;
  Sent sent_;
  MonitorFeed feed_{clock_, sent_};
  Client monitor_{1, 0}, other_{2, 0};
  const CommandSpec spec_{"set", -3, kWrite, {1, 1, 1}, Group::string, "1.0.0", "."};
};

TEST_F(MonitorFeedTest, ShowsWhoRunsWhatWhere) {
  other_.address = "10.0.0.1:5000";
  other_.db = 3;
  feed_.add(monitor_);
  feed_.show(other_, spec_, std::array<std::string_view, 3>{"SET", "k", "v"});
  EXPECT_EQ(sent_.text[1], "+1700000000.000042 [3 10.0.0.1:5000] \"SET\" \"k\" \"v\"\r\n");
  other_.from_unix_socket = true;
  other_.local_address = "/run/baton.sock:0";
  sent_.text.clear();
  feed_.show(other_, spec_, std::array<std::string_view, 1>{"PING"});
  EXPECT_EQ(sent_.text[1], "+1700000000.000042 [3 unix:/run/baton.sock:0] \"PING\"\r\n");
}

TEST_F(MonitorFeedTest, KeepsALineALineWhateverTheBytes) {
  using namespace std::string_view_literals;
  feed_.add(monitor_);
  feed_.show(other_, spec_, std::array{"a\r\n\t\a\b\"\\\0\x7f\xff"sv});
  EXPECT_TRUE(sent_.text[1].ends_with(R"( "a\r\n\t\a\b\"\\\x00\x7f\xff")"
                                      "\r\n"))
      << sent_.text[1];
}

TEST_F(MonitorFeedTest, AMonitorIsNotPlainUntilItIsOneNoMore) {
  monitor_.authenticated = true;
  monitor_.settle();
  ASSERT_TRUE(monitor_.plain());
  feed_.add(monitor_);
  EXPECT_FALSE(monitor_.plain());
  EXPECT_EQ(feed_.size(), 1u);
  feed_.remove(monitor_);
  EXPECT_TRUE(monitor_.plain());
  EXPECT_TRUE(feed_.empty());
}

}  // namespace
}  // namespace baton
