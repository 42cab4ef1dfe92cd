#include "server/platform/real_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace baton {
namespace {

CpuTimes usage_of(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto us = [](const timeval& t) {
    return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(t.tv_usec);
  };
  return {us(usage.ru_utime), us(usage.ru_stime)};
}

sigset_t stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGINT);
  return set;
}

// A child is stopped by signals as any program is, whatever its parent did with them.
void restore_signals() {
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

int RealProcess::pid() { return ::getpid(); }

HostFacts RealProcess::host() {
  HostFacts facts;
  utsname name{};
  if (::uname(&name) == 0) facts.system = std::string(name.sysname) + " " + name.release + " " + name.machine;
  char path[4096];
  const ssize_t n = ::readlink("/proc/self/exe", path, sizeof(path));
  if (n > 0) facts.executable.assign(path, static_cast<std::size_t>(n));
  facts.memory_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                       static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return facts;
}

int RealProcess::fork_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child < 0) return -errno;
  if (child > 0) return child;
  restore_signals();
  ::_exit(body());
}

int RealProcess::reap(int child, ChildState& state) {
  int status = 0;
  const pid_t reaped = ::waitpid(child, &status, WNOHANG);
  if (reaped < 0) return -errno;
  state = {};
  if (reaped == 0) return 0;
  state.running = false;
  if (WIFEXITED(status)) state.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) state.signal = WTERMSIG(status);
  return 0;
}

int RealProcess::kill(int child, int signal) { return ::kill(child, signal) == 0 ? 0 : -errno; }

int RealProcess::daemonize() {
  const pid_t child = ::fork();
  if (child < 0) return -errno;
  if (child > 0) ::_exit(0);
  if (::setsid() < 0) return -errno;
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0) return -errno;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, fd);
  if (nowhere > STDERR_FILENO) ::close(nowhere);
  return 0;
}

int RealProcess::open_signals() {
  if (::signal(SIGHUP, SIG_IGN) == SIG_ERR || ::signal(SIGPIPE, SIG_IGN) == SIG_ERR) return -errno;
  // A shell starts background jobs with INT ignored, and an ignored signal never becomes pending.
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  const sigset_t set = stop_signals();
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &set, nullptr)) return -error;
  const int fd = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int RealProcess::read_signal(int fd) {
  signalfd_siginfo info{};
  const ssize_t n = ::read(fd, &info, sizeof(info));
  if (n < 0) return errno == EINTR ? -EAGAIN : -errno;
  return n == sizeof(info) ? static_cast<int>(info.ssi_signo) : -EAGAIN;
}

void RealProcess::close_signals(int fd) {
  ::close(fd);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

CpuTimes RealProcess::cpu_self() { return usage_of(RUSAGE_SELF); }
CpuTimes RealProcess::cpu_thread() { return usage_of(RUSAGE_THREAD); }
CpuTimes RealProcess::cpu_children() { return usage_of(RUSAGE_CHILDREN); }

std::uint64_t RealProcess::resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  if (!file) return 0;
  unsigned long long total = 0;
  unsigned long long resident = 0;
  const int fields = std::fscanf(file, "%llu %llu", &total, &resident);
  std::fclose(file);
  return fields == 2 ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

std::uint64_t RealProcess::open_files_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

std::uint64_t RealProcess::raise_open_files(std::uint64_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  // Beyond the hard limit only a privileged process gets; the others get as far as it.
  rlimit raised{wanted, std::max<rlim_t>(limit.rlim_max, wanted)};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return raised.rlim_cur;
  raised = {std::min<rlim_t>(wanted, limit.rlim_max), limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return raised.rlim_cur;
  return limit.rlim_cur;
}

void RealProcess::own_arguments(int argc, char** argv) {
  if (argc < 1) return;
  char* end = argv[0];
  const auto follow = [&](char* text) {
    if (text == end) end += std::strlen(text) + 1;
  };
  for (int i = 0; i < argc; ++i) follow(argv[i]);
  // The environment lies behind it and moves to the heap, where it stays for as long as the process lives.
  for (char** variable = environ; *variable; ++variable) {
    char* const copy = ::strdup(*variable);
    if (!copy) break;
    follow(*variable);
    *variable = copy;
  }
  title_ = {argv[0], end};
}

bool RealProcess::has_manager() {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  return path && (*path == '/' || *path == '@');
}

int RealProcess::notify_manager(const std::string& state) {
  if (!has_manager()) return -ENOENT;
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t size = std::strlen(path);
  if (size >= sizeof(address.sun_path)) return -ENAMETOOLONG;
  std::memcpy(address.sun_path, path, size);
  if (*path == '@') address.sun_path[0] = '\0';  // a name without a file
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  const ssize_t sent = ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address), length);
  const int error = sent < 0 ? -errno : 0;
  ::close(fd);
  return error;
}

void RealProcess::set_title(const std::string& title) {
  if (title_.size() < 2) return;
  const std::size_t size = std::min(title.size(), title_.size() - 1);
  std::copy_n(title.begin(), size, title_.begin());
  std::fill(title_.begin() + static_cast<std::ptrdiff_t>(size), title_.end(), '\0');
}

int RealProcess::disable_huge_pages() { return ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0 ? 0 : -errno; }

int RealProcess::change_directory(const std::string& path) { return ::chdir(path.c_str()) == 0 ? 0 : -errno; }

std::string RealProcess::current_directory() {
  char* const path = ::getcwd(nullptr, 0);
  if (!path) return {};
  std::string result = path;
  std::free(path);
  return result;
}

}  // namespace baton
