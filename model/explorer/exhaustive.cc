#include "model/explorer/exhaustive.h"

#include <bit>
#include <utility>

#include "queues/check.h"

namespace baton::explorer {

namespace {

constexpr ThreadMask bit(unsigned thread) { return ThreadMask{1} << thread; }

}  // namespace

Exhaustive::Exhaustive(Kind kind, int preemptions)
    : kind_(kind), preemptions_max_(preemptions), dependencies_(kind == Kind::kDpor) {
  check(kind == Kind::kPlain || preemptions == kUnbounded, "Exhaustive: a bound and a reduction together");
}

bool Exhaustive::changes(Event event) {
  switch (event) {
    case Event::kBegin:
    case Event::kLoad:
    case Event::kPause:
    case Event::kCell:
      return false;
    default:
      return true;
  }
}

bool Exhaustive::dependent(const Operation& a, const Operation& b) {
  return a.object != kNoObject && a.object == b.object && (changes(a.event) || changes(b.event));
}

// Whether the pause of `thread` could have been ended by what was just executed, and by nothing on that
// object before.
bool Exhaustive::waits_for(const Engine& engine, unsigned thread, const Operation& executed) {
  if (!changes(executed.event)) return false;
  for (const Engine::Watched& watched : engine.watched(thread)) {
    if (watched.object->number() == executed.object) return watched.object->version() <= watched.version + 1;
  }
  return false;
}

void Exhaustive::begin(unsigned threads) {
  threads_ = threads;
  depth_ = 0;
  now_ = 0;
  if (steps_.empty()) steps_.resize(1);
}

Exhaustive::History& Exhaustive::history_of(std::uint32_t object) {
  if (histories_.size() <= object) histories_.resize(object + 1);
  return histories_[object];
}

// ---- decisions

Exhaustive::Decision Exhaustive::make_decision(Engine& engine, ThreadMask enabled, int running) const {
  Decision made;
  made.enabled = enabled;
  made.running = static_cast<std::int16_t>(running);
  if (kind_ != Kind::kPlain) {
    for (unsigned i = 0; i < engine.threads(); ++i) {
      const Object* const object = engine.next_object(i);
      made.next[i] = {engine.next_event(i), object != nullptr ? object->number() : kNoObject};
    }
  }
  std::size_t last = depth_;
  while (last > 0 && decisions_[last - 1].values != 0) --last;
  if (last == 0) return made;
  const Decision& before = decisions_[last - 1];
  const bool preempted = before.running >= 0 && before.chosen != before.running &&
                         (before.enabled & bit(static_cast<unsigned>(before.running))) != 0;
  made.preemptions = static_cast<std::uint16_t>(before.preemptions + (preempted ? 1 : 0));
  if (kind_ != Kind::kPlain) {
    // Who was tried before, or slept, sleeps on until something dependent happens.
    const auto chosen = static_cast<unsigned>(before.chosen);
    made.sleeping = (before.sleeping | before.tried) & ~bit(chosen);
    for (ThreadMask rest = made.sleeping; rest != 0; rest &= rest - 1) {
      const auto sleeper = static_cast<unsigned>(std::countr_zero(rest));
      const bool woken = before.next[sleeper].event == Event::kPause
                             ? waits_for(engine, sleeper, before.next[chosen])
                             : dependent(before.next[sleeper], before.next[chosen]);
      if (woken) made.sleeping &= ~bit(sleeper);
    }
  }
  return made;
}

int Exhaustive::pick(Engine& engine, ThreadMask enabled, int running) {
  if (depth_ == decisions_.size()) {
    Decision made = make_decision(engine, enabled, running);
    const ThreadMask can = enabled & ~made.sleeping;
    if (can == 0) {
      // Who waits here in vain might not have, had something else come first: as in a deadlock.
      for (unsigned i = 0; i < engine.threads(); ++i) {
        if (engine.finished(i) || (enabled & bit(i)) != 0) continue;
        stays_blocked(engine, i, engine.next_event(i), engine.next_object(i));
      }
      return kPrune;
    }
    const bool goes_on = running >= 0 && (can & bit(static_cast<unsigned>(running))) != 0;
    made.chosen = static_cast<std::int16_t>(goes_on ? running : std::countr_zero(can));
    made.wanted = kind_ == Kind::kDpor ? bit(static_cast<unsigned>(made.chosen)) : enabled;
    decisions_.push_back(made);
    ++states_;
  }
  ++now_;
  if (dependencies_) {
    if (steps_.size() <= now_) steps_.resize(now_ + 1);
    steps_[now_].decision = static_cast<std::uint32_t>(depth_);
    steps_[now_].thread = static_cast<std::uint8_t>(decisions_[depth_].chosen);
    steps_[now_].value = 0;
  }
  return decisions_[depth_++].chosen;
}

unsigned Exhaustive::choose(unsigned options) {
  if (depth_ == decisions_.size()) {
    Decision made;
    made.values = static_cast<std::uint16_t>(options);
    decisions_.push_back(made);
    ++states_;
  }
  const unsigned value = decisions_[depth_++].value;
  // 0 is as if nothing had been asked: how many options a load has may depend on independent steps.
  if (dependencies_ && value != 0) steps_[now_].value = steps_[now_].value * 16 + value;
  return value;
}

bool Exhaustive::next() {
  decisions_.resize(depth_);
  const bool more = advance();
  if (dependencies_ && more) take_back(decisions_.size() - 1);
  return more;
}

// Another option at the last decision that has one left.
bool Exhaustive::advance() {
  for (; !decisions_.empty(); decisions_.pop_back()) {
    Decision& last = decisions_.back();
    if (last.values != 0) {
      if (++last.value < last.values) return true;
      continue;
    }
    last.tried |= bit(static_cast<unsigned>(last.chosen));
    ThreadMask can = last.wanted & last.enabled & ~last.tried & ~last.sleeping;
    const ThreadMask own = last.running >= 0 ? bit(static_cast<unsigned>(last.running)) & last.enabled : 0;
    if (preemptions_max_ >= 0 && own != 0 && last.preemptions >= preemptions_max_) {
      bounded_ = bounded_ || (can & ~own) != 0;
      can &= own;
    }
    if (can != 0) {
      last.chosen = static_cast<std::int16_t>(std::countr_zero(can));
      return true;
    }
  }
  return false;
}

// ---- dependencies and races

bool Exhaustive::depends(unsigned thread, std::uint32_t step) const {
  return done_[thread][steps_[step].thread] >= step;
}

void Exhaustive::note_undo(std::uint32_t object, bool change) {
  const History& history = histories_[object];
  undo_.push_back(
      {now_, object, history.last_read[steps_[now_].thread], change, history.changed, history.read});
}

void Exhaustive::take_back(std::size_t decision) {
  for (; known_ > 0 && steps_[known_].decision >= decision; --known_) {
    const Step& step = steps_[known_];
    for (; !undo_.empty() && undo_.back().step == known_; undo_.pop_back()) {
      const Undo& undo = undo_.back();
      History& history = histories_[undo.object];
      if (undo.change) history.changes.pop_back();
      history.last_read[step.thread] = undo.last_read;
      history.changed = undo.changed;
      history.read = undo.read;
    }
    last_step_[step.thread] = step.previous;
    done_[step.thread] = step.previous != 0 ? steps_[step.previous].clock : Clock{};
  }
}

void Exhaustive::executes(Engine& engine, unsigned thread, Event event, const Object* object) {
  if (!dependencies_ || now_ <= known_) return;
  known_ = now_;
  steps_[now_].previous = std::exchange(last_step_[thread], now_);
  Clock& mine = done_[thread];
  steps_[now_].object = object != nullptr ? object->number() : kNoObject;
  steps_[now_].changes = changes(event);
  if (event == Event::kPause) {
    depend_on_pause(engine, thread);
  } else if (object != nullptr) {
    History& history = history_of(object->number());
    const bool change = changes(event);
    about_to_ = mine;
    about_to_.join(history.changed);
    if (change) about_to_.join(history.read);
    if (kind_ == Kind::kDpor) {
      const std::uint32_t last_change = history.changes.empty() ? 0 : history.changes.back().step;
      if (change) {
        for (unsigned other = 0; other < engine.threads(); ++other) {
          const std::uint32_t read = history.last_read[other];
          if (other != thread && read > last_change && !depends(thread, read)) race(thread, read);
        }
      }
      if (event == Event::kLock || event == Event::kWait) {
        race_of_blocking(engine, thread, event, *object);
      } else if (event != Event::kUnlock && last_change != 0 && steps_[last_change].thread != thread &&
                 !depends(thread, last_change)) {
        race(thread, last_change);
      }
    }
    mine = about_to_;
    note_undo(object->number(), change);
    if (change) {
      history.changes.push_back({now_, object->state(), object->version()});
    } else {
      history.last_read[thread] = now_;
    }
    mine.set(thread, now_);
    if (change) {
      history.changed = mine;
    } else {
      history.read.join(mine);
    }
    steps_[now_].clock = mine;
    return;
  }
  mine.set(thread, now_);
  steps_[now_].clock = mine;
}

// A pause happens after what all that could have ended it has in common. What it waits for and has not
// changed yet is read by it: had that changed before, something else would not have had to.
void Exhaustive::depend_on_pause(Engine& engine, unsigned thread) {
  bool any = false;
  Clock common;
  for (const Engine::Watched& watched : engine.watched(thread)) {
    const History& history = history_of(watched.object->number());
    for (std::size_t i = 0; i < history.changes.size(); ++i) {
      const bool last = i + 1 == history.changes.size();
      const std::uint32_t after = last ? watched.object->version() : history.changes[i + 1].version_before;
      if (after <= watched.version) continue;
      const Clock& enabling = steps_[history.changes[i].step].clock;
      if (any) {
        common.meet(enabling);
      } else {
        common = enabling;
      }
      any = true;
      break;
    }
  }
  if (any) done_[thread].join(common);
  Clock mine = done_[thread];
  mine.set(thread, now_);
  for (const Engine::Watched& watched : engine.watched(thread)) {
    if (watched.object->version() > watched.version) continue;
    History& history = history_of(watched.object->number());
    note_undo(watched.object->number(), false);
    history.last_read[thread] = now_;
    history.read.join(mine);
  }
}

void Exhaustive::stays_blocked(Engine& engine, unsigned thread, Event event, const Object* object) {
  if (kind_ != Kind::kDpor || object == nullptr || event == Event::kPause) return;
  about_to_ = done_[thread];
  about_to_.join(history_of(object->number()).changed);
  ++now_;
  race_of_blocking(engine, thread, event, *object);
  --now_;
}

void Exhaustive::race_of_blocking(Engine&, unsigned thread, Event event, const Object& object) {
  const History& history = history_of(object.number());
  for (std::size_t i = history.changes.size(); i-- > 0;) {
    const Change& change = history.changes[i];
    if (steps_[change.step].thread == thread || depends(thread, change.step)) return;
    if (!object.ready_in(event, change.state_before)) continue;
    race(thread, change.step);
    return;
  }
}

// The operation that `thread` is about to execute could have come before the step `with`. At the decision
// before that step, somebody must be tried who can begin the part that does not depend on it.
void Exhaustive::race(unsigned thread, std::uint32_t with) {
  Decision& decision = decisions_[steps_[with].decision];
  const unsigned winner = steps_[with].thread;
  between_.clear();
  ThreadMask beginners = 0;
  ThreadMask met = 0;
  auto begins = [this](const Clock& clock) {
    for (const std::uint32_t step : between_) {
      if (clock[steps_[step].thread] >= step) return false;
    }
    return true;
  };
  for (std::uint32_t step = with + 1; step < now_; ++step) {
    const Step& it = steps_[step];
    if (it.clock[winner] >= with) continue;
    if ((met & bit(it.thread)) == 0) {
      met |= bit(it.thread);
      if (begins(it.clock)) beginners |= bit(it.thread);
    }
    between_.push_back(step);
  }
  if ((met & bit(thread)) == 0 && begins(about_to_)) beginners |= bit(thread);
  if ((beginners & decision.wanted) != 0) return;
  const ThreadMask can = beginners & decision.enabled;
  if ((can & bit(thread)) != 0) {
    decision.wanted |= bit(thread);
  } else if (can != 0) {
    decision.wanted |= can & (~can + 1);
  } else {
    decision.wanted |= decision.enabled;
  }
}

std::uint64_t Exhaustive::fingerprint() const {
  auto mixed = [](std::uint64_t word) {
    word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    word = (word ^ (word >> 27U)) * 0x94D049BB133111EBULL;
    return word ^ (word >> 31U);
  };
  // Steps are named by their thread and their place in it, which no reordering of independent steps changes.
  std::vector<std::uint32_t> place(now_ + 1);
  std::array<std::uint32_t, kThreadsMax> count{};
  std::array<Clock, kThreadsMax> done{};
  std::vector<std::array<Clock, 2>> objects(
      histories_.size());  // what the last change, and reads since, depend on
  std::uint64_t sum = 0;
  for (std::uint32_t i = 1; i <= now_ && i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    Clock& mine = done[step.thread];
    if (step.object != kNoObject) {
      mine.join(objects[step.object][0]);
      if (step.changes) mine.join(objects[step.object][1]);
    }
    mine.set(step.thread, i);
    if (step.object != kNoObject) {
      if (step.changes) {
        objects[step.object][0] = mine;
      } else {
        objects[step.object][1].join(mine);
      }
    }
    place[i] = ++count[step.thread];
    std::uint64_t hash = mixed(step.thread * 1'000'003ULL + place[i]);
    for (unsigned thread = 0; thread < threads_; ++thread) hash = mixed(hash ^ place[mine[thread]]);
    sum += mixed(hash ^ step.value);
  }
  return sum;
}

}  // namespace baton::explorer
