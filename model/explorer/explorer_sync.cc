#include "model/explorer/explorer_sync.h"

namespace baton::explorer {

namespace {

// What a mutex or bell adds to the step that has just been announced.
void describe(Engine& engine, const Object& object, std::uint64_t value, bool reads, bool writes) {
  if (!engine.recording() || !engine.in_thread()) return;
  TraceStep& step = engine.step();
  step.value = value;
  step.writes = writes;
  if (reads) step.read_from = engine.last_write(object.number());
  if (writes) engine.wrote(object.number());
}

}  // namespace

ExplorerMutex::~ExplorerMutex() {
  require_unused();
  if (!Engine::exists()) return;
  Engine& engine = Engine::current();
  if (owner_ >= 0 && engine.executing()) engine.fail("a mutex ends while it is held", {"", "", 0, 0});
  engine.forget(this);
}

void ExplorerMutex::lock(const CallSite& site) {
  Engine& engine = Engine::current();
  engine.check_alive(this, site);
  const int me = static_cast<int>(deferring_thread());
  if (owner_ == me) engine.fail("a recursive lock", site);
  if (!engine.in_thread() && owner_ >= 0) engine.fail("a lock that a thread never gave back", site);
  engine.point(Event::kLock, this, site);
  owner_ = me;
  if (!engine.in_thread()) return;
  engine.clock(engine.me()).join(release_);
  engine.looked_at(this, unlocks_);
  describe(engine, *this, 1, true, false);
}

void ExplorerMutex::unlock(const CallSite& site) {
  Engine& engine = Engine::current();
  if (owner_ != static_cast<int>(deferring_thread())) engine.fail("an unlock by who does not hold it", site);
  engine.point(Event::kUnlock, this, site);
  owner_ = -1;
  if (!engine.in_thread()) return;
  ++unlocks_;
  engine.made(this, unlocks_);  // its own unlock is no news
  release_ = engine.clock(engine.me());
  engine.clock(engine.me()).tick(engine.me());
  describe(engine, *this, 0, false, true);
}

void BellObject::post_at(const CallSite& site) {
  Engine& engine = Engine::current();
  engine.check_alive(this, site);
  engine.point(Event::kPost, this, site);
  posted_ = true;
  ++posts_;
  if (!engine.in_thread()) return;
  release_.join(engine.clock(engine.me()));
  engine.clock(engine.me()).tick(engine.me());
  describe(engine, *this, 1, false, true);
}

void BellObject::wait_at(const CallSite& site, bool orders) {
  Engine& engine = Engine::current();
  engine.check_alive(this, site);
  if (engine.take_spurious()) return;  // awake without a post, at whatever time its thread is picked next
  engine.point(Event::kWait, this, site);
  posted_ = false;
  if (!engine.in_thread()) return;
  if (orders || engine.machine().bell_orders) engine.clock(engine.me()).join(release_);
  describe(engine, *this, 0, true, false);
}

void BellObject::clear_at(const CallSite& site) {
  Engine& engine = Engine::current();
  engine.point(Event::kClear, this, site);
  posted_ = false;
  describe(engine, *this, 0, false, true);
}

void BellObject::reported() {
  Engine& engine = Engine::current();
  if (engine.in_thread() && engine.machine().bell_orders) engine.clock(engine.me()).join(release_);
}

void fence_at(std::memory_order order, const CallSite& site) {
  Engine& engine = Engine::current();
  engine.point(Event::kFence, nullptr, site);
  if (!engine.in_thread()) return;
  const unsigned me = engine.me();
  Clock& now = engine.clock(me);
  const Clock before = now;
  if (order != std::memory_order_release && order != std::memory_order_relaxed)
    now.join(engine.acquire_fence(me));
  if (order == std::memory_order_seq_cst && engine.machine().stale != 0)
    engine.sequential_order().add_fence(me, before, now);
  if (order != std::memory_order_acquire && order != std::memory_order_consume &&
      order != std::memory_order_relaxed) {
    engine.release_fence(me) = now;
    now.tick(me);
  }
  if (engine.recording()) engine.step().order = order;
}

}  // namespace baton::explorer
