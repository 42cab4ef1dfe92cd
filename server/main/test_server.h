// TestServer: the built server as a process of its own, on a loopback port that was free; and the fixture
// that runs a test with each way of threading.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>

#include "server/main/test_client.h"
#include "server/platform/temporary_directory.h"

namespace baton {

// Asks again and again until `holds` or until patience ends.
template <class Holds>
bool eventually(Holds&& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(TestClient::kPatienceMs);
  do {
    if (holds()) return true;
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

// On the loopback; nobody listens on it now, though another process may take it.
[[nodiscard]] int free_port();

// What a process that ended said and how it ended: its exit status, or minus the signal.
struct Ended {
  int status = 0;
  std::string output;
};
[[nodiscard]] Ended run_server(const Words& arguments);

class TestServer {
 public:
  // Runs in `directory`; `arguments` follow the port and what keeps the server from listening to others.
  TestServer(const std::string& directory, const Words& arguments);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] bool runs() const { return pid_ > 0; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] TestClient client() const;
  void signal(int number) const;
  // Waits for the end, which somebody has asked for. Past its patience it kills, and the status says so.
  Ended wait();
  Ended stop();  // SIGTERM

 private:
  bool start(const std::string& directory, const Words& arguments);
  // Reads output until it contains `text` or ends.
  bool read_until(std::string_view text);

  pid_t pid_ = -1;
  int port_ = 0;
  int output_fd_ = -1;
  std::string output_;
};

struct Threading {
  int io_threads;
  const char* handoff;
};
inline constexpr Threading kThreadings[] = {{1, "ring"}, {4, "ring"}, {4, "mutex"}};

inline std::string threading_name(const testing::TestParamInfo<Threading>& info) {
  return std::to_string(info.param.io_threads) + "_" + info.param.handoff;
}

class ServerTest : public testing::TestWithParam<Threading> {
 protected:
  // Starts the server, with further directives; one that runs already is stopped first.
  void start(Words arguments = {});
  void TearDown() override;
  [[nodiscard]] TestServer& server() { return *server_; }
  [[nodiscard]] TestClient client() { return server_->client(); }
  [[nodiscard]] const std::string& directory() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<TestServer> server_;
};

// With the I/O of all clients on the executor's thread, and with I/O threads and each kind of hand-off.
#define BATON_EACH_THREADING(fixture) \
  INSTANTIATE_TEST_SUITE_P(Threads, fixture, testing::ValuesIn(kThreadings), threading_name)

}  // namespace baton
