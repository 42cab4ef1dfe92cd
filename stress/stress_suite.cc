// The server under a checked load while storms pass over it, for every number of I/O threads and both
// hand-offs.
//
// The server is $BATON_SERVER, or the one of this build. It runs on a free loopback port; its log is read for
// reports of sanitizers. $BATON_STRESS_SEED replays a seed, $BATON_STRESS_SECONDS sets the length of each
// load.
//
// Always   every reply is right, connections that no storm may kill complete, the server neither ends nor
//          reports, no client is left behind (I11), nobody is blocked, SIGTERM ends it with status 0.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ostream>
#include <random>
#include <thread>

#include "stress/control_client.h"
#include "stress/conversation.h"
#include "stress/load.h"
#include "stress/server_process.h"
#include "stress/storms.h"

#ifndef BATON_SERVER_PATH
#define BATON_SERVER_PATH ""
#endif

namespace baton {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double kExitSeconds = 60;  // a sanitizer that has much to say takes its time
constexpr double kSettleSeconds = 20;

struct Weather {
  const char* name;
  std::vector<Storm> storms;
  std::uint32_t mortal_percent;
  bool shutdown;  // SIGTERM in the middle of the load
};

struct Case {
  friend void PrintTo(const Case& shown, std::ostream* out) {
    *out << shown.weather.name << ", " << shown.threads << " threads, " << shown.handoff;
  }

  int threads;
  const char* handoff;
  Weather weather;
  double seconds;
};

std::string text_of(const char* variable, const std::string& otherwise) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string own_path() {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

class Stress : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    program_ = text_of("BATON_SERVER", BATON_SERVER_PATH);
    ASSERT_FALSE(program_.empty()) << "set BATON_SERVER to the server to test";
    const std::string random = std::to_string(std::random_device{}());
    seed_ = std::stoull(text_of("BATON_STRESS_SEED", random));
    fmt::print("seed {}\n", seed_);
    std::fflush(stdout);
    std::vector<std::string> arguments{"--bind",
                                       fmt::format("127.0.0.1 {}", kMortalHost),
                                       "--enable-debug-command",
                                       "yes",
                                       "--save",
                                       "",
                                       "--io-threads",
                                       std::to_string(GetParam().threads),
                                       "--io-threads-do-reads",
                                       "yes",
                                       "--maxclients",
                                       "2000"};
    // A server of another make has no choice of hand-off.
    if (program_.find("baton") != std::string::npos) {
      arguments.insert(arguments.end(), {"--io-threads-handoff", GetParam().handoff});
    }
    const std::string failure = server_.start(program_, arguments);
    ASSERT_TRUE(failure.empty()) << failure;
  }

  void TearDown() override {
    if (server_.running()) end_server();
    const std::string report = server_.report();
    EXPECT_TRUE(report.empty()) << "the server reports:\n" << report;
    if (!HasFailure()) return;
    const std::string log = server_.log();
    fmt::print("the end of the server's log:\n{}\n", log.substr(log.size() > 4000 ? log.size() - 4000 : 0));
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    fmt::print("again: BATON_SERVER={} BATON_STRESS_SEED={} {} --gtest_filter={}.{}\n", program_, seed_,
               own_path(), test->test_suite_name(), test->name());
  }

  LoadOptions load_options() const {
    LoadOptions options;
    options.port = server_.port();
    options.seed = seed_;
    options.connections = 40;
    options.depth = 24;
    options.seconds = std::stod(text_of("BATON_STRESS_SECONDS", std::to_string(GetParam().seconds)));
    options.life_commands = 600;
    options.value_bytes_max = 16 * 1024;
    options.mortal_percent = GetParam().weather.mortal_percent;
    // Local addresses tell the mortal from the steady, unless all are mortal.
    if (options.mortal_percent < 100) options.mortal_host = kMortalHost;
    // A server of another make may drop what it owes at a half close.
    if (program_.find("baton") == std::string::npos) options.half_close_percent = 0;
    return options;
  }

  void end_server() {
    server_.signal(SIGTERM);
    const std::optional<int> status = server_.wait_exit(kExitSeconds);
    ASSERT_TRUE(status.has_value()) << "SIGTERM did not end the server in " << kExitSeconds << " s";
    EXPECT_EQ(*status, 0) << "exit status after SIGTERM (256 and more: a signal)";
  }

  void check_at_rest(const LoadResult& load) {
    ControlClient control;
    ASSERT_TRUE(control.connect("127.0.0.1", server_.port()))
        << "the server refuses connections after the load";
    // The server learns of the last closed sockets a moment after we close them.
    const Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                     std::chrono::duration<double>(kSettleSeconds));
    std::string info;
    do {
      const auto reply = control.ask({"INFO", "everything"});
      ASSERT_TRUE(reply.has_value()) << "INFO is not answered";
      info = reply_text(*reply);
    } while (info_field(info, "connected_clients") != "1" && Clock::now() < end);
    EXPECT_EQ(info_field(info, "connected_clients"), "1") << "clients were left behind (I11)\n"
                                                          << reply_text(*control.ask({"CLIENT", "LIST"}));
    EXPECT_EQ(info_field(info, "blocked_clients"), "0");
    EXPECT_EQ(info_field(info, "pubsub_patterns"), "0") << "subscriptions outlived their clients";
    const auto counter = control.ask({"GET", load.counter_key});
    ASSERT_TRUE(counter.has_value());
    const std::string text = reply_text(*counter);
    const std::uint64_t value =
        counter->front() == '$' && !text.empty() && text != "-1" ? std::stoull(text) : 0;
    EXPECT_GE(value, load.increments_told) << "increments were answered and not made";
    EXPECT_LE(value, load.increments_asked) << "increments were made twice";
  }

  std::string program_;
  std::uint64_t seed_ = 0;
  ServerProcess server_;
};

