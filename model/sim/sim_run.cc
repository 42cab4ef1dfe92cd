#include "model/sim/sim_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <type_traits>
#include <utility>

#include "model/run.h"
#include "model/sim/oracle/workload.h"
#include "model/sim/pings.h"
#include "model/sim/plan_player.h"
#include "model/sim/sim_platform.h"
#include "model/sim/sim_strategy.h"
#include "server/config/config_file.h"
#include "server/config/settings.h"
#include "server/main/pid_file.h"
#include "server/main/server.h"
#include "server/net/epoll_reactor.h"
#include "server/platform/log.h"
#include "server/platform/sync.h"

namespace baton::sim {

// Else this file would see other classes than baton_sim_server was built from.
static_assert(std::is_same_v<ServerSync, explorer::ExplorerSync>);

namespace {

constexpr std::uint64_t kStream = 2;  // of Dice
constexpr std::uint64_t kCrashStream = 3;
constexpr std::uint64_t kWallStream = 4;
constexpr const char* kConfigFile = "/srv/baton.conf";
constexpr const char* kPidFile = "/srv/baton.pid";
constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kTroubleNs = 300 * kMs;    // how long faults strike at most
constexpr std::uint64_t kAnswerNs = 10'000 * kMs;  // in which all must be answered when they no longer do
constexpr std::uint64_t kEndNs = 1'000 * kMs;      // and in which the server must end, told to
constexpr std::uint64_t kPatienceNs =
    20 * kMs;  // a longer sleep with requests open is a tick's, not a timer's
constexpr std::uint32_t kStepsMax = 2'000'000;
constexpr std::size_t kStackBytes = 512 * 1024;
constexpr std::uint64_t kRestartPings = 2;     // clients, and rounds, after a crash
constexpr std::uint64_t kReplacingSteps = 15;  // of replacing files, among which the power may fail
constexpr std::uint64_t kStepsOctaves = 6;     // and of the run: below 256 steps, or 512 ...
constexpr std::uint64_t kWallSteps = 3;        // occasions to set the wall clock
constexpr std::uint64_t kWallStepUs = 600'000'000;

// What is to be drawn once, before the machine is built.
struct Draw {
  explicit Draw(const RunOptions& options) : dice(options.seed, kStream) {
    io_threads = static_cast<unsigned>(dice.between(1, 6));
    if (options.io_threads) io_threads = *options.io_threads;
    // One at a time: the order in which arguments are evaluated is the compiler's.
    const char* const handoff = dice.one_in(2) ? "ring" : "mutex";
    const std::uint64_t accepts = dice.between(1, 10);
    config = fmt::format(
        "bind 127.0.0.1\nport 6379\nio-threads {}\nio-threads-handoff {}\nmax-new-connections-per-cycle {}\n",
        io_threads, handoff, accepts);
    config += options.verbose ? "loglevel verbose\n" : "loglevel nothing\n";
    kernel = {.seed = options.seed, .step_ns = dice.between(20, 200), .reuse_descriptors = dice.one_in(2)};
    wires.to_server_max = std::size_t{64} << dice.below(8);
    wires.to_client_max = std::size_t{64} << dice.below(8);
    wires.latency_most_ns = wires.latency_least_ns + (std::uint64_t{1000} << dice.below(10));
    clients = static_cast<unsigned>(dice.between(1, 6));
    rounds = static_cast<unsigned>(dice.between(1, 6));
    pings = dice.one_in(8);
    stale = static_cast<unsigned>(options.seed / 64 % 4);
    if (dice.one_in(3)) config += fmt::format("pidfile {}\n", kPidFile);
    early_faults = dice.one_in(8);
    if (dice.one_in(8)) {
      const std::uint64_t most_steps = std::uint64_t{256} << dice.below(kStepsOctaves);
      if (dice.one_in(2))
        crash_replacing = 1 + dice.below(kReplacingSteps);
      else
        crash_step = 1 + dice.below(most_steps);
    }
  }

