#include "model/runner.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace baton::model {
namespace {

using Clock = std::chrono::steady_clock;

// A search that does not end by itself in this time is a failure of the model.
constexpr unsigned kJobSecondsMax = 900;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(2);
}

Tally* shared_tally() {
  void* const page =
      ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) die("mmap");
  return new (page) Tally;
}

struct Child {
  ::pid_t pid;
  std::size_t job;
  Tally* tally;
  int errors;  // what it prints
  Clock::time_point start;
  std::string searches;  // those that came to an end or to their cap
};

// The child's part: every search of the job until one fails or is exhaustive. Ends the process.
[[noreturn]] void work(const Job& job, Tally* tally, int errors) {
  ::dup2(errors, STDERR_FILENO);
  ::alarm(kJobSecondsMax);
  Run& run = Run::current();
  run.tally = tally;
  run.recording = job.recording;
  run.weakening = job.weakening;
  run.defect = job.defect;
  const Search& search = job.searches[tally->search];
  job.scenario->run(search, 1, false);
  ::_exit(0);
}

Child start(const std::vector<Job>& jobs, std::size_t index, Tally* tally, Clock::time_point since) {
  const int errors = ::memfd_create("stderr", MFD_CLOEXEC);
  if (errors < 0) die("memfd_create");
  std::fflush(nullptr);
  const ::pid_t pid = ::fork();
  if (pid < 0) die("fork");
  if (pid == 0) work(jobs[index], tally, errors);
  return {pid, index, tally, errors, since, ""};
}

// The text of the trap that ended the child, or the signal's name.
std::string death_of(int status, int errors) {
  char text[200] = {};
  const ssize_t length = ::pread(errors, text, sizeof text - 1, 0);
  std::string said(text, length > 0 ? static_cast<std::size_t>(length) : 0);
  said = said.substr(0, said.find('\n'));
  if (!said.empty()) return said;
  return WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "exit " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::vector<Outcome> run_jobs(const std::vector<Job>& jobs, unsigned parallel) {
  std::vector<Outcome> outcomes(jobs.size());
  std::vector<Child> children;
  std::size_t next = 0;
  while (next < jobs.size() || !children.empty()) {
    if (next < jobs.size() && children.size() < parallel) {
      children.push_back(start(jobs, next, shared_tally(), Clock::now()));
      ++next;
      continue;
    }
    int status = 0;
    const ::pid_t ended = ::wait(&status);
    if (ended < 0) die("wait");
    std::size_t at = 0;
    while (at < children.size() && children[at].pid != ended) ++at;
    if (at == children.size()) continue;
    const Child child = children[at];
    const Job& job = jobs[child.job];
    const Search& search = job.searches[child.tally->search];
    Tally& tally = *child.tally;
    if (!(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kExitCapped))) {
      tally.failed = true;
      std::snprintf(tally.failure, sizeof tally.failure, "%s", death_of(status, child.errors).c_str());
    }
    ::close(child.errors);
    const std::string ran =
        child.searches + (child.searches.empty() ? "" : " ") + name_of(search) + (tally.capped ? "~" : "");
    const bool ended_full = search.kind == Search::Kind::kFull && !tally.capped;
    if (!tally.failed && !ended_full && tally.search + 1 < job.searches.size()) {
      // The next search has a process of its own: a capped one left its process in mid-schedule.
      ++tally.search;
      tally.capped = false;
      tally.iteration = 0;
      children[at] = start(jobs, child.job, child.tally, child.start);
      children[at].searches = ran;
      continue;
    }
    Outcome& outcome = outcomes[child.job];
    outcome.failed = tally.failed;
    outcome.exhausted = !tally.failed && ended_full;
    outcome.failure = tally.failure;
    outcome.searches = ran;
    if (tally.failed) outcome.where = name_of(search) + ":" + std::to_string(tally.iteration);
    outcome.schedules = tally.schedules;
    for (std::size_t i = 0; i < kStatesMax; ++i) outcome.reached[i] = tally.reached[i];
    outcome.seconds = std::chrono::duration<double>(Clock::now() - child.start).count();
    outcome.operations = tally.operations;
    ::munmap(child.tally, sizeof(Tally));
    children.erase(children.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return outcomes;
}

}  // namespace baton::model
