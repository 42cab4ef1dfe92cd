#include "model/explorer/location.h"

#include <algorithm>

namespace baton::explorer {

namespace {

bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst || order == std::memory_order_consume;
}
bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

}  // namespace

Location::Location(std::uint64_t initial, bool addresses) : addresses_(addresses) {
  stores_[0].value = initial;
  steps_.fill(kNoStep);
  Engine& engine = Engine::current();
  if (engine.in_thread()) {  // made by a thread: its first value is a store of that thread
    stores_[0].thread = engine.me();
    stores_[0].at = engine.clock(engine.me())[engine.me()];
    maker_ = engine.me();
    made_at_ = stores_[0].at;
  }
  if (engine.machine().cpp11_release_sequences) heads_ = engine.make_release_heads();
}

Location::~Location() {
  require_unused();
  if (Engine::exists()) Engine::current().forget(this);
}

void Location::begin(Event event, const model::CallSite& site) {
  Engine& engine = Engine::current();
  engine.check_alive(this, site);
  engine.point(event, this, site);
  if (engine.in_thread() && engine.clock(engine.me())[maker_] < made_at_) {
    engine.fail("a data race: used, but not after it was made", site);
  }
}

std::uint32_t Location::oldest_visible(std::memory_order order) {
  Engine& engine = Engine::current();
  const unsigned me = engine.me();
  const Clock& now = engine.clock(me);
  std::uint32_t floor = seen_[me];
  const std::uint32_t kept_from = newest_ >= kKept ? newest_ - kKept + 1 : 0;
  for (std::uint32_t index = std::max(floor, kept_from); look_past_[me] != 0 && index <= newest_; ++index) {
    if (store_at(index).version < look_past_[me]) continue;
    floor = std::max(floor, index);
    break;
  }
  if (order == std::memory_order_seq_cst && !engine.machine().mixed)
    floor = std::max(floor, last_sequential_);
  floor = std::max(floor, kept_from);
  if (newest_ > engine.machine().stale) floor = std::max(floor, newest_ - engine.machine().stale);
  std::uint32_t oldest = newest_;
  while (oldest > floor) {
    const Store& store = store_at(oldest);
    if (now[store.thread] >= store.at) break;  // it happens before this load
    bool read_before = false;
    for (unsigned i = 0; i < engine.threads(); ++i) {
      read_before = read_before || (store.read_at[i] != 0 && now[i] >= store.read_at[i]);
    }
    if (read_before) break;
    --oldest;
  }
  return oldest_in_order(oldest, order);
}

std::uint32_t Location::oldest_in_order(std::uint32_t oldest, std::memory_order order) {
  Engine& engine = Engine::current();
  const SequentialOrder& sequential = engine.sequential_order();
  if (oldest == newest_ || sequential.empty()) return oldest;
  const Clock& now = engine.clock(engine.me());
  Clock before = sequential.fences_before(now);
  if (order == std::memory_order_seq_cst) before.join(sequential.strongly_before(engine.me(), now));
  if (before.empty()) return oldest;
  sequential.close(before);
  // Whether something that would come after a load of what this store overwrote comes before the load.
  auto overtaken = [&](std::uint32_t index) {
    const Store& store = store_at(index);
    if (ordered_ != nullptr) {
      const SequentialOrder::Word::Store& ordered = ordered_->stores[index % kKept];
      if (ordered.node != 0 && ordered.node <= before[store.thread]) return true;
      for (unsigned i = 0; i < engine.threads(); ++i) {
        if (ordered.first_readers[i] != 0 && ordered.first_readers[i] <= before[i]) return true;
      }
    }
    if (!sequential.has_fences()) return false;
    if (sequential.fence_after(store.thread, store.at, before)) return true;
    for (unsigned i = 0; i < engine.threads(); ++i) {
      if (store.read_at[i] != 0 && sequential.fence_after(i, store.read_at[i], before)) return true;
    }
    return false;
  };
  std::uint32_t index = newest_;
  while (index > oldest && !overtaken(index)) --index;
  return index;
}

