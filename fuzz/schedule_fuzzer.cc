#include "fuzz/schedule_fuzzer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "model/explorer/columns.h"
#include "model/explorer/sampling.h"
#include "model/explorer/search.h"

namespace baton {

using explorer::Engine;

namespace {

// Of a search for fewer pre-emptions, after which the schedule is simplified instead.
constexpr std::uint64_t kShrinkExecutions = 20'000;

}  // namespace

ScheduleFuzzer::ScheduleFuzzer() : engine_(std::make_unique<Engine>()) {
  model::Run& run = model::Run::current();
  run.tally = &tally_;
  run.fail = [](const char* what, const model::CallSite& site) { Engine::current().fail(what, site); };
}

int ScheduleFuzzer::defect_among(std::span<const char* const> names) {
  const char* const wanted = std::getenv("BATON_FUZZ_DEFECT");
  if (wanted == nullptr || *wanted == '\0') return model::kNoDefect;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::strcmp(names[i], wanted) == 0) return static_cast<int>(i);
  }
  std::fprintf(stderr, "BATON_FUZZ_DEFECT: no defect named '%s' here; there are:\n", wanted);
  for (const char* name : names) std::fprintf(stderr, "  %s\n", name);
  std::exit(2);
}

void ScheduleFuzzer::run(explorer::Program& program, const explorer::MachineOptions& machine,
                         std::span<const std::uint8_t> schedule, const std::string& replay) {
  engine_->set_machine(machine);
  explorer::FuzzedSchedule strategy(schedule);
  engine_->run(program, strategy);
  if (engine_->failed()) report(program, replay);
}

void ScheduleFuzzer::report(explorer::Program& program, const std::string& replay) {
  explorer::Report found;
  found.plan.machine = engine_->machine();
  found.failed = true;
  found.failure = engine_->failure();
  found.schedule = explorer::schedule_of(*engine_);
  found.preemptions = engine_->preemptions();
  std::fprintf(stderr, "FAILED: %s (%u pre-emptions)\n", found.failure.what.c_str(), found.preemptions);
  std::fflush(stderr);  // what follows runs the program again, and may not come to its end
  engine_.reset();
  found = explorer::shrink(program, found, kShrinkExecutions);
  const explorer::Replayed again = explorer::replay(program, found.schedule);
  const std::string schedule = explorer::text_of(found.schedule);
  std::fprintf(stderr, "%s\n%u pre-emptions: %s\n", explorer::columns(again.trace).c_str(), found.preemptions,
               found.failure.what.c_str());
  if (replay.empty()) {
    std::fprintf(stderr, "schedule: %s\n", schedule.c_str());
  } else {
    std::fprintf(stderr, "replay: %s --schedule %s\n", replay.c_str(), schedule.c_str());
  }
  std::abort();
}

}  // namespace baton
