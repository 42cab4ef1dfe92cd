#include "server/main/test_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace baton {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// Starts the server; its output comes through `output_fd`. It does not outlive the test.
pid_t spawn(const Words& arguments, const std::string& directory, int& output_fd) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return -1;
  std::vector<char*> argv{const_cast<char*>(BATON_SERVER)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(pipe[1], 1);
    ::dup2(pipe[1], 2);
    if (!directory.empty() && ::chdir(directory.c_str()) != 0) ::_exit(126);
    ::execv(BATON_SERVER, argv.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  output_fd = pipe[0];
  return pid;
}

// Appends what comes within the test's patience; false: the end.
bool read_some(int fd, std::string& into) {
  pollfd wait{fd, POLLIN, 0};
  if (::poll(&wait, 1, TestClient::kPatienceMs) <= 0) return false;
  char buffer[4096];
  const ssize_t got = ::read(fd, buffer, sizeof buffer);
  if (got > 0) into.append(buffer, static_cast<std::size_t>(got));
  return got > 0;
}

int reap(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// The output's end is the process's: it closes at exit. What does not end is killed.
Ended end_of(pid_t pid, int output_fd, std::string output) {
  while (read_some(output_fd, output)) continue;
  pollfd wait{output_fd, POLLIN, 0};
  if (::poll(&wait, 1, 0) == 0) ::kill(pid, SIGKILL);
  ::close(output_fd);
  return {reap(pid), std::move(output)};
}

}  // namespace

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

Ended run_server(const Words& arguments) {
  int output_fd = -1;
  const pid_t pid = spawn(arguments, {}, output_fd);
  return end_of(pid, output_fd, {});
}

TestServer::TestServer(const std::string& directory, const Words& arguments) {
  for (int attempt = 0; attempt < 5; ++attempt)
    if (start(directory, arguments)) return;
  ADD_FAILURE() << "the server does not start: " << output_;
}

TestServer::~TestServer() {
  if (pid_ > 0) (void)stop();
}

bool TestServer::start(const std::string& directory, const Words& arguments) {
  port_ = free_port();
  Words all{"--port", std::to_string(port_), "--bind", "127.0.0.1"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  // A configuration file comes first.
  if (!arguments.empty() && !arguments.front().starts_with("--")) {
    all.erase(all.begin() + 4);
    all.insert(all.begin(), arguments.front());
  }
  output_.clear();
  pid_ = spawn(all, directory, output_fd_);
  if (read_until("Ready to accept connections")) return true;
  const Ended ended = end_of(pid_, output_fd_, output_);
  pid_ = -1;
  output_ = ended.output;
  return false;
}

bool TestServer::read_until(std::string_view text) {
  while (output_.find(text) == std::string::npos)
    if (!read_some(output_fd_, output_)) return false;
  return true;
}

TestClient TestServer::client() const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port_);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    ADD_FAILURE() << "cannot connect to the server";
  // What a test sends in pieces shall arrive in pieces.
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return TestClient(fd);
}

void TestServer::signal(int number) const { ::kill(pid_, number); }

Ended TestServer::wait() {
  Ended ended = end_of(pid_, output_fd_, std::move(output_));
  pid_ = -1;
  return ended;
}

Ended TestServer::stop() {
  signal(SIGTERM);
  return wait();
}

void ServerTest::start(Words arguments) {
  if (server_) TearDown();
  const Words threading{"--io-threads", std::to_string(GetParam().io_threads), "--io-threads-handoff",
                        GetParam().handoff};
  arguments.insert(arguments.end(), threading.begin(), threading.end());
  server_ = std::make_unique<TestServer>(directory_.path(), arguments);
  ASSERT_TRUE(server_->runs());
}

// Whatever a test did, the server ends in order.
void ServerTest::TearDown() {
  if (server_ && server_->runs()) {
    const Ended ended = server_->stop();
    EXPECT_EQ(ended.status, 0) << ended.output;
  }
  server_.reset();
}

}  // namespace baton
