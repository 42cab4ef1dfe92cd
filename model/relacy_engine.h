// RelacyEngine: scenarios under Relacy, one search at a time, over Run::current().
#pragma once

#include "model/relacy_sync.h"

#include "model/history.h"
#include "model/run.h"
#include "model/scenario.h"

namespace baton::model {

// Steps of one schedule after which Relacy calls it a livelock.
inline constexpr unsigned kStepsMax = 5000;

template <class S>
struct Suite : rl::test_suite<Suite<S>, S::kThreads> {
  S scenario;

  void before() { Run::current().begin_schedule(); }
  void thread(unsigned index) {
    scenario.thread(index);
    Run::current().deferred.finish(index);
  }
  void after() {
    scenario.after();
    Run::current().deferred.finish(rl::thread_index());
  }
};

inline void fail_in_relacy(const char* what, const CallSite& site) {
  Tally& tally = *Run::current().tally;
  std::snprintf(tally.failure, sizeof tally.failure, "%s", what);
  rl::ctx().fail_test(what, rl::test_result_user_assert_failed, info_of(site));
}

template <class S>
void search_with_relacy(const Search& search, std::uint64_t from, bool history) {
  Run& run = Run::current();
  rl::ostringstream text;  // Relacy's own allocator: a std one would be taken for an object of the simulation
  rl::test_params params;
  params.output_stream = &text;
  params.progress_stream = &text;
  params.execution_depth_limit = kStepsMax;
  switch (search.kind) {
    case Search::Kind::kFull:
      params.search_type = rl::sched_full;
      break;
    case Search::Kind::kBound:
      params.search_type = rl::sched_bound;
      params.context_bound = search.bound;
      break;
    case Search::Kind::kRandom:
      params.search_type = rl::sched_random;
      params.iteration_count = from + search.cap - 1;
      break;
  }
  if (from > 1) {
    char state[24];
    std::snprintf(state, sizeof state, "%llu", static_cast<unsigned long long>(from));
    params.initial_state = state;
  }
  run.cap = search.kind == Search::Kind::kRandom ? 0 : search.cap;
  run.replaying = &params.collect_history;
  run.tally->iteration = from - 1;
  run.fail = fail_in_relacy;
  if (rl::simulate<Suite<S>>(params)) return;
  Tally& tally = *run.tally;
  tally.failed = true;
  tally.iteration = params.stop_iteration;
  if (tally.failure[0] == 0) {
    std::snprintf(tally.failure, sizeof tally.failure, "%s", rl::test_result_str(params.test_result));
  }
  if (history) std::fputs(readable_history(text.str().c_str()).c_str(), stdout);
}

struct RelacyEngine {
  template <unsigned Threads>
  using Sync = RelacySync<Threads>;
  template <unsigned Threads>
  using SyncOrderingBell = RelacySync<Threads, true>;

  template <class S>
  static void run(const Search& search, std::uint64_t from, bool history) {
    search_with_relacy<S>(search, from, history);
  }

  // Relacy builds its suites itself.
  template <class S>
  static Program program() {
    return {};
  }
};

}  // namespace baton::model
