#include "model/sim/weaken.h"

#include <algorithm>

#include "model/run.h"
#include "model/sim/sim_run.h"

namespace baton::sim {

namespace {

// Both queues, all numbers of I/O threads and changes of that number are among them.
constexpr std::uint64_t kRecordedSeeds = 40;

}  // namespace

std::vector<model::NamedWeakening> weakenings() {
  model::Run& run = model::Run::current();
  model::Tally tally;
  run.tally = &tally;
  run.recording = true;
  SimRun sim;
  RunOptions options;
  for (options.seed = 1; options.seed <= kRecordedSeeds; ++options.seed) (void)sim.run(options);
  run.recording = false;
  run.tally = nullptr;
  return weakenings_of(tally.operations, "queues/");
}

bool weaken(const std::string& name) {
  const std::vector<model::NamedWeakening> known = weakenings();
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == name; });
  if (found == known.end()) return false;
  model::Run::current().weakening = found->weakening;
  return true;
}

}  // namespace baton::sim
