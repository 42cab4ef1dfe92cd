#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "server/platform/real_process.h"
#include "server/platform/temporary_directory.h"

namespace baton {
namespace {

ChildState await_end(RealProcess& process, int child) {
  ChildState state;
  while (state.running) {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
    EXPECT_EQ(process.reap(child, state), 0);
  }
  return state;
}

TEST(Process, AForkedChildRunsTheBodyOnACopy) {
  RealProcess process;
  int value = 1;
  const int child = process.fork_child([&] { return value = 7; });
  ASSERT_GT(child, 0);
  const ChildState state = await_end(process, child);
  EXPECT_EQ(state.exit_code, 7);
  EXPECT_EQ(state.signal, 0);
  EXPECT_EQ(value, 1);
  ChildState again;
  EXPECT_EQ(process.reap(child, again), -ECHILD);
}

TEST(Process, AChildThatIsKilledSaysBySignal) {
  RealProcess process;
  const int child = process.fork_child([] {
    for (;;) ::pause();
    return 0;
  });
  ChildState state;
  EXPECT_EQ(process.reap(child, state), 0);
  EXPECT_TRUE(state.running);
  EXPECT_EQ(process.kill(child, SIGTERM), 0);
  EXPECT_EQ(await_end(process, child).signal, SIGTERM);
}

TEST(Process, TheServiceManagerIsToldWhereItListens) {
  RealProcess process;
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(process.notify_manager("READY=1"), -ENOENT);
  const TemporaryDirectory directory;
  const std::string path = directory.file("notify");
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  EXPECT_EQ(process.notify_manager("READY=1"), 0);
  char text[64];
  const ssize_t got = ::recv(fd, text, sizeof text, MSG_DONTWAIT);
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(std::max<ssize_t>(got, 0))), "READY=1");
  ::close(fd);
  EXPECT_EQ(process.notify_manager("READY=1"), -ECONNREFUSED);
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(Process, StopSignalsArriveAtADescriptorAndOthersAreIgnored) {
  RealProcess process;
  const int fd = process.open_signals();
  ASSERT_GE(fd, 0);
  EXPECT_EQ(process.read_signal(fd), -EAGAIN);
  ::raise(SIGPIPE);
  ::raise(SIGHUP);
  EXPECT_EQ(process.read_signal(fd), -EAGAIN);
  ::raise(SIGTERM);
  pollfd waiting{fd, POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 5000), 1);
  EXPECT_EQ(process.read_signal(fd), SIGTERM);
  ::raise(SIGINT);
  EXPECT_EQ(process.read_signal(fd), SIGINT);
  EXPECT_EQ(process.read_signal(fd), -EAGAIN);
  process.close_signals(fd);
}

TEST(Process, AChildOfAServerWithBlockedSignalsCanBeTerminated) {
  RealProcess process;
  const int fd = process.open_signals();
  const int child = process.fork_child([] {
    for (;;) ::pause();
    return 0;
  });
  EXPECT_EQ(process.kill(child, SIGTERM), 0);
  EXPECT_EQ(await_end(process, child).signal, SIGTERM);
  process.close_signals(fd);
}

TEST(Process, CpuTimeGrowsWithWork) {
  RealProcess process;
  const CpuTimes before = process.cpu_thread();
  const CpuTimes all_before = process.cpu_self();
  CpuTimes after = before;
  while (after.user_us + after.system_us < before.user_us + before.system_us + 20'000)
    after = process.cpu_thread();
  const CpuTimes all = process.cpu_self();
  EXPECT_GE(all.user_us + all.system_us + 4'000, all_before.user_us + all_before.system_us + 20'000);
}

TEST(Process, MemoryAndHostAreKnown) {
  RealProcess process;
  EXPECT_GT(process.resident_bytes(), 1u << 20);
  const HostFacts host = process.host();
  EXPECT_THAT(host.system, testing::StartsWith("Linux "));
  EXPECT_THAT(host.executable, testing::HasSubstr("platform_test"));
  EXPECT_GT(host.memory_bytes, process.resident_bytes());
  EXPECT_EQ(process.pid(), ::getpid());
}

TEST(Process, TheFileLimitIsRaisedAsFarAsItGoes) {
  RealProcess process;
  const std::uint64_t now = process.open_files_max();
  ASSERT_GT(now, 0u);
  EXPECT_EQ(process.raise_open_files(now - 1), now);
  EXPECT_GE(process.raise_open_files(now + 1), now);
  EXPECT_EQ(process.raise_open_files(now), process.open_files_max());
}

TEST(Process, DirectoriesChangeOrTheFaultIsReturned) {
  RealProcess process;
  const std::string before = process.current_directory();
  TemporaryDirectory directory;
  EXPECT_EQ(process.change_directory(directory.path()), 0);
  EXPECT_EQ(process.current_directory(), directory.path());
  EXPECT_EQ(process.change_directory(directory.file("none")), -ENOENT);
  EXPECT_EQ(process.change_directory(before), 0);
}

TEST(Process, ADaemonHasASessionOfItsOwnAndNoTerminal) {
  RealProcess process;
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const int child = process.fork_child([&] {
    if (process.daemonize() != 0) return 1;
    const char answer = ::getsid(0) == ::getpid() && !::isatty(STDOUT_FILENO) ? 'y' : 'n';
    return ::write(pipe_ends[1], &answer, 1) == 1 ? 0 : 1;
  });
  char answer = '?';
  EXPECT_EQ(::read(pipe_ends[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_EQ(await_end(process, child).exit_code, 0);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

}  // namespace
}  // namespace baton
