// ServerProgram: the threads of one simulated run, for the explorer. The server's main thread is the first,
// and starts the others; this says when faults strike, when they end, and what must hold then and at the end.
//
// The program stands in its engine's execution: what it owns outlives the execution, what the server owns is
// on the fibers' stacks and is abandoned when the execution is cut.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "model/explorer/engine.h"
#include "model/sim/run_draw.h"
#include "model/sim/sim_platform.h"
#include "model/sim/sim_run.h"
#include "model/sim/sim_strategy.h"
#include "model/sim/workload.h"

namespace baton::sim {

inline constexpr const char* kConfigFile = "/srv/baton.conf";

class ServerProgram final : public explorer::Program {
 public:
  // `disk`: files by path.
  ServerProgram(const RunOptions& options, const RunDraw& draw, SimStrategy& strategy,
                const std::map<std::string, std::string>& disk);
  ~ServerProgram() override;

  [[nodiscard]] unsigned threads() const override { return 1; }
  void construct() override;
  void thread(unsigned) override;
  void after() override {}
  void destroy() override {}

  // Of the disk as it is, while the server runs or after a crash.
  [[nodiscard]] std::string wrong_on_disk();
  // The power fails: what the disk holds.
  [[nodiscard]] std::map<std::string, std::string> crash();

  [[nodiscard]] bool idle() { return sim_->kernel.idle(); }
  [[nodiscard]] bool refused() const { return refused_; }
  // Faults ended before the clients did.
  [[nodiscard]] bool judged_alive() const { return judged_alive_; }
  [[nodiscard]] const Faults& faults() const { return faults_; }
  [[nodiscard]] const SimPlatform& sim() const { return *sim_; }
  [[nodiscard]] Workload& workload() { return *workload_; }

 private:
  std::unique_ptr<Workload> make_workload();
  void serve();
  void outlive_server();
  void judge_end();
  void step_wall();
  void refuse(std::string why);
  void look();
  void expect_end(std::uint64_t stood_still_ns);
  void heal();
  [[nodiscard]] std::string stuck() const;

  const RunOptions& options_;
  const RunDraw& draw_;
  SimStrategy& strategy_;
  const std::map<std::string, std::string>& disk_;
  Faults faults_;
  std::unique_ptr<SimPlatform> sim_;
  std::unique_ptr<Workload> workload_;
  Dice wall_dice_;
  bool healed_ = false;
  bool judged_alive_ = false;
  bool stopping_ = false;  // told to end
  bool ended_ = false;
  bool ended_in_trouble_ = false;  // while faults could still strike
  bool refused_ = false;
};

}  // namespace baton::sim
