#include "model/mutants.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "model/explorer/explorer_engine.h"
#include "model/explorer/search.h"
#include "model/explorer/weakenings.h"
#include "model/run.h"

namespace baton::model {
namespace {

using explorer::How;
using explorer::MachineOptions;
using explorer::Plan;
using explorer::Report;
using explorer::ScenarioProgram;

using Clock = std::chrono::steady_clock;

constexpr MachineOptions kStale{.stale = 2};
constexpr MachineOptions kSpurious{.stale = 2, .spurious = 1};
// Wake-ups without cause multiply the schedules: they belong to the proofs that stay this small with them.
constexpr std::uint64_t kSpuriousExecutions = 20'000;
// A mutant may make more schedules than the source as it is.
constexpr std::uint64_t kProofFactor = 20;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Of this process and its ended children.
double processor_seconds() {
  double seconds = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    ::rusage usage{};
    ::getrusage(who, &usage);
    for (const ::timeval& part : {usage.ru_utime, usage.ru_stime})
      seconds += static_cast<double>(part.tv_sec) + 1e-6 * static_cast<double>(part.tv_usec);
  }
  return seconds;
}

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(2);
}

// A scenario, and what is known of it before the hunt.
struct Ground {
  Scenario scenario;
  OperationTable operations{};
  bool proof = false;
  bool spurious_proof = false;   // also with wake-ups without cause
  std::uint64_t executions = 0;  // of the unweakened proof
};

std::vector<Ground> survey(const MutantOptions& options, OperationTable& everything, Mutants& mutants) {
  std::vector<Ground> grounds;
  for (Scenario& scenario : options.scenarios()) {
    Ground ground{.scenario = std::move(scenario)};
    ground.operations = explorer::operations_of(ground.scenario);
    for (const Operation& operation : ground.operations) everything.add(operation);
    if (options.scenario.empty() || options.scenario == ground.scenario.name)
      grounds.push_back(std::move(ground));
  }
  for (Ground& ground : grounds) {
    ScenarioProgram program(ground.scenario.program);
    // False: not to the end.
    const auto search = [&](const Plan& plan) {
      const Report report = explorer::search(program, plan);
      if (report.failed)
        mutants.broken.push_back(std::string(ground.scenario.name) + ": " + report.failure.what);
      ground.executions = report.executions;
      return report.complete;
    };
    if (ground.scenario.size != Size::kOneRound) {
      search({.how = How::kPct, .machine = kSpurious, .executions = options.samples});
      continue;
    }
    const std::uint64_t most = options.all_proofs ? 0 : options.proof_executions;
    // Stale reads multiply the schedules: who has many without them is told early.
    ground.proof = search({.how = How::kDpor, .executions = most / 2}) &&
                   search({.how = How::kDpor, .machine = kStale, .executions = most});
    if (ground.proof && ground.executions < kSpuriousExecutions) {
      const std::uint64_t executions = ground.executions;
      ground.spurious_proof =
          search({.how = How::kDpor, .machine = kSpurious, .executions = kSpuriousExecutions});
      ground.executions = executions;
    }
  }
  // The small ones first: most kills are there, and cheap.
  std::stable_sort(grounds.begin(), grounds.end(), [](const Ground& a, const Ground& b) {
    if (a.proof != b.proof) return a.proof;
    return a.proof && a.executions < b.executions;
  });
  return grounds;
}

// Operations in the text of the primitives that no scenario runs. Their folders are those of the operations
// met.
std::vector<std::string> unmet_primitives(const std::string& primitives, const OperationTable& table) {
  std::set<std::string> folders;
  for (const Operation& operation : table) {
    const std::string path = operation.site.file;
    if (path.find(primitives) != std::string::npos) folders.insert(path.substr(0, path.rfind('/') + 1));
  }
  std::vector<std::string> unmet;
  for (const std::string& folder : folders) {
    if (!std::filesystem::is_directory(folder)) continue;  // the sources are elsewhere by now
    for (std::string& line : unmet_operations(folder, table)) {
      if ((folder + line).find(primitives) != std::string::npos) unmet.push_back(std::move(line));
    }
  }
  return unmet;
}

