#include "model/explorer/search.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "model/explorer/exhaustive.h"
#include "model/explorer/sampling.h"

namespace baton::explorer {

namespace {

using SteadyClock = std::chrono::steady_clock;

// How many schedules are tried to make a failure simpler, where fewer pre-emptions cannot be searched.
constexpr std::uint64_t kSimplifyExecutions = 2'000;

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

bool samples(How how) { return how == How::kPct || how == How::kRandom || how == How::kPortfolio; }

std::unique_ptr<Strategy> strategy_of(const Plan& plan) {
  const std::uint64_t executions = plan.executions != 0 ? plan.executions : ~std::uint64_t{0};
  switch (plan.how) {
    case How::kDpor:
      return std::make_unique<Exhaustive>(Exhaustive::Kind::kDpor);
    case How::kSleep:
      return std::make_unique<Exhaustive>(Exhaustive::Kind::kSleep);
    case How::kPlain:
      return std::make_unique<Exhaustive>(Exhaustive::Kind::kPlain);
    case How::kBound:
      return std::make_unique<Exhaustive>(Exhaustive::Kind::kPlain, static_cast<int>(plan.depth));
    case How::kPct:
      return std::make_unique<Pct>(plan.seed, executions, plan.depth);
    case How::kRandom:
      return std::make_unique<RandomWalk>(plan.seed, executions);
    case How::kPortfolio:
      return std::make_unique<Portfolio>(plan.seed, executions);
  }
  std::abort();
}

std::string shown(double count) {
  if (count < 10'000) return fmt::format("{:.0f}", count);
  if (count < 10'000'000) return fmt::format("{:.0f}k", count / 1e3);
  return fmt::format("{:.1f}M", count / 1e6);
}

// Whether the program fails under these decisions; the engine holds the execution.
bool fails_with(Engine& engine, Program& program, const std::vector<std::uint8_t>& decisions) {
  Replay replay(decisions);
  engine.run(program, replay);
  return engine.failed();
}

// How complicated the engine's last execution was: its pre-emptions, then its decisions that are not 0.
std::pair<std::uint32_t, std::ptrdiff_t> complexity(const Engine& engine) {
  const std::vector<std::uint8_t>& decisions = engine.decisions();
  const auto zeros = std::count(decisions.begin(), decisions.end(), std::uint8_t{0});
  return {engine.preemptions(), static_cast<std::ptrdiff_t>(decisions.size()) - zeros};
}

// A failing schedule that becomes simpler as long as it still fails.
class Simplifier {
 public:
  Simplifier(Engine& engine, Program& program, std::vector<std::uint8_t> decisions, std::uint64_t executions)
      : engine_(engine), program_(program), decisions_(std::move(decisions)), left_(executions) {
    if (!fails_with(engine_, program_, decisions_)) left_ = 0;
    least_ = complexity(engine_);
  }

  // Until no part can be made 0 (nobody is pre-empted, the newest value) or taken out, nor two decisions made
  // 0: one alone may let those behind it meet other choices.
  std::vector<std::uint8_t> simplest() {
    while (without_a_part() || without_a_pair()) continue;
    return decisions_;
  }

 private:
  bool without_a_part() {
    bool simpler = false;
    for (std::size_t length = std::max<std::size_t>(1, decisions_.size() / 2); length >= 1; length /= 2) {
      for (std::size_t from = decisions_.size(); from > 0;) {
        from = from > length ? from - length : 0;
        if (from >= decisions_.size()) continue;
        const std::size_t end = std::min(from + length, decisions_.size());
        std::vector<std::uint8_t> fewer = decisions_;
        std::fill(fewer.begin() + at(from), fewer.begin() + at(end), std::uint8_t{0});
        if (still_fails(fewer)) {
          simpler = true;
          continue;
        }
        fewer = decisions_;
        fewer.erase(fewer.begin() + at(from), fewer.begin() + at(end));
        simpler = still_fails(fewer) || simpler;
      }
    }
    return simpler;
  }

  bool without_a_pair() {
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      for (std::size_t j = i + 1; decisions_[i] != 0 && j < decisions_.size(); ++j) {
        if (decisions_[j] == 0) continue;
        std::vector<std::uint8_t> fewer = decisions_;
        fewer[i] = fewer[j] = 0;
        if (still_fails(fewer)) return true;
      }
    }
    return false;
  }

  bool still_fails(const std::vector<std::uint8_t>& fewer) {
    if (left_ == 0 || fewer == decisions_) return false;
    --left_;
    if (!fails_with(engine_, program_, fewer) || complexity(engine_) >= least_) return false;
    decisions_ = engine_.decisions();
    least_ = complexity(engine_);
    return true;
  }

  static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  Engine& engine_;
  Program& program_;
  std::vector<std::uint8_t> decisions_;
  std::uint64_t left_;
  std::pair<std::uint32_t, std::ptrdiff_t> least_;
};

}  // namespace

std::string name_of(const Plan& plan) {
  switch (plan.how) {
    case How::kDpor:
      return "dpor";
    case How::kSleep:
      return "sleep";
    case How::kPlain:
      return "plain";
    case How::kBound:
      return "bound" + std::to_string(plan.depth);
    case How::kPct:
      return "pct" + std::to_string(plan.depth);
    case How::kRandom:
      return "random";
    case How::kPortfolio:
      return "portfolio";
  }
  std::abort();
}

bool parse_how(const std::string& name, Plan& plan) {
  for (const How how : {How::kDpor, How::kSleep, How::kPlain, How::kRandom, How::kPortfolio}) {
    Plan tried = plan;
    tried.how = how;
    if (name != name_of(tried)) continue;
    plan = tried;
    return true;
  }
  for (const auto& [prefix, how] : {std::pair("bound", How::kBound), std::pair("pct", How::kPct)}) {
    const std::size_t length = std::strlen(prefix);
    if (name.size() != length + 1 || !name.starts_with(prefix)) continue;
    if (name[length] < (how == How::kPct ? '1' : '0') || name[length] > '9') continue;
    plan.how = how;
    plan.depth = static_cast<unsigned>(name[length] - '0');
    return true;
  }
  return false;
}

Report search(Program& program, const Plan& plan) {
  Report report;
  report.plan = plan;
  Engine engine(plan.machine);
  const std::unique_ptr<Strategy> strategy = strategy_of(plan);
  const auto start = SteadyClock::now();
  bool more = true;
  while (more) {
    engine.run(program, *strategy);
    ++report.executions;
    report.steps += engine.steps();
    if (engine.pruned()) ++report.pruned;
    if (engine.failed()) {
      report.failed = true;
      report.failure = engine.failure();
      report.schedule = schedule_of(engine);
      report.preemptions = engine.preemptions();
      break;
    }
    more = strategy->next();
    if (!more) break;
    if (plan.executions != 0 && report.executions >= plan.executions) {
      report.stopped = "executions";
      break;
    }
    if (plan.seconds > 0 && (report.executions & 63U) == 0 && seconds_since(start) > plan.seconds) {
      report.stopped = "seconds";
      break;
    }
  }
  report.seconds = seconds_since(start);
  if (const auto* exhaustive = dynamic_cast<const Exhaustive*>(strategy.get())) {
    report.states = exhaustive->states();
    if (!more && exhaustive->bounded()) report.stopped = "pre-emptions";
  }
  if (samples(plan.how) && report.stopped != "seconds") report.stopped = "a sample";
  report.complete = !report.failed && report.stopped.empty();
  return report;
}

Report shrink(Program& program, const Report& failed, std::uint64_t executions) {
  Plan plan = failed.plan;
  plan.how = How::kBound;
  plan.executions = executions;
  plan.seconds = 0;
  for (plan.depth = 0; plan.depth < failed.preemptions; ++plan.depth) {
    Report found = search(program, plan);
    if (found.failed) return found;
    if (found.stopped == "executions") break;
  }
  Engine engine(failed.plan.machine);
  const std::vector<std::uint8_t> simpler =
      Simplifier(engine, program, failed.schedule.decisions, kSimplifyExecutions).simplest();
  Report found = failed;
  if (fails_with(engine, program, simpler) && engine.preemptions() <= failed.preemptions) {
    found.failure = engine.failure();
    found.schedule = schedule_of(engine);
    found.preemptions = engine.preemptions();
  }
  return found;
}

double estimate_space(Program& program, const MachineOptions& machine, std::uint64_t walks) {
  Engine engine(machine);
  Estimator estimator(1, walks);
  do {
    engine.run(program, estimator);
  } while (estimator.next());
  return estimator.estimate();
}

Replayed replay(Program& program, const Schedule& schedule) {
  Replayed replayed;
  Engine engine(schedule.machine);
  engine.set_recording(true);
  Replay strategy(schedule.decisions);
  engine.run(program, strategy);
  replayed.failed = engine.failed();
  Trace& trace = replayed.trace;
  trace.schedule = text_of(schedule_of(engine));
  trace.steps = engine.recorded();
  for (unsigned i = 0; i < engine.threads(); ++i) {
    trace.threads.push_back(program.thread_name(i));
    trace.ended.push_back(engine.finished(i));
  }
  if (engine.failed()) {
    trace.failure = engine.failure().what;
    trace.failed_at = place_of(engine.failure().site);
    trace.failed_thread = engine.failure().thread;
  }
  if (strategy.misfit() >= 0) {
    replayed.error = fmt::format(
        "decision {} of the schedule has no option {} here: it is of another build, "
        "scenario or variant",
        strategy.misfit() + 1, schedule.decisions[static_cast<std::size_t>(strategy.misfit())]);
  } else if (strategy.left_over() != 0) {
    replayed.error = fmt::format(
        "the schedule has {} decisions more than this program: it is of another build, "
        "scenario or variant",
        strategy.left_over());
  } else if (static_cast<std::uint32_t>(engine.trace_hash()) != schedule.trace) {
    replayed.error =
        "the schedule fits, but its steps are others than when it was made: it is of another build, "
        "scenario or variant";
  }
  return replayed;
}

std::string place_of(const model::CallSite& site) {
  if (site.line == 0) return {};
  const char* const base = std::strrchr(site.file, '/');
  const std::string function(site.function, std::strcspn(site.function, "<"));
  return fmt::format("{}:{} {}", base != nullptr ? base + 1 : site.file, site.line, function);
}

std::string describe(const Report& report) {
  std::string text = report.failed ? "FAILED" : report.complete ? "complete" : "stopped by " + report.stopped;
  if (report.stopped == "a sample" && !report.failed) text = "a sample";
  text += fmt::format(": {} executions", shown(static_cast<double>(report.executions)));
  if (report.pruned != 0) text += fmt::format(" ({} pruned)", shown(static_cast<double>(report.pruned)));
  if (report.states != 0) text += fmt::format(", {} states", shown(static_cast<double>(report.states)));
  text += fmt::format(", {} steps in {:.1f} ms ({} steps/s)", shown(static_cast<double>(report.steps)),
                      report.seconds * 1e3,
                      shown(static_cast<double>(report.steps) / std::max(report.seconds, 1e-9)));
  if (report.failed) {
    const std::string place = place_of(report.failure.site);
    text += fmt::format("\n  {}{}{}", report.failure.what, place.empty() ? "" : ", at ", place);
    if (report.failure.thread >= 0) text += fmt::format(", thread {}", report.failure.thread);
  }
  return text;
}

}  // namespace baton::explorer