  Dice dice;
  unsigned io_threads;
  std::string config;
  Kernel::Options kernel;
  Network::Options wires;
  unsigned clients, rounds, stale;
  bool pings;
  bool early_faults;
  std::uint64_t crash_step = 0;       // the power fails there; 0: it does not
  std::uint64_t crash_replacing = 0;  // or at this step of replacing files
  bool restarted = false;             // this is the server after it
};

Plan plan_of(std::uint64_t seed) {
  return make_plan(
      seed,
      {.start_ms = SimClock::kStartMs, .clients_max = 6, .operations_max = 20, .value_bytes_max = 20'000});
}

// The threads of one run: the server's main thread is the first, and starts the others.
class ServerProgram final : public explorer::Program {
 public:
  ServerProgram(const RunOptions& options, Draw& draw, SimStrategy& strategy,
                std::map<std::string, std::string> disk)
      : options_(options), draw_(draw), strategy_(strategy), disk_(std::move(disk)), faults_(options.seed) {
    faults_.draw_rates();
    if (draw_.crash_step != 0) strategy_.halt_at(draw_.crash_step);
    for (const Fault fault : options.without) faults_.set_rate(fault, 0);
  }

  [[nodiscard]] unsigned threads() const override { return 1; }

  void construct() override {
    model::Run::current().deferred.forget();  // by a weakening, in a run that was broken off
    sim_ = std::make_unique<SimPlatform>(draw_.kernel, draw_.wires, faults_);
    workload_ = make_workload();
    sim_->kernel.set_patience(kPatienceNs, [this] { return stuck(); });
    for (const auto& [path, content] : disk_) sim_->files.put(path, content);
    sim_->files.set_on_replacing([this](std::uint64_t step) {
      if (step == draw_.crash_replacing) strategy_.halt();
    });
  }

  void thread(unsigned) override {
    serve();
    const std::string left = sim_->kernel.open_descriptors();
    if (!left.empty()) sim_->kernel.fail("descriptors are left open: " + left);
    ended_ = true;
    if (sim_->threads.alive() != 0) sim_->kernel.fail("a thread was not joined");
    if (sim_->pollers.alive() != 0) sim_->kernel.fail("a poller was not freed");
    if (std::string wrong = workload_->verdict(); !wrong.empty()) sim_->kernel.fail(std::move(wrong));
    if (std::string wrong = wrong_on_disk(); !wrong.empty()) sim_->kernel.fail(std::move(wrong));
    if (sim_->files.content(kPidFile) != nullptr && !refused_) sim_->kernel.fail("the pid file is left");
  }

  void after() override {}
  void destroy() override {}

  // Of the disk as it is, while the server runs or after a crash.
  [[nodiscard]] std::string wrong_on_disk() {
    SimFiles& files = sim_->files;
    for (const char* const path : {kConfigFile, kPidFile}) {
      const std::string* const found = files.content(path);
      const std::vector<std::string>& possible = files.possible(path);
      if (found == nullptr && std::string_view(path) == kPidFile) continue;
      if (found == nullptr) return std::string(path) + " is lost";
      if (std::find(possible.begin(), possible.end(), *found) == possible.end())
        return fmt::format("{} holds neither what it held nor what was written: {:?}", path, *found);
    }
    const std::uint64_t confirmed = workload_->rewrites_confirmed();
    if (const std::uint64_t durable = files.replaced(kConfigFile); confirmed > durable)
      return fmt::format("CONFIG REWRITE was confirmed {} times, but made durable {} times", confirmed,
                         durable);
    return {};
  }
  // The power fails: what the disk holds.
  [[nodiscard]] std::map<std::string, std::string> crash() {
    // What may be there was noted when it was written.
    Dice dice(options_.seed, kCrashStream);
    sim_->files.crash(dice);
    return sim_->files.contents();
  }

  [[nodiscard]] bool idle() { return sim_->kernel.idle(); }
  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] const Faults& faults() const { return faults_; }
  [[nodiscard]] const SimPlatform& sim() const { return *sim_; }
  [[nodiscard]] const Workload& workload() const { return *workload_; }

 private:
  // Most seeds play a plan; the others ask for what has one answer, byte for byte.
  std::unique_ptr<Workload> make_workload() {
    if (draw_.restarted) return std::make_unique<Pings>(sim_->network, kRestartPings, kRestartPings);
    if (draw_.pings) return std::make_unique<Pings>(sim_->network, draw_.clients, draw_.rounds);
    Plan plan = plan_of(options_.seed);
    if (!options_.cuts.empty() && !plan.apply_cuts(options_.cuts))
      sim_->kernel.fail("the plan of this seed has no such parts to cut: " + options_.cuts);
    return std::make_unique<PlanPlayer>(sim_->network, std::move(plan));
  }

  // As main() does it, without what is of a real process.
  void serve() {
    Platform& platform = sim_->platform;
    if (draw_.early_faults) faults_.arm();
    Config config;
    if (const auto error =
            load_config(platform.files, parse_command_line(std::vector<std::string>{kConfigFile}), config))
      return refuse("the configuration is refused: " + error->report());
    Log log(platform.clock, {.level = options_.verbose ? LogLevel::verbose : LogLevel::nothing, .file = {}});
    int error = 0;
    std::unique_ptr<Poller> poller = platform.pollers.open(error);
    if (!poller) return refuse(fmt::format("no poller can be opened: {}", error));
    Settings settings(std::move(config), kConfigFile);
    Server server(platform, log, settings,
                  std::make_unique<EpollReactor>(platform.sockets, std::move(poller)));
    if (const std::string refused = server.start(); !refused.empty())
      return refuse("the server does not start: " + refused);
    if (!draw_.restarted) faults_.arm();
    PidFile pid_file(platform.files, settings.values().process.pidfile);
    pid_file.write(platform.process.pid());
    workload_->begin();
    sim_->kernel.set_after_events([this] { look(); });
    for (std::uint64_t i = 0; i < kWallSteps; ++i)
      sim_->kernel.after(wall_dice_.below(kTroubleNs), [this] { step_wall(); });
    sim_->kernel.after(kTroubleNs, [this] { heal(); });
    if (const int status = server.run(); status != 0)
      sim_->kernel.fail(fmt::format("the server ends with status {}", status));
  }

  // Somebody sets the clock. Not back while keys may have expired: that they are gone is known to nobody.
  void step_wall() {
    if (!faults_.strike(Fault::wall_step)) return;
    const auto by = static_cast<std::int64_t>(faults_.below(Fault::wall_step, kWallStepUs));
    const bool back = draw_.pings && faults_.below(Fault::wall_step, 2) == 0;
    sim_->clock.step_wall(back ? -by : by);
    sim_->kernel.tell([&] { return fmt::format("the wall clock is set by {} us", back ? -by : by); });
  }

  // Nothing is wrong with that when a fault has struck.
  void refuse(std::string why) {
    std::uint64_t struck = 0;
    for (const std::uint64_t count : faults_.counts()) struck += count;
    if (!draw_.early_faults || struck == 0) sim_->kernel.fail(std::move(why));
    refused_ = true;
  }

  // Is it over?
  void look() {
    if (stopping_ || !workload_->done()) return;
    heal();
    stopping_ = true;
    sim_->process.raise(SIGTERM);
    expect_end(sim_->kernel.stood_still_ns());
  }
  // Nobody has anything to wait for now: a server that does would wait until its shutdown-timeout.
  void expect_end(std::uint64_t stood_still_ns) {
    sim_->kernel.after(kEndNs, [this, stood_still_ns] {
      if (ended_) return;
      if (const std::uint64_t now = sim_->kernel.stood_still_ns(); now != stood_still_ns)
        return expect_end(now);
      sim_->kernel.fail("the server does not end, long after it was told to");
    });
  }

  void heal() {
    if (!faults_.armed()) return;
    faults_.heal();
    workload_->heal();
    healed_ = true;
    sim_->kernel.after(kAnswerNs, [this] {
      if (!workload_->done()) sim_->kernel.fail("long after the last fault " + workload_->waiting(false));
    });
  }

  // Everybody sleeps, and but for the passing of time would for ever.
  [[nodiscard]] std::string stuck() const {
    if (!healed_ || stopping_) return {};
    const std::string waiting = workload_->waiting(true);
    return waiting.empty() ? std::string() : "all threads sleep, but " + waiting;
  }

  const RunOptions& options_;
  Draw& draw_;
  SimStrategy& strategy_;
  const std::map<std::string, std::string> disk_;
  Faults faults_;
  std::unique_ptr<SimPlatform> sim_;
  std::unique_ptr<Workload> workload_;
  Dice wall_dice_{options_.seed, kWallStream};
  bool healed_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  bool refused_ = false;
};

}  // namespace

SimRun::SimRun() { explorer::install_fault_guard(); }

SimRun::~SimRun() = default;

namespace {

// What both servers of a run that crashes have done.
void add(Outcome& outcome, const explorer::Engine& engine, const ServerProgram& program) {
  const Kernel& kernel = program.sim().kernel;
  if (engine.failed() && outcome.failure.empty()) {
    outcome.failure = kernel.complaint().empty() ? engine.failure().what : kernel.complaint();
    const model::CallSite& site = engine.failure().site;
    if (kernel.complaint().empty() && site.line != 0)
      outcome.failure += fmt::format(" ({}:{})", site.file, site.line);
  }
  outcome.hash = outcome.hash * 0x9E3779B97F4A7C15ULL ^ engine.trace_hash();
  outcome.steps += engine.steps();
  outcome.calls += kernel.calls();
  outcome.virtual_ns += kernel.now_ns() - Kernel::kStartNs;
  outcome.requests += program.workload().requests();
  outcome.replies += program.workload().replies();
  outcome.keys_judged += program.workload().keys_judged();
  outcome.keys_not_decided += program.workload().keys_not_decided();
  outcome.refused = outcome.refused || program.refused();
  for (std::size_t i = 0; i < kFaults; ++i) outcome.faults[i] += program.faults().counts()[i];
}

}  // namespace

Outcome SimRun::run(const RunOptions& options) {
  Draw draw(options);
  // Kept as long as its machine suits, for its stacks.
  if (!engine_ || engine_->machine().stale != draw.stale) {
    engine_.reset();
    engine_.emplace(explorer::MachineOptions{.stale = draw.stale, .steps_max = kStepsMax}, kStackBytes);
  }
  explorer::Engine& engine = *engine_;
  engine.set_recording(options.recording);
  Outcome outcome;
  outcome.io_threads = draw.io_threads;
  outcome.config = draw.config;
  const auto serve = [&](std::map<std::string, std::string> disk, std::map<std::string, std::string>& left) {
    SimStrategy strategy(options.seed);
    ServerProgram program(options, draw, strategy, std::move(disk));
    engine.set_on_idle([&program] { return program.idle(); });
    engine.run(program, strategy);
    const bool crashed = engine.pruned();
    if (crashed) left = program.crash();
    add(outcome, engine, program);
    if (crashed && outcome.failure.empty()) {
      if (std::string wrong = program.wrong_on_disk(); !wrong.empty())
        outcome.failure = "after the power failed " + wrong;
    }
    if (options.recording)
      record(program.sim().kernel.told(), program.sim().threads.names(), outcome.failure);
    return crashed;
  };
  std::map<std::string, std::string> disk;
  if (serve({{kConfigFile, draw.config}}, disk) && outcome.failure.empty()) {
    outcome.crashed = true;
    draw.restarted = true;
    draw.early_faults = false;
    draw.crash_step = draw.crash_replacing = 0;
    serve(std::move(disk), disk);
    if (!outcome.failure.empty())
      outcome.failure = "started again after the power failed: " + outcome.failure;
  }
  return outcome;
}

void SimRun::record(const std::vector<Kernel::Told>& told, const std::vector<std::string>& threads,
                    const std::string& failure) {
  recording_ = {engine_->recorded(), told, threads, failure, {}, -1};
  if (!engine_->failed()) return;
  const model::CallSite& site = engine_->failure().site;
  if (site.line != 0) recording_.failed_at = fmt::format("{}:{} {}", site.file, site.line, site.function);
  recording_.failed_thread = engine_->failure().thread;
}

std::string SimRun::smallest_cuts(const RunOptions& failing, std::size_t runs_max) {
  if (Draw(failing).pings) return {};
  Plan plan = plan_of(failing.seed);
  plan.apply_cuts(failing.cuts);
  const auto fails = [&](const Plan& smaller) {
    RunOptions options = failing;
    options.cuts = smaller.cuts();
    return !run(options).failure.empty();
  };
  return shrink(std::move(plan), fails, runs_max).cuts();
}

bool cuts_fit(const RunOptions& options) {
  return !Draw(options).pings && plan_of(options.seed).apply_cuts(options.cuts);
}

std::string plan_text(const RunOptions& options) {
  if (Draw(options).pings) return {};
  Plan plan = plan_of(options.seed);
  plan.apply_cuts(options.cuts);
  return to_text(plan);
}

}  // namespace baton::sim
