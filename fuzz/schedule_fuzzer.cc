#include "fuzz/schedule_fuzzer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "model/explorer/columns.h"
#include "model/explorer/fuzzed_replay.h"
#include "model/explorer/sampling.h"

namespace baton {

using explorer::Engine;

namespace {

// Of a search for something smaller.
constexpr std::uint64_t kShrinkExecutions = 20'000;

// Of the name in the environment among these, or model::kNoDefect. Exits when the name is of none.
int defect_among(std::span<const char* const> names) {
  const char* const wanted = std::getenv("BATON_FUZZ_DEFECT");
  if (wanted == nullptr || *wanted == '\0') return model::kNoDefect;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::strcmp(names[i], wanted) == 0) return static_cast<int>(i);
  }
  std::fprintf(stderr, "BATON_FUZZ_DEFECT: no defect named '%s' here; there are:\n", wanted);
  for (const char* name : names) std::fprintf(stderr, "  %s\n", name);
  std::exit(2);
}

}  // namespace

ScheduleFuzzer::ScheduleFuzzer(const char* name, std::unique_ptr<explorer::FuzzedProgram> program)
    : name_(name), program_(std::move(program)), engine_(std::make_unique<Engine>()) {
  program_->seed(defect_among(program_->defects()));
}

void ScheduleFuzzer::run(std::span<const std::uint8_t> bytes) {
  explorer::FuzzedBytes taken(bytes);
  engine_->set_machine(program_->decode(taken));
  explorer::FuzzedSchedule schedule(taken.rest());
  engine_->run(*program_, schedule);
  if (engine_->failed()) report();
}

void ScheduleFuzzer::report() {
  explorer::FuzzedFailure found = explorer::failure_of(*program_, *engine_);
  const auto replay_line = [&] {
    return "replay: baton_explorer" + explorer::replay_options(name_, *program_, found.report.schedule);
  };
  std::fprintf(stderr, "FAILED: %s (%u pre-emptions)\n%s\n", found.report.failure.what.c_str(),
               found.report.preemptions, replay_line().c_str());
  std::fflush(stderr);  // what follows runs the program again, and may not come to its end
  engine_.reset();
  found = explorer::shrink(*program_, found, kShrinkExecutions);
  const explorer::Replayed again = explorer::replay(*program_, found.report.schedule);
  std::fprintf(stderr, "made small:\n%s%s\n%u pre-emptions: %s\n%s\n", program_->text().c_str(),
               explorer::columns(again.trace).c_str(), found.report.preemptions,
               found.report.failure.what.c_str(), replay_line().c_str());
  std::abort();
}

}  // namespace baton
