// WorkStealingDeque under every schedule of its owner and its thieves.
//
// Always      Each task is run once, by whoever got it, after it was filled; no race on a task.
// Sometimes   A thief gets a task; the owner meets the deque full.
// Must fail   The owner takes the last task without a race for it, or runs a task that it has pushed; and
// what
//             --mutants does to each operation of the deque.
#include "work_stealing_deque.h"

#include "model/explorer/explorer_engine.h"
#include "model/explorer/explorer_main.h"

using namespace baton::model;
using baton::explorer::ExplorerEngine, baton::explorer::ExplorerSync, baton::explorer::explorer_main;

enum State { kStolen, kFull };
constexpr const char* kStates[] = {"stolen", "full"};
enum Defect { kUnraced, kRunAfterPush };
constexpr const char* kDefects[] = {"popped the last task without a race", "run after the push"};

struct Task {
  ExplorerSync::Cell<int> runs;
  void run() { runs.set(runs.get() + 1); }
};

struct Deque : WorkStealingDeque<Task, 2, ExplorerSync> {
  Deque() : WorkStealingDeque(0xFFFFFFFF) {}
  Task* pop() {
    if (!defect(kUnraced)) return try_pop();
    const std::uint32_t last = bottom_.load(std::memory_order_relaxed) - 1;
    if (top_.load(std::memory_order_seq_cst) == last + 1) return nullptr;
    bottom_.store(last, std::memory_order_seq_cst);
    return slot(last).load(std::memory_order_relaxed);
  }
};

template <unsigned Thieves, int Steals>
struct Stealing {
  static constexpr unsigned kThreads = 1 + Thieves;
  Task tasks[3];
  Deque deque;

  void thread(unsigned index) {
    if (index == 0) return own();
    for (int i = 0; i < Steals; ++i) {
      if (Task* const task = deque.try_steal()) reached(kStolen), task->run();
    }
  }
  void own() {
    for (Task& task : tasks) {
      task.runs.set(0);
      if (!deque.try_push(&task)) reached(kFull), task.run();
      if (defect(kRunAfterPush)) task.run();
    }
    while (Task* const task = deque.pop()) task->run();
  }
  void after() {
    for (Task& task : tasks) require(task.runs.get() == 1, "a task was lost or run twice");
  }
};

std::vector<Scenario> scenarios() {
  return {scenario_of<ExplorerEngine, Stealing<1, 2>>("one_thief", Size::kOneRound, kStates, kDefects),
          scenario_of<ExplorerEngine, Stealing<2, 1>>("two_thieves", Size::kOneRound, kStates, kDefects)};
}

int main(int count, char** arguments) {
  return explorer_main(count, arguments, {"work_stealing_model", scenarios, "work_stealing_deque.h"});
}