void Location::order_read(std::uint32_t index, std::memory_order order, const Clock& before) {
  Engine& engine = Engine::current();
  SequentialOrder& sequential = engine.sequential_order();
  const bool ordered = order == std::memory_order_seq_cst;
  if (!ordered && !sequential.has_fences() && ordered_ == nullptr) return;
  const unsigned me = engine.me();
  const Clock& now = engine.clock(me);
  Clock sources = sequential.fences_before(now);
  Clock earlier;
  if (ordered_ != nullptr) {
    earlier = ordered_->stores[index % kKept].before;
    earlier.join(ordered_->stores[index % kKept].own);
  }
  std::uint32_t node = 0;
  if (ordered) {
    Clock preceding = sequential.strongly_before(me, before);
    preceding.join(earlier);
    node = sequential.add_access(me, preceding, now[me]);
    sources.set(me, node);
  }
  if (!earlier.empty()) sequential.order_before_fences(earlier, me, now[me]);
  if (sources.empty()) return;
  if (ordered_ == nullptr) ordered_ = sequential.make_word();
  SequentialOrder::Word::Store& read = ordered_->stores[index % kKept];
  read.readers.join(sources);
  if (node != 0 && read.first_readers[me] == 0) read.first_readers.set(me, node);
  // What overwrote the store that was read, and what follows from that, comes after the load.
  for (std::uint32_t i = index + 1; i <= newest_; ++i) {
    const Store& store = store_at(i);
    SequentialOrder::Word::Store& later = ordered_->stores[i % kKept];
    later.before.join(sources);
    if (later.node != 0) sequential.order(sources, store.thread, later.node);
    sequential.order_before_fences(sources, store.thread, store.at);
    for (unsigned reader = 0; reader < engine.threads(); ++reader) {
      if (later.first_readers[reader] != 0) sequential.order(sources, reader, later.first_readers[reader]);
      if (store.read_at[reader] != 0) sequential.order_before_fences(sources, reader, store.read_at[reader]);
    }
  }
}

void Location::order_write(std::memory_order order, const Clock& before) {
  Engine& engine = Engine::current();
  SequentialOrder& sequential = engine.sequential_order();
  const bool ordered = order == std::memory_order_seq_cst;
  if (!ordered && !sequential.has_fences() && ordered_ == nullptr) return;
  const unsigned me = engine.me();
  const Clock& now = engine.clock(me);
  Clock sources = sequential.fences_before(now);
  Clock earlier;
  if (ordered_ != nullptr) {
    const SequentialOrder::Word::Store& last = ordered_->stores[(newest_ - 1) % kKept];
    earlier = last.before;
    earlier.join(last.own);
    earlier.join(last.readers);
  }
  std::uint32_t node = 0;
  if (ordered) {
    Clock preceding = sequential.strongly_before(me, before);
    preceding.join(earlier);
    node = sequential.add_access(me, preceding, now[me]);
    sources.set(me, node);
  }
  if (!earlier.empty()) sequential.order_before_fences(earlier, me, store_at(newest_).at);
  if (ordered_ == nullptr) {
    if (sources.empty()) return;
    ordered_ = sequential.make_word();
  }
  ordered_->stores[newest_ % kKept] = {
      .before = earlier, .own = sources, .readers = {}, .first_readers = {}, .node = node};
}

void Location::read(std::uint32_t index, std::memory_order order) {
  Engine& engine = Engine::current();
  const unsigned me = engine.me();
  Store& store = store_at(index);
  Clock& now = engine.clock(me);
  seen_[me] = index;
  if (store.read_at[me] == 0) store.read_at.set(me, now[me]);
  (acquires(order) ? now : engine.acquire_fence(me)).join(store.release);
  engine.looked_at(this, store.version);
}

void Location::append(std::uint64_t value, std::memory_order order, bool modifies) {
  Engine& engine = Engine::current();
  const unsigned me = engine.me();
  Clock& now = engine.clock(me);
  const Clock& released = releases(order) ? now : engine.release_fence(me);
  Clock release = released;
  if (heads_ != nullptr) {
    for (unsigned head = 0; head < kThreadsMax; ++head) {
      if (!modifies && head != me) (*heads_)[head] = {};
    }
    (*heads_)[me].join(released);
    for (const Clock& head : *heads_) release.join(head);
  } else if (modifies) {
    release.join(store_at(newest_).release);
  }
  const Store& before = store_at(newest_);
  const std::uint32_t version = before.version + (before.value != value ? 1 : 0);
  ++newest_;
  Store& store = store_at(newest_);
  store.value = value;
  store.version = version;
  store.release = release;
  store.thread = me;
  store.at = now[me];
  store.read_at = {};
  if (order == std::memory_order_seq_cst) last_sequential_ = newest_;
  seen_[me] = newest_;
  now.tick(me);  // what this thread does from here on is not released by this store
  engine.made(this, version);
}

