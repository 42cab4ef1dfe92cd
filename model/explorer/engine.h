// Engine: runs a program of simulated threads, one operation at a time, in the order that a strategy picks.
//
//   Engine engine(options);
//   do {
//     engine.run(program, strategy);
//     if (engine.failed()) return report(engine.failure(), engine.decisions());
//   } while (strategy.next());
//
// Each simulated thread is a fiber. Every operation of the sync policy (explorer_sync.h), and every call of a
// simulated platform, is a point(): the thread announces what it is about to do, the strategy picks who goes
// on, and the operation takes effect when its thread is picked. Nothing else happens in between, so an
// execution is its decisions: who ran, and what each choose() returned. Those with more than one option are
// recorded, a byte each, and replay the execution.
//
// Ownership   One engine a process at a time runs, on one thread of the system. Everything that a program
//             builds between begin and end of an execution is the program's; what it leaves behind when the
//             execution is cut (a failure, a strategy that prunes) is abandoned, not destroyed.
// Failures    fail(), a broken check(), a data race, a use after free, a leak, a deadlock (nobody can run and
//             not all have ended), a livelock (too many steps), a fault of the machine (SIGSEGV).
// Checked by  model/explorer/*_test.cc, and model/explorer/self_check_test.cc against plain search.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/explorer/clock.h"
#include "model/explorer/fiber.h"
#include "model/explorer/looks.h"
#include "model/explorer/sequential_order.h"
#include "model/explorer/strategy.h"
#include "model/explorer/trace.h"
#include "model/site.h"

namespace baton::explorer {

class BellObject;
class Engine;

// What threads meet on: a word, a mutex, a bell, a descriptor of a simulated platform.
class Object {
 public:
  Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  // Whether a thread that announced this event may go on now. Asked for kLock, kWait and kOther.
  [[nodiscard]] virtual bool ready(Event, unsigned /*thread*/) const { return true; }
  // The part of the state that decides ready() for kLock and kWait, and whether it would have been ready in
  // it.
  [[nodiscard]] virtual std::uint32_t state() const { return 0; }
  [[nodiscard]] virtual bool ready_in(Event, std::uint32_t /*state*/) const { return true; }
  // Grows with every change that a waiting loop can see.
  [[nodiscard]] virtual std::uint32_t version() const { return 0; }
  // A waiting loop of this thread saw that version and looks again: time passes, and it sees a newer one if
  // there is.
  virtual void look_past(unsigned /*thread*/, std::uint32_t /*version*/) {}

  // In the order in which the execution met them: the same in every execution up to its construction.
  [[nodiscard]] std::uint32_t number() const { return number_; }
  void used(unsigned thread, std::uint32_t at) { used_.set(thread, at); }

 protected:
  // Heads the destructor: whoever used it must have done so before, and nobody may be about to.
  void require_unused() const;

 private:
  std::uint32_t number_;
  Clock used_;  // by each thread, last
};

// What an execution runs. construct() and after() are outside the threads: no scheduling, no races.
class Program {
 public:
  virtual ~Program() = default;
  [[nodiscard]] virtual unsigned threads() const = 0;
  virtual void construct() = 0;
  virtual void thread(unsigned index) = 0;
  [[nodiscard]] virtual std::string thread_name(unsigned index) const {
    return "thread " + std::to_string(index);
  }
  virtual void after() = 0;    // all threads have ended
  virtual void destroy() = 0;  // not called when the execution was cut
};

// What the memory and the kernel of the simulated machine may do.
struct MachineOptions {
  unsigned stale = 0;     // how many stores back a load may look, where its order allows (up to 7)
  unsigned spurious = 0;  // compare_exchange_weak failures and bell wake-ups without cause, for each thread
  bool bell_orders = false;              // a bell's post orders memory before the wait that it ends
  bool cpp11_release_sequences = false;  // a later plain store of the same thread still releases
  bool mixed = false;  // with stale: seq_cst loads may look back over seq_cst stores, as far as C++20 allows
  std::uint32_t steps_max = 5'000;  // then it is a livelock
};

struct Failure {
  std::string what;
  model::CallSite site{};
  int thread = -1;  // -1: all together (a deadlock), or outside the threads
};

class Engine {
 public:
  explicit Engine(const MachineOptions& machine = {}, std::size_t stack_bytes = 256 * 1024);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // ---- whoever searches

