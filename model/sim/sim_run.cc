#include "model/sim/sim_run.h"

#include <fmt/core.h>

#include <csignal>
#include <type_traits>
#include <utility>

#include "model/sim/oracle/workload.h"
#include "model/sim/pings.h"
#include "model/sim/plan_player.h"
#include "model/sim/sim_platform.h"
#include "model/sim/sim_strategy.h"
#include "server/config/config_file.h"
#include "server/config/settings.h"
#include "server/main/server.h"
#include "server/net/epoll_reactor.h"
#include "server/platform/log.h"
#include "server/platform/sync.h"

namespace baton::sim {

// Else this file would see other classes than baton_sim_server was built from.
static_assert(std::is_same_v<ServerSync, explorer::ExplorerSync>);

namespace {

constexpr std::uint64_t kStream = 2;  // of Dice
constexpr const char* kConfigFile = "/srv/baton.conf";
constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kTroubleNs = 300 * kMs;    // how long faults strike at most
constexpr std::uint64_t kAnswerNs = 10'000 * kMs;  // in which all must be answered when they no longer do
constexpr std::uint64_t kPatienceNs =
    20 * kMs;  // a longer sleep with requests open is a tick's, not a timer's
constexpr std::uint32_t kStepsMax = 2'000'000;
constexpr std::size_t kStackBytes = 512 * 1024;

// What is to be drawn once, before the machine is built.
struct Draw {
  explicit Draw(const RunOptions& options) : dice(options.seed, kStream) {
    io_threads = static_cast<unsigned>(dice.between(1, 6));
    if (options.io_threads) io_threads = *options.io_threads;
    config = fmt::format(
        "bind 127.0.0.1\nport 6379\nio-threads {}\nio-threads-handoff {}\nmax-new-connections-per-cycle {}\n",
        io_threads, dice.one_in(2) ? "ring" : "mutex", dice.between(1, 10));
    config += options.verbose ? "loglevel verbose\n" : "loglevel nothing\n";
    kernel = {.seed = options.seed, .step_ns = dice.between(20, 200), .reuse_descriptors = dice.one_in(2)};
    wires.to_server_max = std::size_t{64} << dice.below(8);
    wires.to_client_max = std::size_t{64} << dice.below(8);
    wires.latency_most_ns = wires.latency_least_ns + (std::uint64_t{1000} << dice.below(10));
    clients = static_cast<unsigned>(dice.between(1, 6));
    rounds = static_cast<unsigned>(dice.between(1, 6));
    pings = dice.one_in(8);
    stale = static_cast<unsigned>(options.seed / 64 % 4);
  }

