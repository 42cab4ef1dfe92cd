#include "model/explorer/explorer_engine.h"

#include <cstdio>
#include <new>

#include "model/explorer/columns.h"
#include "model/explorer/search.h"

namespace baton::explorer {

void ScenarioProgram::Free::operator()(std::byte* room) const {
  ::operator delete(room, std::align_val_t(align));
}

ScenarioProgram::ScenarioProgram(const model::Program& scenario)
    : scenario_(scenario),
      room_(static_cast<std::byte*>(::operator new(scenario.size, std::align_val_t(scenario.align))),
            Free{scenario.align}),
      tally_(std::make_unique<model::Tally>()),
      tally_before_(model::Run::current().tally) {
  model::Run& run = model::Run::current();
  run.tally = tally_.get();
  run.fail = [](const char* what, const model::CallSite& site) { Engine::current().fail(what, site); };
}

ScenarioProgram::~ScenarioProgram() { model::Run::current().tally = tally_before_; }

void ScenarioProgram::construct() {
  model::Run::current().deferred.forget();
  ++tally_->schedules;
  scenario_.construct(room_.get());
}

void ScenarioProgram::thread(unsigned index) {
  scenario_.thread(room_.get(), index);
  model::Run::current().deferred.finish(index);
}

std::string ScenarioProgram::thread_name(unsigned index) const {
  return scenario_.thread_name != nullptr ? scenario_.thread_name(index) : Program::thread_name(index);
}

void ScenarioProgram::after() {
  scenario_.after(room_.get());
  model::Run::current().deferred.finish(deferring_thread());
}

void ScenarioProgram::destroy() { scenario_.destroy(room_.get()); }

void run_search(const model::Program& scenario, const model::Search& wanted, std::uint64_t from,
                bool history) {
  Plan plan;
  plan.executions = wanted.cap;
  plan.seed = from;
  switch (wanted.kind) {
    case model::Search::Kind::kFull:
      plan.how = How::kDpor;
      break;
    case model::Search::Kind::kBound:
      plan.how = How::kBound;
      plan.depth = wanted.bound;
      break;
    case model::Search::Kind::kRandom:
      plan.how = How::kRandom;
      break;
  }
  model::Tally& tally = *model::Run::current().tally;
  ScenarioProgram program(scenario);
  const Report report = search(program, plan);
  tally.schedules += report.executions;
  tally.iteration = report.executions;
  tally.capped = !report.failed && !report.complete;
  for (std::size_t i = 0; i < model::kStatesMax; ++i) tally.reached[i] += program.tally().reached[i];
  if (!report.failed) return;
  tally.failed = true;
  std::snprintf(tally.failure, sizeof tally.failure, "%s", report.failure.what.c_str());
  if (history) std::fputs(columns(replay(program, report.schedule).trace).c_str(), stdout);
}

}  // namespace baton::explorer