  // One execution. Everything below about "the execution" is about the last one.
  void run(Program& program, Strategy& strategy);

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const Failure& failure() const { return failure_; }
  [[nodiscard]] bool pruned() const { return pruned_; }
  // One byte for each decision with more than one option: the rank of the thread (0: the running one goes on;
  // the others by index), or the value chosen.
  [[nodiscard]] const std::vector<std::uint8_t>& decisions() const { return decisions_; }
  [[nodiscard]] std::uint32_t steps() const { return steps_; }
  [[nodiscard]] std::uint32_t preemptions() const { return preemptions_; }
  // Of who did what in which order with which value: equal for equal executions, on every compiler.
  [[nodiscard]] std::uint64_t trace_hash() const { return hash_; }

  [[nodiscard]] const MachineOptions& machine() const { return machine_; }
  // From the next execution on.
  void set_machine(const MachineOptions& machine) { machine_ = machine; }
  // From the next execution on: keep its steps.
  void set_recording(bool on) { recording_ = on; }
  [[nodiscard]] const std::vector<TraceStep>& recorded() const { return trace_; }
  // Nobody can run, but not all have ended: true when something was done about it (virtual time passed).
  void set_on_idle(std::function<bool()> idle) { on_idle_ = std::move(idle); }

  // ---- strategies
  [[nodiscard]] unsigned threads() const { return threads_count_; }
  [[nodiscard]] Event next_event(unsigned thread) const { return threads_[thread].event; }
  [[nodiscard]] const Object* next_object(unsigned thread) const { return threads_[thread].object; }
  // The objects that a pausing thread waits for, each with the version that it saw.
  using Watched = Looks::Watched;
  [[nodiscard]] const std::vector<Watched>& watched(unsigned thread) const {
    return threads_[thread].looks.watched();
  }

  // ---- the machine: policies and simulated platforms, inside an execution

  [[nodiscard]] static Engine& current() { return *current_; }
  [[nodiscard]] static bool exists() { return current_ != nullptr; }
  // False in construct(), after() and destroy(), where nothing is scheduled.
  [[nodiscard]] bool in_thread() const { return running_ >= 0; }
  // A fiber of this engine is what runs.
  [[nodiscard]] bool executing() const { return executing_; }
  [[nodiscard]] unsigned me() const { return static_cast<unsigned>(running_); }

  // Announces the next operation of the running thread; returns when it is to take effect.
  void point(Event event, Object* object, const model::CallSite& site) {
    if (running_ >= 0) schedule(event, object, site);
  }
  // One of 0 .. options - 1; 0 outside threads.
  unsigned choose(unsigned options);
  // Ends the execution as failed. Does not unwind: the fiber is abandoned.
  [[noreturn]] void fail(const char* what, const model::CallSite& site = model::CallSite::here());

  // A new thread, which happens after everything its creator did; its index, or -1: kThreadsMax are alive.
  int spawn(std::function<void()> body);
  [[nodiscard]] bool finished(unsigned thread) const { return threads_[thread].done; }
  // Everything that the finished thread did happens before what the caller does next.
  void joined(unsigned thread);

  [[nodiscard]] Clock& clock(unsigned thread) { return threads_[thread].clock; }
  [[nodiscard]] Clock& acquire_fence(unsigned thread) { return threads_[thread].acquire_fence; }
  [[nodiscard]] Clock& release_fence(unsigned thread) { return threads_[thread].release_fence; }
  [[nodiscard]] SequentialOrder& sequential_order() { return sequential_order_; }
  [[nodiscard]] bool take_spurious();

  // The running thread looked at, or made, this version of the object. A pause() of a wait ends once
  // something that was looked at since the wait paused last has changed (looks.h).
  void looked_at(Object* object, std::uint32_t version) {
    if (running_ >= 0) threads_[me()].looks.note(object, version, false);
  }
  void made(Object* object, std::uint32_t version) {
    if (running_ >= 0) threads_[me()].looks.note(object, version, true);
  }
  // A wait of the running thread, for its pauses and its end; ends with the execution.
  struct Wait {
    unsigned thread = 0;
    Looks::Wait wait = Looks::kNoWait;
  };
  [[nodiscard]] Wait begin_wait() {
    if (running_ < 0) return {};
    return {me(), threads_[me()].looks.begin()};
  }
  void end_wait(Wait wait) { threads_[wait.thread].looks.end(wait.wait); }
  void pause(Wait wait, const model::CallSite& site);
  // The object ends: no pause waits for it.
  void forget(const Object* object);

