// baton_sim: runs the whole server on a simulated platform, by seed.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "model/number_options.h"
#include "model/sim/campaign.h"
#include "model/sim/weaken.h"

namespace {

using baton::sim::CampaignOptions;

constexpr int kBadArguments = 2;
constexpr double kSecondsDefault = 60;
constexpr std::uint64_t kShardsMax = 1'000'000;  // times the processes of a swarm that is still a number

// Beside the program, in the build folder: where the page of a failing run goes that nobody named.
std::string own_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "." : program.parent_path().string();
}

// "i/n" with i < n; false: it is not that.
bool parse_shard(const std::string& text, CampaignOptions& options) {
  const char* const end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, options.shard);
  if (index.ec != std::errc() || index.ptr == end || *index.ptr != '/') return false;
  const auto count = std::from_chars(index.ptr + 1, end, options.shards);
  return count.ec == std::errc() && count.ptr == end && options.shards <= kShardsMax &&
         options.shard < options.shards;
}

// A seed a line, with a word about it behind; lines that begin with # are comments.
bool read_seeds(const std::string& path, std::vector<std::uint64_t>& seeds, std::string& wrong) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::string seed = line.substr(0, line.find(' '));
    wrong = baton::model::is_count(seed);
    if (!wrong.empty()) return false;
    seeds.push_back(std::stoull(seed));
  }
  if (seeds.empty()) wrong = "there is no seed in it";
  return !seeds.empty();
}

int refuse(const std::string& why) {
  fmt::print(stderr, "baton_sim: {}\n", why);
  return kBadArguments;
}

}  // namespace

int main(int argc, char** argv) {
  CampaignOptions options;
  options.program = argv[0];
  options.folder = own_folder();
  std::uint64_t seed = 0;
  unsigned io_threads = 0;
  std::string shard;
  std::vector<std::string> without;
  std::vector<std::string> merge;
  bool swarm = false;
  std::string weakening;
  bool list_weakenings = false;

  CLI::App app(
      "Runs the whole server on a simulated platform: threads are fibers, time is virtual, and everything, "
      "faults included, comes from a seed. Without arguments: for 60 seconds.",
      "baton_sim");
  auto* const one =
      app.add_option("--seed", seed, "run this seed only, and tell about it")->check(baton::model::is_count);
  auto* const first =
      app.add_option("--first", options.first_seed, "the first seed (1)")->check(baton::model::is_count);
  auto* const seeds = app.add_option("--seeds", options.seeds, "so many seeds")
                          ->check(baton::model::is_count)
                          ->check(CLI::PositiveNumber);
  auto* const seconds =
      app.add_option("--seconds", options.seconds, "for so long")->check(baton::model::is_time);
  std::string kept;
  auto* const regression =
      app.add_option("--kept", kept, "the seeds of this file first, and alone unless --seeds or --seconds")
          ->check(baton::model::is_text);
  auto* const part =
      app.add_option("--shard", shard, "i/n: seeds with seed % n == i")->check(baton::model::is_text);
  auto* const all_cores = app.add_flag("--swarm", swarm, "a process for each core");
  double patience = 0;
  auto* const patient =
      app.add_option("--patience", patience, "seconds after which a run that does not end fails (60)")
          ->check(baton::model::is_time);
  app.add_flag("--twice", options.twice, "run each seed twice and compare the traces");
  auto* const hashes =
      app.add_flag("--hashes", options.hashes, "print seed and hash of each run, and nothing else");
  auto* const json = app.add_option("--json", options.json, "write the sums of the campaign there")
                         ->check(baton::model::is_text)
                         ->excludes(regression);
  auto* const merged =
      app.add_option("--merge", merge, "add up such files, and run nothing")->check(baton::model::is_text);
  app.add_option(
         "--picture", options.picture,
         "draw the first failing run, or that of --seed, as this page (sim-SEED.html beside the program, "
         "when a run fails)")
      ->check(baton::model::is_text);
  app.add_option("--trace", options.trace, "the same as Chrome trace events")->check(baton::model::is_text);
  auto* const keep_going =
      app.add_flag("--keep-going", options.keep_going, "do not end at the first failure");
  app.add_option("--without", without, "leave this kind of fault out (may be repeated)")
      ->allow_extra_args(false);
  app.add_option("--cuts", options.run.cuts, "leave clients and operations out, as a failure prints them")
      ->check(baton::model::is_text)
      ->needs(one);
  auto* const threads =
      app.add_option("--io-threads", io_threads, "instead of the seed's")->check(CLI::Range(1, 6));
  app.add_option("--weaken", weakening, "run with this weakening of the hand-off, which should be found")
      ->check(baton::model::is_text);
  auto* const list = app.add_flag("--weakenings", list_weakenings, "list them");
  app.add_flag("--verbose", options.run.verbose, "show the server's log");
  regression->excludes(part)->excludes(all_cores);
  one->excludes(first)
      ->excludes(regression)
      ->excludes(seeds)
      ->excludes(seconds)
      ->excludes(part)
      ->excludes(all_cores)
      ->excludes(patient)
      ->excludes(hashes)
      ->excludes(json)
      ->excludes(keep_going);
  for (auto* const listing : {merged, list}) {
    for (auto* const option : app.get_options())
      if (option != listing && option != app.get_help_ptr()) listing->excludes(option);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadArguments;
  }
  if (*merged) return baton::sim::merge_totals(merge);
  if (!shard.empty() && !parse_shard(shard, options))
    return refuse(
        fmt::format("--shard is i/n with i below n, which is at most {}, not '{}'", kShardsMax, shard));
  if (options.seeds > std::numeric_limits<std::uint64_t>::max() - options.first_seed)
    return refuse(fmt::format("there are no {} seeds from {} on", options.seeds, options.first_seed));
  for (const std::string& name : without) {
    const auto fault = baton::sim::fault_named(name);
    if (!fault) return refuse("there is no kind of fault '" + name + "'");
    options.run.without.push_back(*fault);
  }
  if (list_weakenings) {
    for (const auto& known : baton::sim::weakenings()) fmt::print("{}\n", known.name);
    return 0;
  }
  if (!weakening.empty()) {
    if (!baton::sim::weaken(weakening))
      return refuse("the server's hand-off has no weakening '" + weakening + "'; --weakenings lists them");
    options.program += " --weaken '" + weakening + "'";
  }
  if (*patient) options.patience_seconds = patience;
  if (*threads) options.run.io_threads = io_threads;
  if (*one) {
    options.run.seed = seed;
    if (!options.run.cuts.empty() && !baton::sim::cuts_fit(options.run))
      return refuse(
          fmt::format("the plan of seed {} has no such parts to cut: '{}'", seed, options.run.cuts));
    return run_one(options);
  }
  if (std::string wrong; *regression && !read_seeds(kept, options.kept_seeds, wrong))
    return refuse(fmt::format("{}: {}", kept, wrong));
  if (swarm) options.processes = static_cast<unsigned>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  options.kept_alone = *regression && options.seeds == 0 && options.seconds == 0;
  if (options.seeds == 0 && options.seconds == 0) options.seconds = kSecondsDefault;
  return run_campaign(options);
}
