#include "model/sim/sim_run.h"

#include <fmt/core.h>

#include <map>
#include <string_view>
#include <utility>

#include "model/explorer/fault_guard.h"
#include "model/sim/heap.h"
#include "model/sim/run_draw.h"
#include "model/sim/server_program.h"

namespace baton::sim {

namespace {

constexpr std::uint32_t kStepsMax = 2'000'000;
constexpr std::size_t kStackBytes = 512 * 1024;

// What both servers of a run that crashes have done.
void add(Outcome& outcome, const explorer::Engine& engine, ServerProgram& program) {
  const Kernel& kernel = program.sim().kernel;
  if (engine.failed() && outcome.failure.empty()) {
    outcome.failure = kernel.complaint().empty() ? engine.failure().what : kernel.complaint();
    const model::CallSite& site = engine.failure().site;
    if (kernel.complaint().empty() && site.line != 0)
      outcome.failure += fmt::format(" ({}:{})", site.file, site.line);
  }
  const Workload& workload = program.workload();
  outcome.hash = outcome.hash * 0x9E3779B97F4A7C15ULL ^ engine.trace_hash();
  outcome.steps += engine.steps();
  outcome.calls += kernel.calls();
  outcome.virtual_ns += kernel.now_ns() - Kernel::kStartNs;
  outcome.requests += workload.requests();
  outcome.replies += workload.replies();
  outcome.keys_judged += workload.keys_judged();
  outcome.keys_in_part += workload.keys_in_part();
  outcome.keys_not_decided += workload.keys_not_decided();
  outcome.turned_away += workload.turned_away();
  outcome.refused = outcome.refused || program.refused();
  outcome.judged_alive = outcome.judged_alive || program.judged_alive();
  outcome.shut_down = outcome.shut_down || workload.ended_server();
  for (std::size_t i = 0; i < kFaults; ++i) outcome.faults[i] += program.faults().counts()[i];
}

// The engine keeps what an execution left until the next one: one that leaves nothing.
void clear(explorer::Engine& engine) {
  struct Nothing final : explorer::Program {
    [[nodiscard]] unsigned threads() const override { return 1; }
    void construct() override {}
    void thread(unsigned) override {}
    void after() override {}
    void destroy() override {}
  } nothing;
  SimStrategy strategy(0);
  engine.run(nothing, strategy);
}

}  // namespace

SimRun::SimRun() { explorer::install_fault_guard(); }

SimRun::~SimRun() = default;

Outcome SimRun::run(const RunOptions& options) {
  Outcome outcome = run_once(options);
  // Again: what was left may have been the first use of a cache, and a leak leaves as much again.
  if (!outcome.failure.empty() || blocks_left_ == 0) return outcome;
  Outcome again = run_once(options);
  if (!again.failure.empty()) {
    again.failure = "run again: " + again.failure;
    return again;
  }
  if (blocks_left_ == 0) return outcome;
  outcome.failure = "more memory is freed than was taken";
  if (blocks_left_ < 0) return outcome;
  noting_ = true;
  static_cast<void>(run_once(options));
  noting_ = false;
  outcome.failure = "memory is not freed: " + left_text_;
  return outcome;
}

Outcome SimRun::run_once(const RunOptions& options) {
  if (on_run_) on_run_(options);
  RunDraw draw(options);
  // Kept as long as its machine suits, for its stacks.
  if (!engine_ || engine_->machine().stale != draw.stale) {
    engine_.reset();
    engine_.emplace(explorer::MachineOptions{.stale = draw.stale, .steps_max = kStepsMax}, kStackBytes);
  }
  engine_->set_recording(options.recording);
  Outcome outcome;
  outcome.io_threads = draw.io_threads;
  outcome.config = draw.config;
  std::map<std::string, std::string> disk{{kConfigFile, draw.config}};
  if (serve(options, draw, disk, outcome) && outcome.failure.empty()) {
    outcome.crashed = true;
    draw.restarted = true;
    draw.early_faults = false;
    draw.crash_step = draw.crash_replacing = 0;
    serve(options, draw, disk, outcome);
    if (!outcome.failure.empty())
      outcome.failure = "started again after the power failed: " + outcome.failure;
  }
  return outcome;
}

// One server, from its start to its end, or until the power fails: then true, and `disk` is what is left.
bool SimRun::serve(const RunOptions& options, const RunDraw& draw, std::map<std::string, std::string>& disk,
                   Outcome& outcome) {
  explorer::Engine& engine = *engine_;
  clear(engine);
  const std::int64_t blocks_before = heap::blocks();
  if (noting_) heap::note_blocks();
  bool crashed = false;
  {
    SimStrategy strategy(options.seed);
    ServerProgram program(options, draw, strategy, disk);
    engine.set_on_idle([&program] { return program.idle(); });
    engine.run(program, strategy);
    crashed = engine.pruned();
    add(outcome, engine, program);
    if (crashed) {
      disk = program.crash();
      if (outcome.failure.empty()) outcome.failure = program.workload().verdict_of_cut();
      if (!outcome.failure.empty())
        outcome.failure = "before the power failed: " + outcome.failure;
      else if (std::string wrong = program.wrong_on_disk(); !wrong.empty())
        outcome.failure = "after the power failed " + wrong;
    }
    if (options.recording)
      record(program.sim().kernel.told(), program.sim().threads.names(), outcome.failure);
    engine.set_on_idle(nullptr);
  }
  const bool orderly = !crashed && !engine.failed();
  clear(engine);
  blocks_left_ = orderly ? heap::blocks() - blocks_before : 0;
  if (noting_) left_text_ = heap::noted_blocks();
  return crashed;
}

void SimRun::record(const std::vector<Kernel::Told>& told, const std::vector<std::string>& threads,
                    const std::string& failure) {
  recording_ = {engine_->recorded(), told, threads, failure, {}, -1};
  if (!engine_->failed()) return;
  const model::CallSite& site = engine_->failure().site;
  if (site.line != 0) recording_.failed_at = fmt::format("{}:{} {}", site.file, site.line, site.function);
  recording_.failed_thread = engine_->failure().thread;
}

std::string SimRun::smallest_cuts(const RunOptions& failing, const std::string& kind, std::size_t runs_max,
                                  std::chrono::steady_clock::time_point until) {
  if (RunDraw(failing).pings) return {};
  Plan plan = plan_of(failing.seed);
  plan.apply_cuts(failing.cuts);
  const auto fails = [&](const Plan& smaller) {
    if (std::chrono::steady_clock::now() >= until) return false;
    RunOptions options = failing;
    options.cuts = smaller.cuts();
    return kind_of_failure(run(options).failure) == kind;
  };
  return shrink(std::move(plan), fails, runs_max).cuts();
}

std::string kind_of_failure(const std::string& failure) {
  constexpr std::size_t kTextMax = 40;  // what follows is the run's own
  std::string kind;
  std::string_view text = failure;
  for (const std::string_view when :
       {"run again: ", "before the power failed: ", "started again after the power failed: "}) {
    if (!text.starts_with(when)) continue;
    kind += when;
    text.remove_prefix(when.size());
  }
  for (const std::string_view judge :
       {"history: ", "answers: ", "witness: ", "admission: ", "linearizability: ", "publish/subscribe: ",
        "deadlock: ", "memory is not freed: ", "descriptors are left open: "})
    if (text.starts_with(judge)) return kind.append(judge);
  std::string words;
  for (const char c : text.substr(0, text.find('"')))
    if (c < '0' || c > '9') words += c;
  return kind + words.substr(0, kTextMax);
}

bool cuts_fit(const RunOptions& options) {
  return !RunDraw(options).pings && plan_of(options.seed).apply_cuts(options.cuts);
}

std::string plan_text(const RunOptions& options) {
  if (RunDraw(options).pings) return {};
  Plan plan = plan_of(options.seed);
  plan.apply_cuts(options.cuts);
  return to_text(plan);
}

}  // namespace baton::sim
