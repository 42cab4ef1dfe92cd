// Sampling: strategies that run one schedule a seed, or a given one.
//
//   RandomWalk   picks uniformly among the threads that can run.
//   Pct          probabilistic concurrency testing (Burckhardt et al., 2010): random priorities, changed at
//                depth - 1 random steps; finds a bug of depth d in n threads and k steps with probability at
//                least 1 / (n k^(d-1)), where k is guessed for each execution (one of six guesses).
//   Portfolio    rotates over the others by seed: neither is best for every bug.
//   Replay       the decisions of a schedule.
//   Estimator    Knuth's estimate of how many schedules there are: the mean, over random walks, of the
//   product
//                of their branching.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/explorer/strategy.h"
#include "model/split_mix.h"

namespace baton::explorer {

// Numbers from a seed, good from any and the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() { return model::split_mix(state_); }
  // 0 .. bound - 1.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32U) * bound >> 32U);
  }

 private:
  std::uint64_t state_;
};

// Half of the choices take option 0, or a stale read or a fault would be met at every operation.
[[nodiscard]] unsigned sample_choice(Random& random, unsigned options);

class RandomWalk final : public Strategy {
 public:
  RandomWalk(std::uint64_t first_seed, std::uint64_t executions)
      : seed_(first_seed), left_(executions), random_(0) {}

  void begin(unsigned) override { random_ = Random(seed_); }
  int pick(Engine&, ThreadMask enabled, int) override;
  unsigned choose(unsigned options) override { return sample_choice(random_, options); }
  bool next() override { return ++seed_, --left_ != 0; }

 private:
  std::uint64_t seed_;
  std::uint64_t left_;
  Random random_;
};

class Pct final : public Strategy {
 public:
  Pct(std::uint64_t first_seed, std::uint64_t executions, unsigned depth);

  void begin(unsigned threads) override;
  int pick(Engine&, ThreadMask enabled, int running) override;
  unsigned choose(unsigned options) override { return sample_choice(random_, options); }
  bool next() override;

 private:
  [[nodiscard]] int first_of(ThreadMask enabled) const;

  std::uint64_t seed_;
  std::uint64_t left_;
  Random random_;
  // How long an execution is taken to be, where changes may fall: 16, 32, ... or 512 steps.
  static constexpr std::uint32_t kLengthLeast = 16;
  static constexpr std::uint32_t kLengths = 6;

  std::uint32_t step_ = 0;
  int lowest_ = 0;
  std::array<int, kThreadsMax> priority_{};
  std::vector<std::uint32_t> changes_;
};

class Portfolio final : public Strategy {
 public:
  Portfolio(std::uint64_t first_seed, std::uint64_t executions);

  void begin(unsigned threads) override;
  int pick(Engine& engine, ThreadMask enabled, int running) override {
    return now_->pick(engine, enabled, running);
  }
  unsigned choose(unsigned options) override { return now_->choose(options); }
  bool next() override;

 private:
  void turn();

  std::uint64_t seed_;
  std::uint64_t left_;
  RandomWalk walk_;
  std::array<Pct, 3> pcts_;
  Strategy* now_ = nullptr;
};

// What a schedule says may not fit the program: then it goes on with option 0 and remembers where.
class Replay final : public Strategy {
 public:
  explicit Replay(std::span<const std::uint8_t> decisions) : decisions_(decisions) {}

  void begin(unsigned) override { at_ = 0, misfit_ = -1; }
  int pick(Engine&, ThreadMask enabled, int running) override;
  unsigned choose(unsigned options) override;
  bool next() override { return false; }

  // The first decision that had no such option, or -1.
  [[nodiscard]] int misfit() const { return misfit_; }
  // Decisions that were not asked for.
  [[nodiscard]] std::size_t left_over() const {
    return at_ < decisions_.size() ? decisions_.size() - at_ : 0;
  }

 private:
  unsigned take(unsigned options);

  std::span<const std::uint8_t> decisions_;
  std::size_t at_ = 0;
  int misfit_ = -1;
};

// Bytes of a fuzzer: every byte means something, and after the last nobody is pre-empted.
class FuzzedSchedule final : public Strategy {
 public:
  explicit FuzzedSchedule(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  void begin(unsigned) override { at_ = 0; }
  int pick(Engine&, ThreadMask enabled, int running) override;
  unsigned choose(unsigned options) override { return take() % options; }
  bool next() override { return false; }

 private:
  unsigned take() { return at_ < bytes_.size() ? bytes_[at_++] : 0U; }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

class Estimator final : public Strategy {
 public:
  Estimator(std::uint64_t seed, std::uint64_t walks) : random_(seed), left_(walks) {}

  void begin(unsigned) override { product_ = 1; }
  int pick(Engine&, ThreadMask enabled, int) override;
  unsigned choose(unsigned options) override;
  bool next() override;

  // Schedules, each with its choices of values.
  [[nodiscard]] double estimate() const { return walked_ == 0 ? 0 : sum_ / static_cast<double>(walked_); }

 private:
  Random random_;
  std::uint64_t left_;
  std::uint64_t walked_ = 0;
  double product_ = 1;
  double sum_ = 0;
};

// The thread of that rank: see Engine::decisions().
[[nodiscard]] int thread_of_rank(ThreadMask enabled, int running, unsigned rank);

}  // namespace baton::explorer
