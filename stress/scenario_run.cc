#include "stress/scenario_run.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>
#include <thread>

#include "stress/random.h"

namespace baton {
namespace {

using Clock = std::chrono::steady_clock;
using model::Program;
using model::Run;
using model::Scenario;

constexpr unsigned kThreadsMax = 16;
constexpr int kExitFailed = 41;
constexpr int kLookMs = 50;              // between two looks of the watchdog
constexpr unsigned kHeadStartMax = 256;  // turns of an empty loop

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// What parent and child share.
struct Board {
  model::Tally tally;
  std::atomic<std::uint64_t> runs{0};
  std::atomic<std::uint64_t> nanoseconds{0};  // from the start to the last finished run
  std::atomic<bool> failing{false};
  std::array<std::atomic<bool>, kThreadsMax> ended{};
};

Board* the_board = nullptr;  // of the child

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(2);
}

// The scenario's assertion failed on one of the threads: the first to come tells, and ends the process.
void fail_here(const char* what, const model::CallSite& site) {
  if (the_board->failing.exchange(true)) {
    for (;;) ::pause();
  }
  const char* const slash = std::strrchr(site.file, '/');
  std::snprintf(the_board->tally.failure, sizeof the_board->tally.failure, "%s (%s:%u)", what,
                slash != nullptr ? slash + 1 : site.file, site.line);
  ::_exit(kExitFailed);
}

// Between two runs, on one of the threads while the others stand at the barrier: judges the last run's
// object, builds the next one.
class Turn {
 public:
  Turn(const Program& program, const ThreadLimits& limits, Board& board)
      : program_(program),
        limits_(limits),
        board_(board),
        memory_(::operator new (program.size, std::align_val_t{program.align})) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { ::operator delete (memory_, std::align_val_t{program_.align}); }

  void operator()() noexcept {
    if (built_) {
      program_.after(memory_);
      program_.destroy(memory_);
      built_ = false;
      board_.runs.fetch_add(1, std::memory_order_relaxed);
      const double seconds = since(start_);
      board_.nanoseconds.store(static_cast<std::uint64_t>(seconds * 1e9), std::memory_order_relaxed);
      over_ = (limits_.runs != 0 && ++finished_ == limits_.runs) ||
              (limits_.seconds > 0 && seconds >= limits_.seconds);
      if (over_) return;
    }
    for (auto& ended : board_.ended) ended.store(false, std::memory_order_relaxed);
    program_.construct(memory_);
    built_ = true;
  }

  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] void* object() const { return memory_; }

 private:
  const Program& program_;
  const ThreadLimits& limits_;
  Board& board_;
  void* memory_;
  bool built_ = false;
  bool over_ = false;
  std::uint64_t finished_ = 0;
  Clock::time_point start_ = Clock::now();
};

void head_start(Random& random) {
  for (std::uint64_t turns = random.below(kHeadStartMax); turns != 0; --turns) asm volatile("");
}

// The child's part. Ends the process.
[[noreturn]] void work(const Scenario& scenario, int defect, const ThreadLimits& limits, Board& board,
                       int errors) {
  ::dup2(errors, STDERR_FILENO);
  the_board = &board;
  Run& run = Run::current();
  run.tally = &board.tally;
  run.defect = defect;
  run.fail = fail_here;
  const Program& program = scenario.program;
  Turn turn(program, limits, board);
  std::barrier barrier(program.threads, [&turn]() noexcept { turn(); });
  std::vector<std::thread> threads;
  for (unsigned index = 0; index < program.threads; ++index) {
    threads.emplace_back([&, index] {
      Random random(limits.seed * kThreadsMax + index);
      for (;;) {
        barrier.arrive_and_wait();
        if (turn.over()) return;
        head_start(random);
        program.thread(turn.object(), index);
        board.ended[index].store(true, std::memory_order_relaxed);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(0);
}

std::string text_of(int file) {
  std::string text;
  char piece[4096];
  for (::off_t at = 0;;) {
    const ssize_t length = ::pread(file, piece, sizeof piece, at);
    if (length <= 0) return text;
    text.append(piece, static_cast<std::size_t>(length));
    at += length;
  }
}

// The line that a sanitizer sums its report up in; empty if there is none.
std::string summary_of(const std::string& report) {
  const std::size_t at = report.find("SUMMARY: ");
  return at == std::string::npos ? "" : report.substr(at, report.find('\n', at) - at);
}

std::string standing(const Board& board, unsigned threads) {
  std::string text = "hangs:";
  for (unsigned index = 0; index < threads; ++index) {
    if (!board.ended[index].load()) text += " thread " + std::to_string(index);
  }
  return text + " did not end";
}

// Waits until the child has ended or hangs; true if it hung, and then it is killed.
bool watch(::pid_t child, const Board& board, double hang_seconds) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (handle < 0) die("pidfd_open");
  std::uint64_t seen = 0;
  Clock::time_point moved = Clock::now();
  bool hung = false;
  for (;;) {
    pollfd ended{handle, POLLIN, 0};
    if (::poll(&ended, 1, kLookMs) > 0) break;
    const std::uint64_t runs = board.runs.load();
    if (runs != seen) {
      seen = runs;
      moved = Clock::now();
    } else if (since(moved) > hang_seconds) {
      hung = true;
      ::kill(child, SIGKILL);
      break;
    }
  }
  ::close(handle);
  return hung;
}

}  // namespace

const char* name_of(ThreadEnd end) {
  switch (end) {
    case ThreadEnd::kHeld:
      return "held";
    case ThreadEnd::kAssertion:
      return "assertion";
    case ThreadEnd::kTrap:
      return "trap";
    case ThreadEnd::kHang:
      return "hang";
    case ThreadEnd::kReport:
      return "report";
  }
  std::abort();
}

ThreadOutcome run_on_threads(const Scenario& scenario, int defect, const ThreadLimits& limits) {
  void* const page =
      ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) die("mmap");
  Board& board = *new (page) Board;
  const int errors = ::memfd_create("stderr", MFD_CLOEXEC);
  if (errors < 0) die("memfd_create");
  std::fflush(nullptr);
  const ::pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child == 0) work(scenario, defect, limits, board, errors);
  const bool hung = watch(child, board, limits.hang_seconds);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) die("waitpid");
  }
  ThreadOutcome outcome;
  outcome.report = text_of(errors);
  outcome.runs = board.runs.load();
  outcome.seconds = static_cast<double>(board.nanoseconds.load()) / 1e9;
  std::copy(std::begin(board.tally.reached), std::end(board.tally.reached), outcome.reached.begin());
  const std::string summary = summary_of(outcome.report);
  if (hung) {
    outcome.end = ThreadEnd::kHang;
    outcome.failure = standing(board, scenario.threads);
  } else if (!summary.empty()) {
    outcome.end = ThreadEnd::kReport;
    outcome.failure = summary;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == kExitFailed) {
    outcome.end = ThreadEnd::kAssertion;
    outcome.failure = board.tally.failure;
  } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    outcome.end = ThreadEnd::kTrap;
    outcome.failure = outcome.report.substr(0, outcome.report.find('\n'));
    if (outcome.failure.empty() && WIFSIGNALED(status)) outcome.failure = strsignal(WTERMSIG(status));
  }
  ::close(errors);
  ::munmap(page, sizeof(Board));
  return outcome;
}

}  // namespace baton
