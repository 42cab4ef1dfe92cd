// Every scenario of model/ under schedules made of bytes.
//
// Bytes     which scenario; the machine; the rest is the schedule.
// Holds     what each scenario lists under Always.
//
// A defect is named "scenario: defect", and pins the scenario. A failure prints the line for baton_explorer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include "fuzz/schedule_fuzzer.h"
#include "model/explorer/scenarios.h"

namespace {

using namespace baton;

// Each scenario in turn, in one room.
class AnyScenario final : public explorer::Program {
 public:
  AnyScenario() : scenarios_(explorer::explorer_scenarios()) {
    for (const model::Scenario& scenario : scenarios_) {
      size_ = std::max(size_, scenario.program.size);
      align_ = std::max(align_, scenario.program.align);
    }
    room_ = ::operator new(size_, std::align_val_t(align_));
  }
  ~AnyScenario() override { ::operator delete(room_, std::align_val_t(align_)); }

  [[nodiscard]] const std::vector<model::Scenario>& all() const { return scenarios_; }
  const model::Scenario& choose(std::size_t index) {
    now_ = &scenarios_[index];
    return *now_;
  }

  [[nodiscard]] unsigned threads() const override { return now_->program.threads; }
  void construct() override {
    model::Run::current().deferred.forget();
    now_->program.construct(room_);
  }
  void thread(unsigned index) override { now_->program.thread(room_, index); }
  void after() override { now_->program.after(room_); }
  void destroy() override { now_->program.destroy(room_); }

 private:
  std::vector<model::Scenario> scenarios_;
  const model::Scenario* now_ = nullptr;
  std::size_t size_ = 1;
  std::size_t align_ = 1;
  void* room_ = nullptr;
};

// Defects of all scenarios, as one list.
class Defects {
 public:
  Defects() {
    const std::vector<model::Scenario> all = explorer::explorer_scenarios();
    for (std::size_t scenario = 0; scenario < all.size(); ++scenario) {
      for (std::size_t defect = 0; defect < all[scenario].defects.size(); ++defect) {
        texts_.push_back(std::string(all[scenario].name) + ": " + all[scenario].defects[defect]);
        places_.push_back({scenario, static_cast<int>(defect)});
      }
    }
    for (const std::string& text : texts_) names_.push_back(text.c_str());
  }

  struct Place {
    std::size_t scenario;
    int defect;
  };
  [[nodiscard]] const Place& operator[](std::size_t index) const { return places_[index]; }
  [[nodiscard]] std::span<const char* const> names() const { return names_; }

 private:
  std::vector<std::string> texts_;
  std::vector<Place> places_;
  std::vector<const char*> names_;
};

const Defects& defects() {
  static const Defects kAll;
  return kAll;
}

struct Target {
  AnyScenario program;
  ScheduleFuzzer fuzzer;
  std::vector<std::string> replays;  // a command for each scenario
  int pinned = -1;

  Target() {
    const int chosen = ScheduleFuzzer::defect_among(fuzzed_defects());
    if (chosen >= 0) {
      const Defects::Place& place = defects()[static_cast<std::size_t>(chosen)];
      pinned = static_cast<int>(place.scenario);
      model::Run::current().defect = place.defect;
    }
    for (const model::Scenario& scenario : program.all()) {
      replays.push_back(std::string("baton_explorer --scenario ") + scenario.name);
      if (chosen >= 0) replays.back() += std::string(" --defect '") + scenario_defect(scenario) + "'";
    }
  }

  static std::string scenario_defect(const model::Scenario& scenario) {
    const auto defect = static_cast<std::size_t>(model::Run::current().defect);
    return defect < scenario.defects.size() ? scenario.defects[defect] : "";
  }

  void run(ScheduleFuzzer::Bytes bytes) {
    std::size_t which = bytes.below(256) % program.all().size();
    if (pinned >= 0) which = static_cast<std::size_t>(pinned);
    const unsigned kind = bytes.below(8);
    explorer::MachineOptions machine;
    machine.stale = kind % 4;
    machine.spurious = kind / 4;
    program.choose(which);
    fuzzer.run(program, machine, bytes.rest(), replays[which]);
  }
};

}  // namespace

std::span<const char* const> baton::fuzzed_defects() { return defects().names(); }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  target.run({data, size});
  return 0;
}
