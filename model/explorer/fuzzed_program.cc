#include "model/explorer/fuzzed_program.h"

namespace baton::explorer {

FuzzedProgram::FuzzedProgram() : tally_(std::make_unique<model::Tally>()), before_(model::Run::current()) {
  model::Run& run = model::Run::current();
  run.tally = tally_.get();
  run.defect = model::kNoDefect;
  run.fail = [](const char* what, const model::CallSite& site) { Engine::current().fail(what, site); };
}

FuzzedProgram::~FuzzedProgram() { model::Run::current() = before_; }

MachineOptions FuzzedMachine::options() const {
  MachineOptions machine;
  machine.stale = byte_ % 4;
  machine.spurious = byte_ / 4 % 2;
  machine.bell_orders = byte_ / 8 % 2 != 0;
  return machine;
}

std::vector<FuzzedMachine> FuzzedMachine::simpler() const {
  std::vector<FuzzedMachine> all;
  if ((byte_ & 4U) != 0) all.emplace_back(byte_ & ~4U);
  for (unsigned stale = 0; stale < byte_ % 4; ++stale) all.emplace_back((byte_ & ~3U) | stale);
  if ((byte_ & 8U) != 0) all.emplace_back(byte_ & ~8U);
  return all;
}

std::string FuzzedMachine::text() const {
  const MachineOptions machine = options();
  std::string text = machine.stale == 0
                         ? "loads read the newest store"
                         : "loads look back " + std::to_string(machine.stale) + " stores at most";
  if (machine.spurious != 0) text += ", one failure without cause for each thread";
  if (machine.bell_orders) text += ", bells order memory";
  return text;
}

}  // namespace baton::explorer
