// ExplorerEngine: the scenarios of model/ under the explorer.
//
//   for (const model::Scenario& scenario : model::all_scenarios<ExplorerEngine>()) {
//     ScenarioProgram program(scenario);
//     Report report = search(program, plan);
//   }
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "model/explorer/engine.h"
#include "model/explorer/explorer_sync.h"
#include "model/run.h"
#include "model/scenario.h"

namespace baton::explorer {

// A scenario as a program of the engine. Tells Run what it reached; the weakening and the defect are Run's.
// Call Run::current().tally's owner before: the constructor takes Run over, the destructor gives it back.
class ScenarioProgram final : public Program {
 public:
  explicit ScenarioProgram(const model::Program& scenario);
  ~ScenarioProgram() override;
  ScenarioProgram(const ScenarioProgram&) = delete;
  ScenarioProgram& operator=(const ScenarioProgram&) = delete;

  [[nodiscard]] unsigned threads() const override { return scenario_.threads; }
  void construct() override;
  void thread(unsigned index) override;
  [[nodiscard]] std::string thread_name(unsigned index) const override;
  void after() override;
  void destroy() override;

  // What the executions reached so far, by state.
  [[nodiscard]] const model::Tally& tally() const { return *tally_; }

 private:
  struct Free {
    void operator()(std::byte* room) const;
    std::size_t align = 0;
  };

  model::Program scenario_;
  std::unique_ptr<std::byte, Free> room_;
  std::unique_ptr<model::Tally> tally_;
  model::Tally* tally_before_;
};

// One search of a type-erased scenario, over Run::current(): full by source sets, bound by pre-emptions,
// random.
void run_search(const model::Program& scenario, const model::Search& search, std::uint64_t from,
                bool history);

struct ExplorerEngine {
  template <unsigned Threads>
  using Sync = BasicExplorerSync<false>;
  template <unsigned Threads>
  using SyncOrderingBell = BasicExplorerSync<true>;

  template <class S>
  static void run(const model::Search& search, std::uint64_t from, bool history) {
    run_search(model::program_of<S>(), search, from, history);
  }
  template <class S>
  static model::Program program() {
    return model::program_of<S>();
  }
};

}  // namespace baton::explorer
