#include "model/explorer/fuzzed_replay.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/explorer/sampling.h"

namespace baton::explorer {

namespace {

// Of each search of a simpler program: with few pre-emptions, then without a plan.
constexpr std::uint64_t kBoundExecutions = 1'000;
constexpr std::uint64_t kRandomExecutions = 300;

// The same words at the same place, because a check is written more than once. But a deadlock names those who
// wait, fewer of them in a smaller program, and it and a livelock are at no place.
bool same_kind(const Failure& one, const Failure& other) {
  constexpr std::string_view kDeadlock = "deadlock:";
  if (one.what.starts_with(kDeadlock) && other.what.starts_with(kDeadlock)) return true;
  if (one.what != other.what) return false;
  return one.what.starts_with("livelock:") ||
         (one.site.line == other.site.line && std::string_view(one.site.file) == other.site.file);
}

// Simpler and simpler programs with that kind of failure.
class Simplifier {
 public:
  Simplifier(FuzzedProgram& program, const FuzzedFailure& failed, std::uint64_t executions)
      : program_(program), least_(failed), left_(executions) {}

  FuzzedFailure simplest() {
    while (left_ != 0 && without_something()) continue;
    (void)decoded(least_.program);
    return least_;
  }

 private:
  bool without_something() {
    (void)decoded(least_.program);
    for (const FuzzedProgram::Bytes& simpler : program_.simpler()) {
      if (left_ == 0) return false;
      if (still_fails(simpler)) return true;
    }
    return false;
  }

  MachineOptions decoded(const FuzzedProgram::Bytes& bytes) {
    FuzzedBytes taken(bytes);
    return program_.decode(taken);
  }

  bool still_fails(const FuzzedProgram::Bytes& simpler) {
    const MachineOptions machine = decoded(simpler);
    return with_the_same_decisions(machine) || searched({.how = How::kBound, .machine = machine}) ||
           searched({.how = How::kRandom, .machine = machine});
  }

  // What of them still has a meaning: each decision counts modulo its options.
  bool with_the_same_decisions(const MachineOptions& machine) {
    --left_;
    Engine engine(machine);
    FuzzedSchedule decisions(least_.report.schedule.decisions);
    engine.run(program_, decisions);
    return take(failure_of(program_, engine));
  }

  bool searched(Plan plan) {
    const bool bound = plan.how == How::kBound;
    const unsigned depth = bound ? std::min(least_.report.preemptions, 2U) : 0;
    for (plan.depth = 0; plan.depth <= depth && left_ != 0; ++plan.depth) {
      plan.executions = std::min(left_, bound ? kBoundExecutions : kRandomExecutions);
      Report report = search(program_, plan);
      left_ -= std::min(left_, report.executions);
      if (take({program_.encoded(), std::move(report)})) return true;
    }
    return false;
  }

  bool take(FuzzedFailure found) {
    if (!found.report.failed || !same_kind(found.report.failure, least_.report.failure)) return false;
    least_ = std::move(found);
    return true;
  }

  FuzzedProgram& program_;
  FuzzedFailure least_;
  std::uint64_t left_;
};

}  // namespace

FuzzedFailure failure_of(const FuzzedProgram& program, const Engine& engine) {
  FuzzedFailure found;
  found.program = program.encoded();
  Report& report = found.report;
  report.plan.machine = engine.machine();
  report.stopped = "a sample";
  report.executions = 1;
  report.steps = engine.steps();
  report.failed = engine.failed();
  if (report.failed) report.failure = engine.failure();
  report.schedule = schedule_of(engine);
  report.preemptions = engine.preemptions();
  return found;
}

FuzzedFailure run(FuzzedProgram& program, std::span<const std::uint8_t> bytes) {
  FuzzedBytes taken(bytes);
  Engine engine(program.decode(taken));
  FuzzedSchedule schedule(taken.rest());
  engine.run(program, schedule);
  return failure_of(program, engine);
}

FuzzedFailure shrink(FuzzedProgram& program, const FuzzedFailure& failed, std::uint64_t executions) {
  FuzzedFailure least = Simplifier(program, failed, executions).simplest();
  Report fewer = shrink(program, least.report, executions);
  // Fewer pre-emptions may meet something else that is wrong: what was asked for is this.
  if (same_kind(fewer.failure, least.report.failure)) least.report = std::move(fewer);
  return least;
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
  std::string text = "hex:";
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string replay_options(const char* target, const FuzzedProgram& program, const Schedule& schedule) {
  const std::string named = program.named();
  const int seeded = model::Run::current().defect;
  std::string text = named;
  if (named.empty()) {
    text = fmt::format(" --fuzzed {} {}", target, hex_of(program.encoded()));
    if (seeded != model::kNoDefect)
      text += fmt::format(" --defect '{}'", program.defects()[static_cast<std::size_t>(seeded)]);
  }
  return fmt::format("{} --schedule {}", text, text_of(schedule));
}

}  // namespace baton::explorer
