#include "model/explorer/sampling.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace baton::explorer {

int thread_of_rank(ThreadMask enabled, int running, unsigned rank) {
  const ThreadMask own = running >= 0 ? (ThreadMask{1} << static_cast<unsigned>(running)) & enabled : 0;
  if (own != 0) {
    if (rank == 0) return running;
    --rank;
    enabled &= ~own;
  }
  for (; rank != 0; --rank) enabled &= enabled - 1;
  return std::countr_zero(enabled);
}

unsigned sample_choice(Random& random, unsigned options) {
  return random.below(2) == 0 ? 0 : random.below(options);
}

int RandomWalk::pick(Engine&, ThreadMask enabled, int) {
  return thread_of_rank(enabled, -1, random_.below(static_cast<std::uint32_t>(std::popcount(enabled))));
}

Pct::Pct(std::uint64_t first_seed, std::uint64_t executions, unsigned depth)
    : seed_(first_seed), left_(executions), random_(0), changes_(depth > 0 ? depth - 1 : 0) {}

void Pct::begin(unsigned threads) {
  random_ = Random(seed_);
  step_ = 0;
  lowest_ = 0;
  for (unsigned i = 0; i < kThreadsMax; ++i) priority_[i] = 100 + static_cast<int>(i);
  for (unsigned i = threads; i-- > 1;) std::swap(priority_[i], priority_[random_.below(i + 1)]);
  // How long the execution will be is not known, and asking those before would make it depend on them.
  const std::uint32_t length = kLengthLeast << random_.below(kLengths);
  for (std::uint32_t& change : changes_) change = 1 + random_.below(length);
}

int Pct::first_of(ThreadMask enabled) const {
  int first = std::countr_zero(enabled);
  for (enabled &= enabled - 1; enabled != 0; enabled &= enabled - 1) {
    const int other = std::countr_zero(enabled);
    if (priority_[static_cast<unsigned>(other)] > priority_[static_cast<unsigned>(first)]) first = other;
  }
  return first;
}

int Pct::pick(Engine&, ThreadMask enabled, int) {
  ++step_;
  int first = first_of(enabled);
  for (const std::uint32_t change : changes_) {
    if (change != step_) continue;
    priority_[static_cast<unsigned>(first)] = --lowest_;
    first = first_of(enabled);
  }
  return first;
}

bool Pct::next() {
  ++seed_;
  return --left_ != 0;
}

Portfolio::Portfolio(std::uint64_t first_seed, std::uint64_t executions)
    : seed_(first_seed),
      left_(executions),
      walk_(first_seed, 0),
      pcts_{Pct(first_seed, 0, 2), Pct(first_seed, 0, 3), Pct(first_seed, 0, 5)} {
  turn();
}

void Portfolio::turn() {
  const std::uint64_t which = seed_ % 4;
  if (which == 0) {
    now_ = &walk_;
  } else {
    now_ = &pcts_[which - 1];
  }
}

void Portfolio::begin(unsigned threads) { now_->begin(threads); }

bool Portfolio::next() {
  // Every strategy counts every seed, so that an execution depends on its seed alone.
  walk_.next();
  for (Pct& pct : pcts_) pct.next();
  ++seed_;
  turn();
  return --left_ != 0;
}

unsigned Replay::take(unsigned options) {
  const unsigned wanted = at_ < decisions_.size() ? decisions_[at_] : 0;
  if (wanted >= options && misfit_ < 0) misfit_ = static_cast<int>(at_);
  ++at_;
  return wanted < options ? wanted : 0;
}

int Replay::pick(Engine&, ThreadMask enabled, int running) {
  const auto options = static_cast<unsigned>(std::popcount(enabled));
  return thread_of_rank(enabled, running, options == 1 ? 0 : take(options));
}

unsigned Replay::choose(unsigned options) { return take(options); }

int FuzzedSchedule::pick(Engine&, ThreadMask enabled, int running) {
  const auto options = static_cast<unsigned>(std::popcount(enabled));
  return thread_of_rank(enabled, running, options == 1 ? 0 : take() % options);
}

int Estimator::pick(Engine&, ThreadMask enabled, int) {
  const auto options = static_cast<std::uint32_t>(std::popcount(enabled));
  product_ *= options;
  return thread_of_rank(enabled, -1, random_.below(options));
}

unsigned Estimator::choose(unsigned options) {
  product_ *= options;
  return random_.below(options);
}

bool Estimator::next() {
  sum_ += product_;
  ++walked_;
  return --left_ != 0;
}

}  // namespace baton::explorer