std::uint64_t Location::load(std::memory_order order, const model::CallSite& site) {
  Engine& engine = Engine::current();
  begin(Event::kLoad, site);
  if (!engine.in_thread()) return store_at(newest_).value;
  std::uint32_t index = newest_;
  if (engine.machine().stale == 0) {
    read(index, order);
  } else {
    const Clock before = engine.clock(engine.me());
    index -= engine.choose(newest_ - oldest_visible(order) + 1);
    read(index, order);
    order_read(index, order, before);
  }
  const std::uint64_t value = store_at(index).value;
  trace(order, value, index, true, false);
  return value;
}

void Location::store(std::uint64_t value, std::memory_order order, const model::CallSite& site) {
  Engine& engine = Engine::current();
  begin(Event::kStore, site);
  if (!engine.in_thread()) {
    store_at(newest_).value = value;
    return;
  }
  const Clock before = engine.clock(engine.me());
  append(value, order, false);
  if (engine.machine().stale != 0) order_write(order, before);
  trace(order, value, newest_, false, true);
}

std::uint64_t Location::begin_modify(const model::CallSite& site) {
  begin(Event::kRmw, site);
  return store_at(newest_).value;
}

void Location::end_modify(std::uint64_t value, std::memory_order order) {
  Engine& engine = Engine::current();
  if (!engine.in_thread()) {
    store_at(newest_).value = value;
    return;
  }
  const Clock before = engine.clock(engine.me());
  read(newest_, order);
  append(value, order, true);
  if (engine.machine().stale != 0) order_write(order, before);
  trace(order, value, newest_ - 1, true, true);
}

bool Location::compare_exchange(std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                                std::memory_order failure, bool weak, const model::CallSite& site) {
  Engine& engine = Engine::current();
  const std::uint64_t newest = begin_modify(site);
  if (!engine.in_thread()) {
    const bool same = newest == expected;
    (same ? store_at(newest_).value : expected) = same ? desired : newest;
    return same;
  }
  // What it reads: the newest store, or, to fail, an older one that differs from what is expected.
  std::uint32_t index = newest_;
  if (engine.machine().stale != 0) {
    std::array<std::uint32_t, kKept> readable{};
    unsigned count = 0;
    readable[count++] = newest_;
    for (std::uint32_t older = newest_; older-- > oldest_visible(failure);) {
      if (store_at(older).value != expected) readable[count++] = older;
    }
    index = readable[engine.choose(count)];
  }
  const std::uint64_t value = store_at(index).value;
  const bool exchanged = value == expected && !(weak && engine.take_spurious());
  const Clock before = engine.clock(engine.me());
  read(index, exchanged ? success : failure);
  if (exchanged) append(desired, success, true);
  if (engine.machine().stale != 0) {
    exchanged ? order_write(success, before) : order_read(index, failure, before);
  }
  trace(exchanged ? success : failure, exchanged ? desired : value, index, true, exchanged, !exchanged);
  expected = value;
  return exchanged;
}

void Location::trace(std::memory_order order, std::uint64_t value, std::uint32_t read_index, bool reads,
                     bool writes, bool failed) {
  Engine& engine = Engine::current();
  engine.mix(addresses_ ? read_index * 2 + (failed ? 1 : 0) : value);
  if (!engine.recording()) return;
  TraceStep& step = engine.step();
  step.order = order;
  step.value = value;
  step.writes = writes;
  step.failed = failed;
  if (reads) {
    step.read_from = steps_[read_index % kKept];
    step.stale = read_index != newest_ - (writes ? 1 : 0);
  }
  if (writes) {
    steps_[newest_ % kKept] = engine.last_step();
    engine.wrote(number());
  }
}

}  // namespace baton::explorer
