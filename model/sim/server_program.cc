#include "model/sim/server_program.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/run.h"
#include "model/sim/pings.h"
#include "model/sim/plan_player.h"
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

constexpr std::uint64_t kCrashStream = 3;  // of Dice
constexpr std::uint64_t kWallStream = 4;
constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kAnswerNs = 10'000 * kMs;  // in which all must be answered when faults have ended
constexpr std::uint64_t kEndNs = 1'000 * kMs;      // and in which the server must end, told to
constexpr std::uint64_t kPatienceNs =
    20 * kMs;                            // a longer sleep with requests open is a tick's, not a timer's
constexpr unsigned kRestartPings = 2;    // clients, and rounds, after a crash
constexpr std::uint64_t kWallSteps = 3;  // occasions to set the wall clock
constexpr std::uint64_t kWallStepUs = 600'000'000;

// For which a server may refuse to start.
constexpr std::array<Fault, 4> kRefusals = {Fault::poll_refused, Fault::pollers_refused,
                                            Fault::thread_refused, Fault::open_failed};

// Clients hear of the server's end when it has ended.
class AllHeard final : public Waiting {
 public:
  explicit AllHeard(const Workload& workload) : workload_(workload) {}
  [[nodiscard]] bool woken() const override { return workload_.done(); }

 private:
  const Workload& workload_;
};

}  // namespace

ServerProgram::ServerProgram(const RunOptions& options, const RunDraw& draw, SimStrategy& strategy,
                             const std::map<std::string, std::string>& disk)
    : options_(options),
      draw_(draw),
      strategy_(strategy),
      disk_(disk),
      faults_(options.seed),
      wall_dice_(options.seed, kWallStream) {
  faults_.draw_rates();
  if (draw_.crash_step != 0) strategy_.halt_at(draw_.crash_step);
  for (const Fault fault : options.without) faults_.set_rate(fault, 0);
}

ServerProgram::~ServerProgram() = default;

void ServerProgram::construct() {
  model::Run::current().deferred.forget();  // by a weakening, in a run that was broken off
  sim_ = std::make_unique<SimPlatform>(draw_.kernel, draw_.wires, faults_);
  workload_ = make_workload();
  sim_->kernel.set_patience(kPatienceNs, [this] { return stuck(); });
  for (const auto& [path, content] : disk_) sim_->files.put(path, content);
  sim_->files.set_on_replacing([this](std::uint64_t step) {
    if (step == draw_.crash_replacing) strategy_.halt();
  });
}

// Most seeds play a plan; the others ask for what has one answer, byte for byte.
std::unique_ptr<Workload> ServerProgram::make_workload() {
  if (draw_.restarted) {
    const unsigned clients = draw_.clients_max == 1 ? 1 : kRestartPings;
    return std::make_unique<Pings>(sim_->network, clients, kRestartPings);
  }
  if (draw_.pings) return std::make_unique<Pings>(sim_->network, draw_.clients, draw_.rounds);
  Plan plan = plan_of(options_.seed);
  if (!options_.cuts.empty() && !plan.apply_cuts(options_.cuts))
    sim_->kernel.fail("the plan of this seed has no such parts to cut: " + options_.cuts);
  return std::make_unique<PlanPlayer>(sim_->network, std::move(plan),
                                      PlanPlayer::Admission{.clients_max = draw_.clients_max,
                                                            .strangers = draw_.strangers,
                                                            .protected_mode = draw_.protected_mode});
}

void ServerProgram::thread(unsigned) {
  const std::string thrown = thrown_by([this] { serve(); });
  if (!thrown.empty()) sim_->kernel.fail(thrown);
  ended_ = true;
  ended_in_trouble_ = faults_.armed();
  if (!refused_) outlive_server();
  judge_end();
}

// As main() does it, without what is of a real process.
void ServerProgram::serve() {
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
  Server server(platform, log, settings, std::make_unique<EpollReactor>(platform.sockets, std::move(poller)));
  if (const std::string refused = server.start(); !refused.empty())
    return refuse("the server does not start: " + refused);
  if (!draw_.restarted) faults_.arm();
  PidFile pid_file(platform.files, settings.values().process.pidfile);
  pid_file.write(platform.process.pid());
  workload_->begin();
  sim_->kernel.set_after_events([this] { look(); });
  for (std::uint64_t i = 0; i < kWallSteps; ++i)
    sim_->kernel.after(wall_dice_.below(draw_.trouble_ns), [this] { step_wall(); });
  sim_->kernel.after(draw_.trouble_ns, [this] {
    judged_alive_ = faults_.armed() && !workload_->done();
    heal();
  });
  if (const int status = server.run(); status != 0)
    sim_->kernel.fail(fmt::format("the server ends with status {}", status));
}