  Dice dice;
  unsigned io_threads;
  std::string config;
  Kernel::Options kernel;
  Network::Options wires;
  unsigned clients, rounds, stale;
  bool pings;
};

Plan plan_of(std::uint64_t seed) {
  return make_plan(
      seed,
      {.start_ms = SimClock::kStartMs, .clients_max = 6, .operations_max = 20, .value_bytes_max = 20'000});
}

// The threads of one run: the server's main thread is the first, and starts the others.
class ServerProgram final : public explorer::Program {
 public:
  ServerProgram(const RunOptions& options, Draw& draw)
      : options_(options), draw_(draw), faults_(options.seed) {
    faults_.draw_rates();
    for (const Fault fault : options.without) faults_.set_rate(fault, 0);
  }

  [[nodiscard]] unsigned threads() const override { return 1; }

  void construct() override {
    sim_ = std::make_unique<SimPlatform>(draw_.kernel, draw_.wires, faults_);
    workload_ = make_workload();
    sim_->kernel.set_patience(kPatienceNs, [this] { return stuck(); });
    sim_->files.put(kConfigFile, draw_.config);
  }

  void thread(unsigned) override {
    serve();
    const std::string left = sim_->kernel.open_descriptors();
    if (!left.empty()) sim_->kernel.fail("descriptors are left open: " + left);
    if (sim_->threads.alive() != 0) sim_->kernel.fail("a thread was not joined");
    if (sim_->pollers.alive() != 0) sim_->kernel.fail("a poller was not freed");
    if (std::string wrong = workload_->verdict(); !wrong.empty()) sim_->kernel.fail(std::move(wrong));
  }

  void after() override {}
  void destroy() override {}

  [[nodiscard]] bool idle() { return sim_->kernel.idle(); }
  [[nodiscard]] const Faults& faults() const { return faults_; }
  [[nodiscard]] const SimPlatform& sim() const { return *sim_; }
  [[nodiscard]] const Workload& workload() const { return *workload_; }

 private:
  // Most seeds play a plan; the others ask for what has one answer, byte for byte.
  std::unique_ptr<Workload> make_workload() {
    if (draw_.pings) return std::make_unique<Pings>(sim_->network, draw_.clients, draw_.rounds);
    Plan plan = plan_of(options_.seed);
    if (!options_.cuts.empty() && !plan.apply_cuts(options_.cuts))
      sim_->kernel.fail("the plan of this seed has no such parts to cut: " + options_.cuts);
    return std::make_unique<PlanPlayer>(sim_->network, std::move(plan));
  }

  // As main() does it, without what is of a real process.
  void serve() {
    Platform& platform = sim_->platform;
    Config config;
    if (const auto error =
            load_config(platform.files, parse_command_line(std::vector<std::string>{kConfigFile}), config))
      return sim_->kernel.fail("the configuration is refused: " + error->report());
    Log log(platform.clock, {.level = options_.verbose ? LogLevel::verbose : LogLevel::nothing, .file = {}});
    int error = 0;
    std::unique_ptr<Poller> poller = platform.pollers.open(error);
    Settings settings(std::move(config), kConfigFile);
    Server server(platform, log, settings,
                  std::make_unique<EpollReactor>(platform.sockets, std::move(poller)));
    if (const std::string refused = server.start(); !refused.empty())
      return sim_->kernel.fail("the server does not start: " + refused);
    faults_.arm();
    workload_->begin();
    sim_->kernel.set_after_events([this] { look(); });
    sim_->kernel.after(kTroubleNs, [this] { heal(); });
    if (const int status = server.run(); status != 0)
      sim_->kernel.fail(fmt::format("the server ends with status {}", status));
  }

  // Is it over?
  void look() {
    if (stopping_ || !workload_->done()) return;
    heal();
    stopping_ = true;
    sim_->process.raise(SIGTERM);
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
  Faults faults_;
  std::unique_ptr<SimPlatform> sim_;
  std::unique_ptr<Workload> workload_;
  bool healed_ = false;
  bool stopping_ = false;
};

}  // namespace

SimRun::SimRun() { explorer::install_fault_guard(); }

SimRun::~SimRun() = default;

Outcome SimRun::run(const RunOptions& options) {
  Draw draw(options);
  ServerProgram program(options, draw);
  SimStrategy strategy(options.seed);
  // Kept as long as its machine suits, for its stacks.
  if (!engine_ || engine_->machine().stale != draw.stale) {
    engine_.reset();
    engine_.emplace(explorer::MachineOptions{.stale = draw.stale, .steps_max = kStepsMax}, kStackBytes);
  }
  explorer::Engine& engine = *engine_;
  engine.set_recording(options.recording);
  engine.set_on_idle([&program] { return program.idle(); });
  engine.run(program, strategy);
  Outcome outcome;
  if (engine.failed()) {
    const std::string& complaint = program.sim().kernel.complaint();
    outcome.failure = complaint.empty() ? engine.failure().what : complaint;
    const model::CallSite& site = engine.failure().site;
    if (complaint.empty() && site.line != 0) outcome.failure += fmt::format(" ({}:{})", site.file, site.line);
  }
  outcome.hash = engine.trace_hash();
  outcome.steps = engine.steps();
  outcome.calls = program.sim().kernel.calls();
  outcome.virtual_ns = program.sim().kernel.now_ns() - 1'000'000'000;
  outcome.requests = program.workload().requests();
  outcome.replies = program.workload().replies();
  outcome.io_threads = draw.io_threads;
  outcome.config = draw.config;
  outcome.faults = program.faults().counts();
  return outcome;
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

std::string plan_text(const RunOptions& options) {
  if (Draw(options).pings) return {};
  Plan plan = plan_of(options.seed);
  plan.apply_cuts(options.cuts);
  return to_text(plan);
}

}  // namespace baton::sim