// Runs one plan, adds it to the hunt; true if it killed.
bool run_plan(ScenarioProgram& program, const Plan& plan, Hunt& hunt, Report& report) {
  report = explorer::search(program, plan);
  hunt.executions += report.executions;
  hunt.seconds += report.seconds;
  if (!report.failed) return false;
  hunt.killed = true;
  hunt.strategy = explorer::name_of(plan);
  hunt.schedule = report.executions;
  hunt.failure = report.failure.what;
  hunt.replay = explorer::text_of(report.schedule);
  return true;
}

Hunt sample(const Ground& ground, const MutantOptions& options) {
  Hunt hunt{.scenario = ground.scenario.name, .proof = ground.proof};
  ScenarioProgram program(ground.scenario.program);
  Report report;
  for (const How how : {How::kPct, How::kRandom}) {
    if (run_plan(program, {.how = how, .machine = kSpurious, .executions = options.samples}, hunt, report))
      break;
  }
  return hunt;
}

void prove(const Ground& ground, const MutantOptions& options, Hunt& hunt) {
  ScenarioProgram program(ground.scenario.program);
  const std::uint64_t most = options.all_proofs ? 0 : options.proof_executions * kProofFactor;
  Report report;
  std::vector<MachineOptions> machines = {{}, kStale};
  if (ground.spurious_proof) machines.push_back(kSpurious);
  bool complete = true;
  for (const MachineOptions& machine : machines) {
    if (run_plan(program, {.how = How::kDpor, .machine = machine, .executions = most}, hunt, report)) return;
    complete = complete && report.complete;
  }
  hunt.complete = complete;
}

// One line to the parent: the mutant's number, then the fields, tabs in between.
void tell(int to, std::size_t mutant, const Hunt& hunt) {
  std::ostringstream line;
  line << mutant << '\t' << hunt.scenario << '\t' << hunt.killed << '\t' << hunt.complete << '\t'
       << hunt.proof << '\t' << hunt.strategy << '\t' << hunt.schedule << '\t' << hunt.failure << '\t'
       << hunt.replay << '\t' << hunt.executions << '\t' << hunt.seconds << '\n';
  const std::string text = line.str();
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(to, text.data() + done, text.size() - done);
    if (written < 0) ::_exit(3);
    done += static_cast<std::size_t>(written);
  }
}

// "BEGIN mutant scenario": whatever the mutant does to this process is put down to it.
void announce(int to, std::size_t mutant, const char* scenario) {
  const std::string text = "BEGIN\t" + std::to_string(mutant) + '\t' + scenario + '\n';
  if (::write(to, text.data(), text.size()) < 0) ::_exit(3);
}

void hunt_one(const std::vector<Ground>& grounds, const MutantOptions& options, std::size_t number,
              const Weakening& weakening, int to) {
  Run& run = Run::current();
  run.weakening = weakening;
  std::vector<const Ground*> where;
  for (const Ground& ground : grounds) {
    if (ground.operations.contains(weakening.operation)) where.push_back(&ground);
  }
  std::vector<Hunt> hunts;
  bool killed = false;
  for (const Ground* ground : where) {
    announce(to, number, ground->scenario.name);
    hunts.push_back(sample(*ground, options));
    killed = killed || hunts.back().killed;
    if (killed && !options.everywhere) break;
  }
  for (std::size_t i = 0; i < hunts.size(); ++i) {
    if (!where[i]->proof || hunts[i].killed || (killed && !options.everywhere)) continue;
    announce(to, number, where[i]->scenario.name);
    prove(*where[i], options, hunts[i]);
    killed = killed || hunts[i].killed;
  }
  for (const Hunt& hunt : hunts) tell(to, number, hunt);
  run.weakening = {};
}