// After a SHUTDOWN the last replies, and the ends of connections, are still under way.
void ServerProgram::outlive_server() {
  if (!stopping_ && !workload_->ended_server()) sim_->kernel.fail("the server ends, and nobody told it to");
  AllHeard all_heard(*workload_);
  if (!workload_->done() && !sim_->kernel.block(all_heard, sim_->kernel.now_ns() + kAnswerNs))
    sim_->kernel.fail("long after the server's end " + workload_->waiting(false));
}

void ServerProgram::judge_end() {
  Kernel& kernel = sim_->kernel;
  const std::string left = kernel.open_descriptors();
  if (!left.empty()) kernel.fail("descriptors are left open: " + left);
  if (sim_->threads.alive() != 0) kernel.fail("a thread was not joined");
  if (sim_->pollers.alive() != 0) kernel.fail("a poller was not freed");
  if (std::string wrong = workload_->verdict(); !wrong.empty()) kernel.fail(std::move(wrong));
  if (std::string wrong = wrong_on_disk(); !wrong.empty()) kernel.fail(std::move(wrong));
  // After a SHUTDOWN a fault may have kept the server from looking whose it is.
  if (sim_->files.content(kPidFile) != nullptr && !refused_ && !ended_in_trouble_)
    kernel.fail("the pid file is left");
}

std::string ServerProgram::wrong_on_disk() {
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

std::map<std::string, std::string> ServerProgram::crash() {
  // What may be there was noted when it was written.
  Dice dice(options_.seed, kCrashStream);
  sim_->files.crash(dice);
  return sim_->files.contents();
}

// Somebody sets the clock. Not back while keys may have expired: that they are gone is known to nobody.
void ServerProgram::step_wall() {
  if (!faults_.strike(Fault::wall_step)) return;
  const auto by = static_cast<std::int64_t>(faults_.below(Fault::wall_step, kWallStepUs));
  const bool back = draw_.pings && faults_.below(Fault::wall_step, 2) == 0;
  sim_->clock.step_wall(back ? -by : by);
  sim_->kernel.tell([&] { return fmt::format("the wall clock is set by {} us", back ? -by : by); });
}

// Nothing is wrong with that when a fault has struck that a start cannot go on with.
void ServerProgram::refuse(std::string why) {
  const bool excused = std::any_of(kRefusals.begin(), kRefusals.end(), [this](Fault fault) {
    return faults_.counts()[static_cast<std::size_t>(fault)] != 0;
  });
  if (!draw_.early_faults || !excused) sim_->kernel.fail(std::move(why));
  refused_ = true;
}

// Is it over?
void ServerProgram::look() {
  if (stopping_ || ended_) return;
  // A client has told it to end. Whoever is stalled may hold it until faults are over.
  const bool told = workload_->ended_server() && healed_;
  if (!told && !workload_->done()) return;
  heal();
  stopping_ = true;
  if (!told) sim_->process.raise(SIGTERM);
  expect_end(sim_->kernel.stood_still_ns());
}

// Nobody has anything to wait for now: a server that does would wait until its shutdown-timeout.
void ServerProgram::expect_end(std::uint64_t stood_still_ns) {
  sim_->kernel.after(kEndNs, [this, stood_still_ns] {
    if (ended_) return;
    if (const std::uint64_t now = sim_->kernel.stood_still_ns(); now != stood_still_ns)
      return expect_end(now);
    sim_->kernel.fail("the server does not end, long after it was told to");
  });
}

void ServerProgram::heal() {
  if (healed_) return;
  faults_.heal();
  workload_->heal();
  healed_ = true;
  sim_->kernel.after(kAnswerNs, [this] {
    if (!workload_->done()) sim_->kernel.fail("long after the last fault " + workload_->waiting(false));
  });
}

// Everybody sleeps, and but for the passing of time would for ever.
std::string ServerProgram::stuck() const {
  if (!healed_ || ended_) return {};
  if (stopping_) return "all threads sleep, but the server was told to end";
  const std::string waiting = workload_->waiting(true);
  return waiting.empty() ? std::string() : "all threads sleep, but " + waiting;
}

}  // namespace baton::sim
