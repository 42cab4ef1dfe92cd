// Mutants: every operation of the primitives weakened, one at a time, and hunted by the explorer until a
// scenario fails.
//
//   Mutants mutants = hunt(options);                       // in worker processes
//   for (const Mutant& mutant : mutants.all) ...           // the kill matrix
//   for (const std::string& complaint : judge(mutants, listed)) puts(complaint.c_str());
//
// The places come from the runs themselves (model/site.h), so an operation is covered the moment it is
// written. A mutant is sampled first, in every scenario that runs its operation, and then searched to the
// end, without and with stale reads, in those whose unweakened search ends within `proof_executions`: the
// proofs. A survivor is equivalent there, and only there; in the larger scenarios it is sampled, and the
// matrix names them.
//
// Owns   its workers. Each is a child that takes every n-th mutant, so that a mutant which follows a wild
// pointer
//        is one kill, and not the end of the hunt.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/gate.h"
#include "model/scenario.h"
#include "model/site.h"

namespace baton::model {

struct MutantOptions {
  std::vector<Scenario> (*scenarios)() = nullptr;
  std::string primitives = "queues/";  // part of the path of the sources whose operations are weakened
  unsigned workers = 2;
  bool everywhere = false;        // in every scenario, also those after the first kill: the whole matrix
  std::uint64_t samples = 1'500;  // schedules of each sampler in a scenario
  std::uint64_t proof_executions = 120'000;  // of the unweakened search of a proof, with stale reads
  bool all_proofs = false;                   // every scenario of one round is one, however long it takes
  std::string scenario{};                    // one alone, or all
};

// What one scenario said of one mutant.
struct Hunt {
  std::string scenario;
  bool killed = false;
  bool complete = false;       // not killed, and searched to the end with stale reads
  bool proof = false;          // was to be
  std::string strategy{};      // of the kill: "pct3", "random", "dpor", "dpor/s2"
  std::uint64_t schedule = 0;  // its number there, from 1
  std::string failure{};
  std::string replay{};  // the schedule as a string
  std::uint64_t executions = 0;
  double seconds = 0;
};

struct Mutant {
  NamedWeakening weakening;
  std::vector<Hunt> hunts;

  // The first kill, or null.
  [[nodiscard]] const Hunt* kill() const;
  // Not killed, and each proof that has it was searched to the end; at least one has it.
  [[nodiscard]] bool proved() const;
};

struct Mutants {
  std::vector<Mutant> all;
  std::vector<std::string> unmet;   // operations that no scenario runs
  std::vector<std::string> broken;  // scenarios that fail as they are: nothing can be said
  double seconds = 0;
  double processor_seconds = 0;  // of all workers together
};

Mutants hunt(const MutantOptions& options);

// The complaints; empty if the gate holds. A survivor has a line and a proof, a line has a survivor, no
// operation is unmet, and an order that is listed as too strong is to be weakened in production.
std::vector<std::string> judge(const Mutants& mutants, const std::map<std::string, Survivor>& survivors);

// Another engine's word on the same, as baton_models --verdicts writes it.
struct OtherVerdict {
  bool killed = false;
  bool complete = false;
  std::string failure{};
  std::string where{};  // "random:2766"
};
using OtherVerdicts = std::map<std::string, std::map<std::string, OtherVerdict>>;  // by mutant, then scenario

// False: the file cannot be read.
bool read_verdicts(const std::string& path, OtherVerdicts& verdicts);

// Where the two engines contradict each other, one a line: one kills what the other searched to its end in
// the same scenario, a mutant is killed by one of them alone, or a scenario fails as it is (under "" in
// `other`) under one of them alone. `some`: the other engine was not asked about every mutant, and those it
// does not know are no contradiction.
std::vector<std::string> disagreements(const Mutants& mutants, const OtherVerdicts& other, bool some);

}  // namespace baton::model