struct Worker {
  ::pid_t pid = -1;
  int from = -1;
  std::string text;         // not yet a whole line
  std::size_t next = 0;     // the mutant that a successor begins with
  std::string scenario;     // where the running one is
  std::size_t running = 0;  // number of the running one
};

void start(Worker& worker, const std::vector<Ground>& grounds, const std::vector<Mutant>& mutants,
           const MutantOptions& options) {
  int ends[2];
  if (::pipe(ends) != 0) die("pipe");
  std::fflush(nullptr);
  worker.pid = ::fork();
  if (worker.pid < 0) die("fork");
  if (worker.pid == 0) {
    ::close(ends[0]);
    if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(3);  // traps speak there
    for (std::size_t i = worker.next; i < mutants.size(); i += options.workers) {
      hunt_one(grounds, options, i, mutants[i].weakening.weakening, ends[1]);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  worker.from = ends[0];
  worker.text.clear();
}

Hunt hunt_of(const std::vector<std::string>& field) {
  return {.scenario = field[1],
          .killed = field[2] == "1",
          .complete = field[3] == "1",
          .proof = field[4] == "1",
          .strategy = field[5],
          .schedule = std::strtoull(field[6].c_str(), nullptr, 10),
          .failure = field[7],
          .replay = field[8],
          .executions = std::strtoull(field[9].c_str(), nullptr, 10),
          .seconds = std::strtod(field[10].c_str(), nullptr)};
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

void take(Worker& worker, const std::string& line, std::vector<Mutant>& mutants) {
  const std::vector<std::string> field = fields_of(line);
  if (field[0] == "BEGIN") {
    worker.running = std::strtoull(field[1].c_str(), nullptr, 10);
    worker.scenario = field[2];
    return;
  }
  mutants[std::strtoull(field[0].c_str(), nullptr, 10)].hunts.push_back(hunt_of(field));
}

// Until the worker has ended; one that a mutant killed has a successor that goes on behind it.
void follow(Worker& worker, const std::vector<Ground>& grounds, std::vector<Mutant>& mutants,
            const MutantOptions& options) {
  for (;;) {
    char piece[65536];
    const ssize_t length = ::read(worker.from, piece, sizeof piece);
    if (length > 0) {
      worker.text.append(piece, static_cast<std::size_t>(length));
      for (std::size_t end = 0; (end = worker.text.find('\n')) != std::string::npos;) {
        take(worker, worker.text.substr(0, end), mutants);
        worker.text.erase(0, end + 1);
      }
      continue;
    }
    ::close(worker.from);
    int status = 0;
    if (::waitpid(worker.pid, &status, 0) < 0) die("waitpid");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    Hunt hunt{.scenario = worker.scenario, .killed = true, .strategy = "sample"};
    hunt.failure = WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "the process ended";
    mutants[worker.running].hunts = {hunt};
    worker.next = worker.running + options.workers;
    start(worker, grounds, mutants, options);
  }
}

}  // namespace

const Hunt* Mutant::kill() const {
  for (const Hunt& hunt : hunts) {
    if (hunt.killed) return &hunt;
  }
  return nullptr;
}

bool Mutant::proved() const {
  bool any = false;
  for (const Hunt& hunt : hunts) {
    if (hunt.killed || (hunt.proof && !hunt.complete)) return false;
    any = any || hunt.proof;
  }
  return any;
}

Mutants hunt(const MutantOptions& options) {
  const Clock::time_point begin = Clock::now();
  Mutants mutants;
  OperationTable everything;
  const std::vector<Ground> grounds = survey(options, everything, mutants);
  mutants.unmet = unmet_primitives(options.primitives, everything);
  for (NamedWeakening& weakening : weakenings_of(everything, options.primitives.c_str())) {
    const auto runs_it = [&](const Ground& ground) {
      return ground.operations.contains(weakening.weakening.operation);
    };
    if (std::any_of(grounds.begin(), grounds.end(), runs_it))
      mutants.all.push_back({std::move(weakening), {}});
  }
  if (!mutants.broken.empty()) return mutants;
  std::vector<Worker> workers(options.workers);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    workers[i].next = i;
    start(workers[i], grounds, mutants.all, options);
  }
  for (Worker& worker : workers) follow(worker, grounds, mutants.all, options);
  mutants.seconds = since(begin);
  mutants.processor_seconds = processor_seconds();
  return mutants;
}

std::vector<std::string> judge(const Mutants& mutants, const std::map<std::string, Survivor>& survivors) {
  std::vector<std::string> complaints;
  for (const std::string& scenario : mutants.broken) complaints.push_back("fails unweakened: " + scenario);
  for (const std::string& line : mutants.unmet) complaints.push_back("run by no scenario: " + line);
  std::map<std::string, bool> known;
  for (const Mutant& mutant : mutants.all) {
    const std::string& name = mutant.weakening.name;
    known[name] = true;
    const Hunt* const kill = mutant.kill();
    const auto listed = survivors.find(name);
    if (kill == nullptr && listed == survivors.end()) {
      complaints.push_back("survives, and is not in survivors.txt: " + name);
    }
    if (kill == nullptr && !mutant.proved()) {
      complaints.push_back("survives, and no search of it came to its end: " + name);
    }
    if (kill != nullptr && listed != survivors.end()) {
      complaints.push_back("in survivors.txt, but killed by " + kill->scenario + ": " + name);
    }
    if (listed != survivors.end() && listed->second.kind == "over-strong") {
      complaints.push_back("stronger than needed, weaken it in queues/: " + name);
    }
  }
  for (const auto& [name, survivor] : survivors) {
    if (!known[name]) complaints.push_back("in survivors.txt, but no such operation is run: " + name);
  }
  return complaints;
}

bool read_verdicts(const std::string& path, OtherVerdicts& verdicts) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> field = fields_of(line);
    if (field.size() < 4) return false;
    verdicts[field[1]][field[0]] = {.killed = field[2] == "killed",
                                    .complete = field[2] == "complete",
                                    .failure = field[3],
                                    .where = field.size() > 4 ? field[4] : ""};
  }
  return file.eof() && !verdicts.empty();
}

