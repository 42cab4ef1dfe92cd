#include "stress/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "stress/control_client.h"

namespace baton {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPoll = std::chrono::milliseconds(10);
constexpr int kStartSeconds = 60;

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

[[noreturn]] void become(const std::vector<std::string>& words, const std::string& log_path) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = open(log_path.c_str(), O_WRONLY | O_APPEND);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

ServerProcess::~ServerProcess() {
  if (running()) {
    signal(SIGKILL);
    reap(0);
  }
  if (!log_path_.empty() && std::getenv("BATON_STRESS_KEEP_LOGS") == nullptr) unlink(log_path_.c_str());
}

std::string ServerProcess::start(const std::string& program, const std::vector<std::string>& arguments) {
  std::string path = "/tmp/baton-stress-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) return "no temporary file for the server's log";
  ::close(file);
  log_path_ = path;
  port_ = free_port();
  std::vector<std::string> words{program, "--port", std::to_string(port_)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  pid_ = fork();
  if (pid_ == 0) become(words, log_path_);
  if (pid_ < 0) return "fork failed";
  const Clock::time_point end = Clock::now() + std::chrono::seconds(kStartSeconds);
  while (Clock::now() < end) {
    ControlClient client;
    if (client.connect("127.0.0.1", port_, 5) && client.ask({"PING"}) == "+PONG\r\n") return "";
    if (!running()) return fmt::format("{} ended at start with status {}:\n{}", program, *status_, log());
    std::this_thread::sleep_for(kPoll);
  }
  return fmt::format("{} does not answer PING {} s after its start", program, kStartSeconds);
}

void ServerProcess::reap(int options) {
  int status = 0;
  if (pid_ <= 0 || status_ || waitpid(pid_, &status, options) != pid_) return;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

bool ServerProcess::running() {
  reap(WNOHANG);
  return pid_ > 0 && !status_;
}

void ServerProcess::signal(int number) const {
  if (pid_ > 0 && !status_) kill(pid_, number);
}

std::optional<int> ServerProcess::wait_exit(double seconds) {
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  while (running() && Clock::now() < end) std::this_thread::sleep_for(kPoll);
  return status_;
}

std::string ServerProcess::log() const {
  std::ifstream file(log_path_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ServerProcess::report() const {
  const std::string text = log();
  std::size_t first = std::string::npos;
  for (const char* sign : {"WARNING: ThreadSanitizer", "ERROR: AddressSanitizer", "ERROR: LeakSanitizer",
                           "runtime error:", "FATAL: ThreadSanitizer", "Sanitizer:DEADLYSIGNAL", "invariant",
                           "terminate called"}) {
    first = std::min(first, text.find(sign));
  }
  if (first == std::string::npos) return "";
  return text.substr(first, 6000);
}

}  // namespace baton