  // Memory whose use after free, double free and leak is a failure of the execution.
  [[nodiscard]] void* allocate(std::size_t bytes);
  void release(void* block, const model::CallSite& site);
  void check_alive(const void* address, const model::CallSite& site) {
    if (!blocks_.empty()) look_for_block(address, site);
  }

  // What each thread released last into a release sequence of C++11; the engine's, for the execution.
  using ReleaseHeads = std::array<Clock, kThreadsMax>;
  [[nodiscard]] ReleaseHeads* make_release_heads() {
    return release_heads_.emplace_back(std::make_unique<ReleaseHeads>()).get();
  }

  // Details of the step that runs, for the trace and its hash.
  [[nodiscard]] bool recording() const { return recording_; }
  TraceStep& step() { return trace_.back(); }
  [[nodiscard]] int last_step() const { return static_cast<int>(trace_.size()) - 1; }
  // The step that last changed the object; kept while recording.
  void wrote(std::uint32_t object);
  [[nodiscard]] int last_write(std::uint32_t object) const;
  // A plain access: recorded, no scheduling point.
  void record_cell(std::uint32_t cell, std::uint64_t value, bool writes, const model::CallSite& site);
  [[nodiscard]] std::uint32_t next_number() { return objects_++; }
  void mix(std::uint64_t value) {
    hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15ULL;
    hash_ ^= hash_ >> 29;
  }

  // Bells by the number that stands for their descriptor.
  int enlist(BellObject& bell);
  void delist(int fd);
  [[nodiscard]] BellObject* bell(int fd) const;

 private:
  friend class Object;

  struct Thread {
    std::unique_ptr<Fiber> fiber;
    std::function<void()> body;
    Event event = Event::kBegin;
    Object* object = nullptr;
    model::CallSite site{};
    Clock clock, acquire_fence, release_fence;
    bool alive = false;  // started and not joined into history: its slot is taken
    bool done = false;
    unsigned spurious_left = 0;  // each thread's own: a common budget would make them depend on one another
    Looks looks;
  };

  struct Block {
    char* at;
    std::size_t bytes;
    bool freed;
  };

  void schedule(Event event, Object* object, const model::CallSite& site);
  [[nodiscard]] ThreadMask enabled() const;
  [[nodiscard]] bool can_run(unsigned thread) const;
  // The next thread to run, or -1: the execution is over.
  int pick(int from);
  void deadlocked();
  void took_effect();             // the announced operation of the running thread
  void outside(void (*entry)());  // runs an entry on the fiber that is no thread
  void begin_thread(unsigned index);
  void run_threads();
  void end_thread();
  [[noreturn]] void cut();
  void look_for_block(const void* address, const model::CallSite& site);
  void clear();
  static void thread_entry();
  static void construct_entry();
  static void after_entry();

  static Engine* current_;

  MachineOptions machine_;
  std::size_t stack_bytes_;
  Fiber main_;
  std::unique_ptr<Fiber> outside_;
  bool executing_ = false;
  std::array<Thread, kThreadsMax> threads_;
  unsigned threads_count_ = 0;  // slots in use, from 0
  int running_ = -1;
  Program* program_ = nullptr;
  Strategy* strategy_ = nullptr;
  std::function<bool()> on_idle_;

  std::uint32_t objects_ = 0;
  std::uint32_t steps_ = 0;
  std::uint32_t preemptions_ = 0;
  bool failed_ = false;
  bool pruned_ = false;
  Failure failure_;
  std::uint64_t hash_ = 0;
  std::vector<std::uint8_t> decisions_;
  SequentialOrder sequential_order_;
  std::vector<Block> blocks_;
  std::vector<BellObject*> bells_;
  std::vector<std::unique_ptr<ReleaseHeads>> release_heads_;

  bool recording_ = false;
  bool preempted_ = false;
  std::vector<TraceStep> trace_;
  std::vector<int> last_writes_;
};

}  // namespace baton::explorer
