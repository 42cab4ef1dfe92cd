#include "stress/server_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace baton {
namespace {

// A program of a few lines of shell in place of a server.
class Script {
 public:
  explicit Script(const std::string& lines) {
    const int file = mkstemp(path_.data());
    ::close(file);
    std::ofstream(path_) << "#!/bin/sh\n" << lines;
    chmod(path_.c_str(), 0700);
  }
  ~Script() { unlink(path_.c_str()); }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/baton-script-XXXXXX";
};

TEST(ServerProcess, SaysHowAServerEndedThatDidNotStart) {
  const Script script("echo no port for me: $1; exit 3\n");
  ServerProcess server;
  const std::string failure = server.start(script.path(), {});
  EXPECT_NE(failure.find("status 3"), std::string::npos) << failure;
  EXPECT_NE(failure.find("no port for me: --port"), std::string::npos) << failure;
  EXPECT_FALSE(server.running());
}

TEST(ServerProcess, TellsASignalFromAStatus) {
  const Script script("kill -SEGV $$\n");
  ServerProcess server;
  (void)server.start(script.path(), {});
  EXPECT_EQ(server.wait_exit(10), 256 + SIGSEGV);
}

TEST(ServerProcess, FindsTheReportsOfSanitizers) {
  for (const char* report :
       {"WARNING: ThreadSanitizer: data race (pid=1)", "==1==ERROR: AddressSanitizer: heap-use-after-free",
        "==1==ERROR: LeakSanitizer: detected memory leaks",
        "x.cc:1:2: runtime error: signed integer overflow"}) {
    const Script script(std::string("echo started; echo '") + report + "' >&2; exit 66\n");
    ServerProcess server;
    (void)server.start(script.path(), {});
    EXPECT_FALSE(server.report().empty()) << report;
  }
}

TEST(ServerProcess, FindsNothingInAQuietLog) {
  const Script script("echo ready; exit 0\n");
  ServerProcess server;
  (void)server.start(script.path(), {});
  EXPECT_EQ(server.report(), "");
}

}  // namespace
}  // namespace baton
