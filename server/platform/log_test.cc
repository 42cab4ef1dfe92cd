#include "server/platform/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <syslog.h>
#include <unistd.h>

#include "server/platform/real_platform.h"
#include "server/platform/temporary_directory.h"

namespace baton {
namespace {

// Sat Nov 21 07:20:11.042 UTC 2026.
class StoppedClock final : public Clock {
 public:
  std::uint64_t monotonic_ns() override { return 0; }
  std::int64_t wall_us() override { return 1'795'245'611'042'000; }
  void sleep_us(std::uint64_t) override {}
};

class LogTest : public testing::Test {
 protected:
  std::string content() {
    std::string text;
    EXPECT_EQ(RealFiles().load(path_, text, 1 << 20), 0);
    return text;
  }
  std::string line(const std::string& rest) {
    const std::time_t seconds = clock_.wall_us() / 1'000'000;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    char time[64];
    std::strftime(time, sizeof(time), "%d %b %Y %H:%M:%S.042", &local);
    return std::to_string(::getpid()) + ":M " + time + " " + rest + "\n";
  }

  StoppedClock clock_;
  TemporaryDirectory directory_;
  std::string path_ = directory_.file("log");
};

TEST_F(LogTest, ALineHasProcessRoleTimeMarkAndText) {
  Log log(clock_, {.file = path_});
  EXPECT_EQ(log.error(), "");
  log.notice("port {}", 6379);
  log.warning("careful");
  EXPECT_EQ(content(), line("* port 6379") + line("# careful"));
}

// Whether somebody listens there is the system's affair: the file has every line.
TEST_F(LogTest, TheSystemsLogIsOneMore) {
  Log log(clock_, {.file = path_, .syslog_ident = "baton-test", .syslog_facility = LOG_LOCAL7});
  log.notice("to both");
  EXPECT_EQ(content(), line("* to both"));
}

TEST_F(LogTest, LinesBelowTheLevelAreNotWritten) {
  Log log(clock_, {.level = LogLevel::warning, .file = path_});
  log.notice("no");
  log.warning("yes");
  log.set_level(LogLevel::debug);
  log.debug("d");
  log.verbose("v");
  EXPECT_EQ(log.level(), LogLevel::debug);
  log.set_level(LogLevel::nothing);
  log.warning("no");
  EXPECT_FALSE(log.wants(LogLevel::warning));
  EXPECT_EQ(content(), line("# yes") + line(". d") + line("- v"));
}

TEST_F(LogTest, LevelsAreReportedAsSet) {
  Log log(clock_, {.file = path_});
  for (const LogLevel level :
       {LogLevel::debug, LogLevel::verbose, LogLevel::notice, LogLevel::warning, LogLevel::nothing}) {
    log.set_level(level);
    EXPECT_EQ(log.level(), level);
  }
}

TEST_F(LogTest, TextCannotForgeALine) {
  Log log(clock_, {.file = path_});
  log.notice("{}", "a\r\n1:M forged\x1b[31m\ttab {}");
  EXPECT_EQ(content(), line("* a\\x0d\\x0a1:M forged\\x1b[31m\ttab {}"));
}

TEST_F(LogTest, AChildHasALetterOfItsOwn) {
  Log log(clock_, {.file = path_});
  log.set_role('C');
  log.notice("x");
  EXPECT_THAT(content(), testing::HasSubstr(":C "));
}

TEST_F(LogTest, AFileIsAppendedTo) {
  { Log(clock_, {.file = path_}).notice("one"); }
  { Log(clock_, {.file = path_}).notice("two"); }
  EXPECT_EQ(content(), line("* one") + line("* two"));
}

TEST_F(LogTest, AFileThatCannotBeOpenedIsReported) {
  Log log(clock_, {.file = directory_.path()});
  EXPECT_THAT(log.error(), testing::HasSubstr("Can't open the log file"));
}

TEST_F(LogTest, LinesOfSeveralThreadsAreWhole) {
  Log log(clock_, {.file = path_});
  RealThreads threads;
  const std::string text(200, 'x');
  {
    std::vector<std::unique_ptr<ThreadHandle>> writers;
    writers.reserve(4);
    for (int i = 0; i < 4; ++i)
      writers.push_back(threads.spawn("writer", [&] {
        for (int n = 0; n < 200; ++n) log.notice("{}", text);
      }));
  }
  std::string expected;
  for (int i = 0; i < 800; ++i) expected += line("* " + text);
  EXPECT_EQ(content(), expected);
}

}  // namespace
}  // namespace baton
