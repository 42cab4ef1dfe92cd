// Exhaustive: every schedule, by running the program again and again with another decision.
//
//   kPlain    every interleaving; with a bound, those of at most that many pre-emptions
//   kSleep    one of each set that differs in the order of independent operations only, by sleep sets; all
//             interleavings are begun, the needless ones are pruned
//   kDpor     the same, by source sets (Abdulla, Aronis, Jonsson, Sagonas, 2014) with sleep sets: a thread is
//             tried at a decision only if an operation found later races with what was done there
//
// Two operations are dependent when they are on one object and one of them changes it. Everything else
// commutes: plain accesses that do not race, pauses once something they wait for has changed, operations on
// different objects. A pause that waits for several words is dependent with the first change of each.
//
// Blocking      A race with the very operation that enabled a lock or a wait cannot be turned around; what
// came
//               before it may. Operations that still wait when an execution ends in a deadlock race too. A
//               pause happens after whatever it cannot be enabled without.
// Values        Each choice of a value is a decision of its own, tried in full.
// Cost          An execution repeats the one before up to the decision that changes. What was found out about
//               those steps stands: the bookkeeping is taken back to there, not begun again.
// Checked by    model/explorer/self_check_test.cc: equal sets of traces for the three on random programs.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/explorer/engine.h"
#include "model/explorer/strategy.h"

namespace baton::explorer {

class Exhaustive final : public Strategy {
 public:
  enum class Kind : std::uint8_t { kPlain, kSleep, kDpor };
  static constexpr int kUnbounded = -1;

  // `preemptions` bounds kPlain only: the reductions are not sound under a bound.
  explicit Exhaustive(Kind kind, int preemptions = kUnbounded);

  void begin(unsigned threads) override;
  int pick(Engine& engine, ThreadMask enabled, int running) override;
  unsigned choose(unsigned options) override;
  void executes(Engine& engine, unsigned thread, Event event, const Object* object) override;
  void stays_blocked(Engine& engine, unsigned thread, Event event, const Object* object) override;
  bool next() override;

  // Decisions met in all executions: the nodes of the tree of schedules.
  [[nodiscard]] std::uint64_t states() const { return states_; }
  // Something was left out because of the bound on pre-emptions.
  [[nodiscard]] bool bounded() const { return bounded_; }

  // From now on also keep what fingerprint() needs (kDpor keeps it anyway).
  void keep_dependencies() { dependencies_ = true; }
  // Of the last execution up to the order of independent operations: who did what on what after what, and
  // with which values. When a pause ended is no part of it: what the thread saw next is.
  [[nodiscard]] std::uint64_t fingerprint() const;

 private:
  static constexpr std::uint32_t kNoObject = 0xFFFFFFFFU;

  // What a thread is about to do.
  struct Operation {
    Event event = Event::kBegin;
    std::uint32_t object = kNoObject;
  };
  struct Decision {
    std::uint16_t values = 0;  // more than 0: a choice of a value
    std::uint16_t value = 0;
    ThreadMask enabled = 0, tried = 0, wanted = 0, sleeping = 0;
    std::int16_t running = -1, chosen = -1;
    std::uint16_t preemptions = 0;  // before this decision
    std::array<Operation, kThreadsMax> next;
  };
  struct Step {
    std::uint8_t thread = 0;
    std::uint32_t decision = 0;
    std::uint32_t previous = 0;  // of its thread; 0: none
    bool changes = false;
    std::uint32_t object = kNoObject;
    Clock clock;  // in steps: what this one depends on, itself included
    std::uint64_t value = 0;
  };
  struct Change {
    std::uint32_t step;
    std::uint32_t state_before;
    std::uint32_t version_before;
  };
  struct History {  // of one object in this execution
    std::vector<Change> changes;
    std::array<std::uint32_t, kThreadsMax> last_read{};
    Clock changed, read;  // what the last change, and the reads since, depend on
  };
  struct Undo {  // what a step did to the history of an object
    std::uint32_t step;
    std::uint32_t object;
    std::uint32_t last_read;
    bool change;
    Clock changed, read;
  };

  static bool changes(Event event);
  static bool dependent(const Operation& a, const Operation& b);
  static bool waits_for(const Engine& engine, unsigned thread, const Operation& executed);

  bool advance();
  Decision make_decision(Engine& engine, ThreadMask enabled, int running) const;
  History& history_of(std::uint32_t object);
  void race_of_blocking(Engine& engine, unsigned thread, Event event, const Object& object);
  void race(unsigned thread, std::uint32_t with);
  void depend_on_pause(Engine& engine, unsigned thread);
  [[nodiscard]] bool depends(unsigned thread, std::uint32_t step) const;
  void note_undo(std::uint32_t object, bool change);
  // Takes back what follows from the decisions from this one on.
  void take_back(std::size_t decision);

  Kind kind_;
  int preemptions_max_;
  bool dependencies_;
  bool bounded_ = false;
  std::uint64_t states_ = 0;

  std::vector<Decision> decisions_;
  std::size_t depth_ = 0;

  // Of this execution.
  unsigned threads_ = 0;
  std::uint32_t now_ = 0;  // the step that is executed, from 1
  // Of the steps up to known_, which this execution shares with the one before or has executed.
  std::uint32_t known_ = 0;
  std::vector<Step> steps_;
  std::vector<Undo> undo_;
  std::array<std::uint32_t, kThreadsMax> last_step_{};
  std::array<Clock, kThreadsMax> done_;  // what each thread's last step depends on
  Clock about_to_;                       // what the operation that is looked at will depend on
  std::vector<History> histories_;       // by number of the object
  std::vector<std::uint32_t> between_;   // scratch of race()
};

}  // namespace baton::explorer