std::vector<std::string> disagreements(const Mutants& mutants, const OtherVerdicts& other, bool some) {
  std::vector<std::string> found;
  if (const auto unweakened = other.find(""); unweakened != other.end()) {
    for (const auto& [scenario, verdict] : unweakened->second) {
      const auto fails = [&name = scenario](const std::string& broken) {
        return broken.starts_with(name + ":");
      };
      const bool here = std::any_of(mutants.broken.begin(), mutants.broken.end(), fails);
      if (here != verdict.killed)
        found.push_back(scenario + " * fails unweakened under " + (here ? "the explorer" : "relacy") +
                        " alone");
    }
  }
  for (const Mutant& mutant : mutants.all) {
    const std::string& name = mutant.weakening.name;
    const auto verdicts = other.find(name);
    if (verdicts == other.end()) {
      if (!some) found.push_back(name + " * met by the explorer alone");
      continue;
    }
    bool killed_there = false;
    for (const auto& [scenario, verdict] : verdicts->second) killed_there = killed_there || verdict.killed;
    if (killed_there != (mutant.kill() != nullptr)) {
      found.push_back(name + " * killed by " + (killed_there ? "relacy" : "the explorer") + " alone");
    }
    for (const Hunt& hunt : mutant.hunts) {
      const auto verdict = verdicts->second.find(hunt.scenario);
      if (verdict == verdicts->second.end()) continue;
      if (hunt.killed && verdict->second.complete) {
        found.push_back(name + " " + hunt.scenario + " killed by the explorer, complete in relacy");
      }
      if (hunt.complete && verdict->second.killed) {
        found.push_back(name + " " + hunt.scenario + " killed by relacy, complete in the explorer");
      }
    }
  }
  return found;
}

}  // namespace baton::model