TEST_P(Stress, Holds) {
  const Weather& weather = GetParam().weather;
  StormLog log;
  std::atomic<bool> leaving = false;
  StormPlace place{server_.port(), seed_, weather.mortal_percent == 100, &leaving};
  LoadOptions options = load_options();
  options.server_may_leave = [&] { return leaving.load(std::memory_order_acquire); };

  std::vector<std::jthread> storms;
  for (const Storm storm : weather.storms) {
    place.seed = place.seed * 31 + 7;
    storms.emplace_back([storm, place, &log](const std::stop_token& stop) { storm(place, log, stop); });
  }
  if (weather.shutdown) {
    const auto when = std::chrono::duration<double>(options.seconds / 2);
    options.seconds = kExitSeconds;  // the shutdown ends the load
    storms.emplace_back([&, when] {
      std::this_thread::sleep_for(when);
      leaving.store(true, std::memory_order_release);
      server_.signal(SIGTERM);
    });
  }
  const LoadResult load = run_load(options);
  for (std::jthread& storm : storms) storm.request_stop();
  storms.clear();

  fmt::print("{}\n", load.summary());
  if (!load.faults.empty()) ADD_FAILURE() << load.faults.front().text() << " (others above)";
  for (const std::string& fault : log.faults()) ADD_FAILURE() << fault;
  EXPECT_GT(load.replies, 100U) << "too little was asked to say anything";
  if (weather.shutdown) {
    const std::optional<int> status = server_.wait_exit(kExitSeconds);
    ASSERT_TRUE(status.has_value()) << "SIGTERM under load did not end the server in " << kExitSeconds
                                    << " s";
    EXPECT_EQ(*status, 0) << "exit status after SIGTERM under load (256 and more: a signal)";
    return;
  }
  ASSERT_TRUE(server_.running()) << "the server ended by itself";
  check_at_rest(load);
}

// A pause that ends in the same turn of the executor in which it stopped a command must let it go on.
class Pause : public Stress {};
TEST_P(Pause, EndsForThoseWhoMetItInItsLastTurn) {
  std::array<ControlClient, 3> clients;
  for (ControlClient& client : clients) ASSERT_TRUE(client.connect("127.0.0.1", server_.port(), 10));
  auto& [pauser, sleeper, writer] = clients;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(pauser.ask({"CLIENT", "PAUSE", "100000", "WRITE"}), "+OK\r\n");
    // While the executor sleeps, the write and the end of the pause gather at its door.
    ASSERT_TRUE(sleeper.send(encode_command({"DEBUG", "SLEEP", "0.1"})));
    ASSERT_TRUE(writer.send(encode_command({"SET", "key", "value"})));
    ASSERT_TRUE(pauser.send(encode_command({"CLIENT", "UNPAUSE"})));
    EXPECT_EQ(sleeper.next_reply(), "+OK\r\n");
    EXPECT_EQ(pauser.next_reply(), "+OK\r\n");
    ASSERT_EQ(writer.next_reply(), "+OK\r\n") << "a command stayed behind when the pause ended";
  }
}

const Weather kCalm{"Calm", {}, 0, false};
const Weather kKills{"Kills", {kill_storm, churn_storm}, 50, false};
const Weather kMassacre{"Massacre", {massacre_storm, watch_storm, churn_storm}, 100, false};
const Weather kResizes{"Resizes", {resize_storm, churn_storm}, 0, false};
const Weather kWatched{"Watched", {watch_storm, monitor_storm, keyspace_storm}, 0, false};
const Weather kPauses{"Pauses", {pause_storm, watch_storm}, 0, false};
const Weather kEverything{
    "Everything",
    {kill_storm, resize_storm, watch_storm, pause_storm, keyspace_storm, monitor_storm, churn_storm},
    50,
    false};
const Weather kShutdown{"Shutdown", {churn_storm}, 0, true};
const Weather kShutdownAmidResizes{"ShutdownAmidResizes", {kill_storm, resize_storm, watch_storm}, 50, true};

std::vector<Case> cases(const std::vector<Weather>& weathers, double seconds) {
  std::vector<Case> all;
  for (const int threads : {1, 2, 4, 8}) {
    for (const char* handoff : {"ring", "mutex"}) {
      for (const Weather& weather : weathers) all.push_back({threads, handoff, weather, seconds});
    }
  }
  return all;
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  return fmt::format("{}_{}_threads_{}", info.param.weather.name, info.param.threads, info.param.handoff);
}

INSTANTIATE_TEST_SUITE_P(Quick, Pause, testing::ValuesIn(cases({kCalm}, 0)), name_of_case);
INSTANTIATE_TEST_SUITE_P(Quick, Stress, testing::ValuesIn(cases({kEverything, kShutdown}, 2.5)),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(Full, Stress,
                         testing::ValuesIn(cases({kCalm, kKills, kMassacre, kResizes, kWatched, kPauses,
                                                  kEverything, kShutdown, kShutdownAmidResizes},
                                                 8)),
                         name_of_case);

}  // namespace
}  // namespace baton
