// Relacy's memory model against C++20: the programs of litmus.h, exact outcomes of its full search both ways.
// It is the second opinion on the explorer, so what it misses is written down as well.
#include "model/relacy_engine.h"

#include <cstdio>
#include <cstring>
#include <string>

#include "model/litmus.h"

namespace baton::model {
namespace {

// Which program runs, and what it showed: outside the suite, which Relacy builds anew for each schedule.
const char* running_name = "";
bool shown[4096];

template <unsigned Threads>
struct Running : rl::test_suite<Running<Threads>, Threads> {
  using Sync = RelacySync<Threads>;
  LitmusState<Sync> state;

  static const LitmusProgram<Sync>& program() {
    static const auto kPrograms = litmus_programs<Sync>();
    for (const auto& one : kPrograms) {
      if (std::strcmp(one.name, running_name) == 0) return one;
    }
    std::abort();
  }
  void thread(unsigned index) { program().thread(state, index); }
  void after() {
    if (program().after != nullptr) program().after(state);
    shown[outcome_of(state, program().results)] = true;
  }
};

template <unsigned Threads>
bool search_fully() {
  (void)Running<Threads>::program();  // before Relacy owns operator new
  rl::ostringstream text;
  rl::test_params params;
  params.output_stream = &text;
  params.progress_stream = &text;
  params.search_type = rl::sched_full;
  params.execution_depth_limit = kStepsMax;
  return rl::simulate<Running<Threads>>(params);
}

int run() {
  static Tally tally;
  Run::current().tally = &tally;
  int wrong = 0;
  const auto programs = litmus_programs<RelacySync<2>>();  // their names and shapes are those of any policy
  for (const LitmusExpectation& row : litmus_table()) {
    unsigned threads = 0, results = 0;
    for (const auto& program : programs) {
      if (std::strcmp(program.name, row.name) == 0) threads = program.threads, results = program.results;
    }
    running_name = row.name;
    std::memset(shown, 0, sizeof shown);
    const bool held = threads == 2 ? search_fully<2>() : threads == 3 ? search_fully<3>() : search_fully<4>();
    Outcomes outcomes;
    for (std::size_t i = 0; i < sizeof shown; ++i) outcomes.set(i, shown[i]);
    const Outcomes due =
        (parse_outcomes(row.allowed) & ~parse_outcomes(row.relacy_misses)) | parse_outcomes(row.relacy_adds);
    if (held && outcomes == due) continue;
    ++wrong;
    std::printf("%s: %s\n  shows %s\n  due   %s\n", row.name, held ? "other outcomes" : "failed",
                words_of(outcomes, results).c_str(), words_of(due, results).c_str());
  }
  std::printf("%zu programs, %d wrong\n", litmus_table().size(), wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace baton::model

int main() { return baton::model::run(); }
