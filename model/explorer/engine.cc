#include "model/explorer/engine.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "model/explorer/explorer_sync.h"
#include "queues/check.h"

namespace baton::explorer {

Engine* Engine::current_ = nullptr;

namespace {

constexpr ThreadMask bit(unsigned thread) { return ThreadMask{1} << thread; }

// The rank of `thread` among `enabled`: the running one is 0 if it can go on, the others follow by index.
unsigned rank_of(ThreadMask enabled, int running, int thread) {
  unsigned rank = 0;
  if (running >= 0 && (enabled & bit(static_cast<unsigned>(running))) != 0) {
    if (thread == running) return 0;
    enabled &= ~bit(static_cast<unsigned>(running));
    rank = 1;
  }
  const ThreadMask lower = bit(static_cast<unsigned>(thread)) - 1;
  return rank + static_cast<unsigned>(__builtin_popcount(enabled & lower));
}

void on_broken_invariant(const char* what) {
  if (!Engine::exists() || !Engine::current().executing()) return;
  char text[200];
  std::snprintf(text, sizeof text, "broken invariant: %s", what);
  Engine::current().fail(text, model::CallSite{"", "", 0, 0});
}

}  // namespace

Object::Object() : number_(Engine::exists() ? Engine::current().next_number() : 0) {}

void Object::require_unused() const {
  if (!Engine::exists() || !Engine::current().in_thread()) return;
  Engine& engine = Engine::current();
  for (unsigned i = 0; i < engine.threads(); ++i) {
    if (i != engine.me() && !engine.finished(i) && engine.next_object(i) == this) {
      engine.fail("a use after free: destroyed while another thread is about to use it", {"", "", 0, 0});
    }
  }
  if (!engine.clock(engine.me()).covers(used_)) {
    engine.fail("a use after free: destroyed, but not after another thread's last use", {"", "", 0, 0});
  }
}

Engine::Engine(const MachineOptions& machine, std::size_t stack_bytes)
    : machine_(machine), stack_bytes_(stack_bytes), outside_(std::make_unique<Fiber>(stack_bytes)) {
  check(current_ == nullptr, "Engine: a second one in this process");
  current_ = this;
  broken_invariant_handler = &on_broken_invariant;
}

Engine::~Engine() {
  clear();
  broken_invariant_handler = nullptr;
  current_ = nullptr;
}

void Engine::clear() {
  for (const Block& block : blocks_) ::operator delete(block.at);
  blocks_.clear();
  bells_.clear();
  release_heads_.clear();
  objects_ = 1;  // 0 is nobody's number
  steps_ = preemptions_ = 0;
  failed_ = pruned_ = false;
  hash_ = 0;
  decisions_.clear();
  sequential_order_.clear();
  trace_.clear();
  last_writes_.clear();
  for (unsigned i = 0; i < threads_count_; ++i) {
    threads_[i].alive = false;
    threads_[i].body = nullptr;
    threads_[i].clock = {};
  }
  threads_count_ = 0;
  running_ = -1;
}

// ---- one execution

void Engine::run(Program& program, Strategy& strategy) {
  clear();
  program_ = &program;
  strategy_ = &strategy;
  outside(&Engine::construct_entry);
  if (failed_) return;
  const unsigned count = program.threads();
  check(count >= 1 && count <= kThreadsMax, "Engine: a program has 1 to 8 threads");
  for (unsigned i = 0; i < count; ++i) begin_thread(i);
  strategy.begin(count);
  run_threads();
  if (!failed_ && !pruned_) outside(&Engine::after_entry);
}

void Engine::outside(void (*entry)()) {
  outside_->start(entry);
  executing_ = true;
  Fiber::switch_to(main_, *outside_);
  executing_ = false;
}

void Engine::construct_entry() {
  current_->program_->construct();
  current_->cut();
}

void Engine::after_entry() {
  Engine& me = *current_;
  me.program_->after();
  me.program_->destroy();
  for (const Block& block : me.blocks_) {
    if (!block.freed) me.fail("a leak: memory that crossed threads was not released", {"", "", 0, 0});
  }
  me.cut();
}

void Engine::begin_thread(unsigned index) {
  Thread& thread = threads_[index];
  if (thread.fiber == nullptr) thread.fiber = std::make_unique<Fiber>(stack_bytes_);
  thread.fiber->start(&Engine::thread_entry);
  thread.event = Event::kBegin;
  thread.object = nullptr;
  thread.site = {"", "", 0, 0};
  thread.clock.tick(index);
  thread.acquire_fence = thread.release_fence = {};
  thread.alive = true;
  thread.done = false;
  thread.spurious_left = machine_.spurious;
  thread.looks.clear();
  thread.looks.unwatch();
  if (index >= threads_count_) threads_count_ = index + 1;
}

void Engine::run_threads() {
  const int first = pick(-1);
  if (first < 0) return;
  running_ = first;
  executing_ = true;
  Fiber::switch_to(main_, *threads_[me()].fiber);
  executing_ = false;
  running_ = -1;
}

void Engine::thread_entry() {
  Engine& engine = *current_;
  engine.took_effect();
  Thread& thread = engine.threads_[engine.me()];
  if (thread.body) {
    thread.body();
  } else {
    engine.program_->thread(engine.me());
  }
  engine.end_thread();
}

void Engine::end_thread() {
  Thread& thread = threads_[me()];
  thread.done = true;
  thread.event = Event::kOther;
  thread.object = nullptr;  // it may end before the execution does
  const int to = pick(-1);
  if (to < 0) cut();
  running_ = to;
  Fiber::leave_to(*threads_[me()].fiber);
}

void Engine::cut() { Fiber::leave_to(main_); }

void Engine::fail(const char* what, const model::CallSite& site) {
  failed_ = true;
  failure_ = {what, site, running_};
  if (site.line == 0 && running_ >= 0) failure_.site = threads_[me()].site;
  cut();
}

int Engine::spawn(std::function<void()> body) {
  for (unsigned i = 0; i < kThreadsMax; ++i) {
    Thread& thread = threads_[i];
    if (thread.alive) continue;
    thread.body = std::move(body);
    thread.clock.join(clock(me()));
    clock(me()).tick(me());
    begin_thread(i);
    return static_cast<int>(i);
  }
  return -1;
}

void Engine::joined(unsigned thread) {
  clock(me()).join(threads_[thread].clock);
  threads_[thread].alive = false;
}

// ---- scheduling

bool Engine::can_run(unsigned index) const {
  const Thread& thread = threads_[index];
  if (!thread.alive || thread.done) return false;
  switch (thread.event) {
    case Event::kLock:
    case Event::kWait:
    case Event::kOther:
      return thread.object == nullptr || thread.object->ready(thread.event, index);
    case Event::kPause:
      for (const Watched& watched : thread.looks.watched()) {
        if (watched.object->version() > watched.version) return true;
      }
      return false;
    default:
      return true;
  }
}

ThreadMask Engine::enabled() const {
  ThreadMask mask = 0;
  for (unsigned i = 0; i < threads_count_; ++i) {
    if (can_run(i)) mask |= bit(i);
  }
  return mask;
}

int Engine::pick(int from) {
  ThreadMask mask = enabled();
  if (mask == 0) {
    bool all_ended = true;
    for (unsigned i = 0; i < threads_count_; ++i)
      all_ended = all_ended && (!threads_[i].alive || threads_[i].done);
    if (all_ended) return -1;
    while (mask == 0 && on_idle_ && on_idle_()) mask = enabled();
    if (mask == 0) {
      deadlocked();
      return -1;
    }
  }
  if (++steps_ > machine_.steps_max) {
    failed_ = true;
    failure_ = {"livelock: " + std::to_string(machine_.steps_max) + " steps and no end", {"", "", 0, 0}, -1};
    return -1;
  }
  const int to = strategy_->pick(*this, mask, from);
  if (to < 0) {
    pruned_ = true;
    return -1;
  }
  if ((mask & (mask - 1)) != 0) decisions_.push_back(static_cast<std::uint8_t>(rank_of(mask, from, to)));
  preempted_ = from >= 0 && to != from && (mask & bit(static_cast<unsigned>(from))) != 0;
  if (preempted_) ++preemptions_;
  return to;
}

void Engine::deadlocked() {
  std::string what = "deadlock:";
  for (unsigned i = 0; i < threads_count_; ++i) {
    Thread& thread = threads_[i];
    if (!thread.alive || thread.done) continue;
    strategy_->stays_blocked(*this, i, thread.event, thread.object);
    const char* base = std::strrchr(thread.site.file, '/');
    what += (what.back() == ':' ? " thread " : ", thread ") + std::to_string(i) +
            (thread.event == Event::kPause  ? " spins at "
             : thread.event == Event::kLock ? " waits for a lock at "
                                            : " sleeps at ") +
            (base != nullptr ? base + 1 : thread.site.file) + ":" + std::to_string(thread.site.line);
  }
  failed_ = true;
  failure_ = {std::move(what), {"", "", 0, 0}, -1};
}

void Engine::schedule(Event event, Object* object, const model::CallSite& site) {
  const int from = running_;
  Thread& thread = threads_[me()];
  thread.event = event;
  thread.object = object;
  thread.site = site;
  const int to = pick(from);
  if (to != from) {
    if (to < 0) cut();
    running_ = to;
    Fiber::switch_to(*thread.fiber, *threads_[me()].fiber);
  }
  took_effect();
}

void Engine::took_effect() {
  const Thread& thread = threads_[me()];
  if (thread.object != nullptr) {
    check_alive(thread.object, thread.site);
    thread.object->used(me(), clock(me())[me()]);
  }
  strategy_->executes(*this, me(), thread.event, thread.object);
  const std::uint32_t object = thread.object != nullptr ? thread.object->number() + 1 : 0;
  mix(me() | static_cast<unsigned>(thread.event) << 4U | std::uint64_t{object} << 16U);
  if (recording_) {
    TraceStep step;
    step.thread = me();
    step.event = thread.event;
    step.object = static_cast<int>(object) - 1;
    step.preemption = preempted_;
    step.site = thread.site;
    trace_.push_back(std::move(step));
  }
}

unsigned Engine::choose(unsigned options) {
  if (options <= 1 || running_ < 0) return 0;
  const unsigned value = strategy_->choose(options);
  decisions_.push_back(static_cast<std::uint8_t>(value));
  mix(value);
  return value;
}

bool Engine::take_spurious() {
  if (running_ < 0 || threads_[me()].spurious_left == 0 || choose(2) == 0) return false;
  --threads_[me()].spurious_left;
  return true;
}

// ---- waiting loops

void Engine::pause(Wait wait, const model::CallSite& site) {
  if (running_ < 0) return;
  Looks& looks = threads_[me()].looks;
  const Looks::Wait mine = wait.thread == me() ? wait.wait : Looks::kNoWait;
  if (!looks.watch(mine)) fail("a pause, but the thread looked at nothing that could change", site);
  schedule(Event::kPause, nullptr, site);
  for (const Watched& watched : looks.watched()) watched.object->look_past(me(), watched.version);
  looks.look_again(mine);
}

void Engine::forget(const Object* object) {
  if (running_ < 0) return;
  for (unsigned i = 0; i < threads_count_; ++i) threads_[i].looks.forget(object);
}

// ---- memory that is made and unmade by threads

void* Engine::allocate(std::size_t bytes) {
  char* const at = static_cast<char*>(::operator new(bytes));
  blocks_.push_back({at, bytes, false});
  return at;
}

void Engine::release(void* block, const model::CallSite& site) {
  for (Block& known : blocks_) {
    if (known.at != block) continue;
    if (known.freed) fail("a double free", site);
    known.freed = true;
    return;
  }
  fail("memory was released that was never allocated", site);
}

void Engine::look_for_block(const void* address, const model::CallSite& site) {
  const auto* const at = static_cast<const char*>(address);
  for (const Block& block : blocks_) {
    if (block.freed && at >= block.at && at < block.at + block.bytes) fail("a use after free", site);
  }
}

// ---- the trace

void Engine::wrote(std::uint32_t object) {
  if (last_writes_.size() <= object) last_writes_.resize(object + 1, kNoStep);
  last_writes_[object] = static_cast<int>(trace_.size()) - 1;
}

int Engine::last_write(std::uint32_t object) const {
  return object < last_writes_.size() ? last_writes_[object] : kNoStep;
}

void Engine::record_cell(std::uint32_t cell, std::uint64_t value, bool writes, const model::CallSite& site) {
  if (!recording_ || running_ < 0) return;
  TraceStep step;
  step.thread = me();
  step.event = Event::kCell;
  step.order = std::memory_order_relaxed;
  step.object = static_cast<int>(cell);
  step.value = value;
  step.writes = writes;
  if (!writes) step.read_from = last_write(cell);
  step.site = site;
  trace_.push_back(std::move(step));
  if (writes) wrote(cell);
}

// ---- bells

namespace {
constexpr int kFirstBell = 1'000'000;
}

int Engine::enlist(BellObject& bell) {
  bells_.push_back(&bell);
  return kFirstBell + static_cast<int>(bells_.size()) - 1;
}

void Engine::delist(int fd) {
  const auto index = static_cast<std::size_t>(fd - kFirstBell);
  if (index < bells_.size()) bells_[index] = nullptr;
}

BellObject* Engine::bell(int fd) const {
  const auto index = static_cast<std::size_t>(fd - kFirstBell);
  return fd >= kFirstBell && index < bells_.size() ? bells_[index] : nullptr;
}

}  // namespace baton::explorer
