// Campaign: many runs of the simulation, by seed, in one process or in one for each core, and watched.
//
// Seeds are split by remainder: a shard i of n takes those with seed % n == i, and a swarm splits a shard
// further over its processes, so any number of machines can work on one campaign without talking to each
// other. What they print adds up: runs, faults by kind, failures.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/sim/sim_run.h"
#include "model/sim/totals.h"

namespace baton::sim {

struct CampaignOptions {
  RunOptions run;                         // but for the seed
  std::vector<std::uint64_t> kept_seeds;  // before the others
  bool kept_alone = false;
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 0;  // 0: as many as fit in the time
  double seconds = 0;       // 0: until the seeds are run
  std::uint64_t shard = 0, shards = 1;
  unsigned processes = 1;
  double patience_seconds = 60;  // real ones: a process that starts no run for so long is hung
  bool twice = false;            // each run a second time: the hashes must agree
  bool keep_going = false;       // after a failure
  bool hashes = false;           // a line for each run: seed and trace hash, and nothing else
  std::string json;              // write the sums there
  std::string folder;            // for the page of a failing run, sim-SEED.html, when `picture` is not given
  std::string picture;           // of the first failing run, as small as it got; or of the one run
  std::string trace;             // the same as Chrome trace events
  std::string program;           // as it was called, for the line that replays
};

// Exit status: 0 all good, 1 a run failed or no key was judged, 2 a file cannot be written or nothing was
// run.
int run_campaign(const CampaignOptions& options);
// One run, told about in full.
int run_one(const CampaignOptions& options);
// Adds up what campaigns wrote as JSON, and prints it as they do. Exit status 2: a file is no such sum, or
// two have seeds in common.
int merge_totals(std::span<const std::string> files);

}  // namespace baton::sim
