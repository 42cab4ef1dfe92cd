// The explorer's memory model against the axioms of C++20, by two ways that share nothing: random programs
// are run by the explorer on the weakest machine, and their outcomes enumerated from the relations of the
// standard
// ([intro.races], [atomics.order], [atomics.fences]): who reads from whom, and the order of the stores to
// each word, tried in full. Equal sets of outcomes, but that executions are left out which no order of
// execution can show: where a cycle goes through the program's order, reads-from and the order of stores
// (load buffering and 2+2W, the two behaviours that the explorer does not have).
//
// BATON_AXIOMS_PROGRAMS and BATON_AXIOMS_SEED choose how many programs, and which.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <set>
#include <string>
#include <vector>

#include "model/explorer/engine.h"
#include "model/explorer/exhaustive.h"
#include "model/explorer/explorer_sync.h"
#include "model/explorer/sampling.h"

namespace baton::explorer {
namespace {

using Order = std::memory_order;
constexpr unsigned kWords = 3;
constexpr std::size_t kEventsMax = 16;

enum class Does : std::uint8_t { kLoad, kStore, kExchange, kCompareExchange, kFence };

struct Instruction {
  Does does = Does::kLoad;
  unsigned word = 0;
  Order order = Order::relaxed;
  int value = 0;     // that it stores: no two store the same
  int expected = 0;  // of a compare and exchange, whose failure is relaxed
};
using Text = std::vector<std::vector<Instruction>>;

// What every instruction read, in the order of the program, and the last value of each word.
using Outcome = std::vector<int>;
using Outcomes = std::set<Outcome>;

Order random_order(Random& random, Does does, bool strong) {
  if (strong) return Order::seq_cst;
  if (random.below(2) == 0 && does != Does::kFence) return Order::relaxed;
  switch (does) {
    case Does::kLoad:
      return Order::acquire;
    case Does::kStore:
      return Order::release;
    case Does::kFence:
      return random.below(2) == 0 ? Order::release : Order::acquire;
    default:
      return Order::acq_rel;
  }
}

Text random_text(Random& random) {
  static constexpr Does kKinds[] = {Does::kLoad,  Does::kLoad,     Does::kLoad,  Does::kStore,
                                    Does::kStore, Does::kExchange, Does::kFence, Does::kCompareExchange};
  Text text(2 + random.below(2));
  const std::uint32_t strong_of_ten = random.below(2) == 0 ? 4 : 8;
  const unsigned words = 2 + random.below(2);
  int stored = 0;
  for (auto& thread : text) {
    const std::uint32_t length = 1 + random.below(text.size() == 2 ? 5 : 4);
    for (std::uint32_t i = 0; i < length; ++i) {
      Instruction it;
      it.does = kKinds[random.below(8)];
      it.word = random.below(words);
      it.order = random_order(random, it.does, random.below(10) < strong_of_ten);
      if (it.does != Does::kLoad && it.does != Does::kFence) it.value = ++stored;
      it.expected = static_cast<int>(random.below(3));
      thread.push_back(it);
    }
  }
  return text;
}

// ---- by the explorer

class Run final : public Program {
 public:
  explicit Run(const Text& text) : text_(text) {}
  unsigned threads() const override { return static_cast<unsigned>(text_.size()); }
  void construct() override {
    world_ = new (room_) World;
    reads_.resize(text_.size());
    for (auto& reads : reads_) reads.clear();
  }
  void destroy() override { world_->~World(); }
  void thread(unsigned index) override {
    for (const Instruction& it : text_[index]) reads_[index].push_back(execute(it));
  }
  void after() override {
    Outcome outcome;
    for (const auto& reads : reads_) outcome.insert(outcome.end(), reads.begin(), reads.end());
    for (auto& word : world_->words) outcome.push_back(word.load(Order::relaxed));
    outcomes.insert(outcome);
  }

  Outcomes outcomes;

 private:
  struct World {
    std::array<ExplorerAtomic<int>, kWords> words{ExplorerAtomic<int>(0), ExplorerAtomic<int>(0),
                                                  ExplorerAtomic<int>(0)};
  };

  int execute(const Instruction& it) {
    ExplorerAtomic<int>& word = world_->words[it.word];
    int read = it.expected;
    switch (it.does) {
      case Does::kLoad:
        return word.load(it.order);
      case Does::kStore:
        word.store(it.value, it.order);
        return -1;
      case Does::kExchange:
        return word.exchange(it.value, it.order);
      case Does::kCompareExchange:
        word.compare_exchange_strong(read, it.value, it.order, Order::relaxed);
        return read;
      case Does::kFence:
        ExplorerSync::fence(it.order);
        return -1;
    }
    return -1;
  }

  const Text& text_;
  alignas(World) std::byte room_[sizeof(World)];
  World* world_ = nullptr;
  std::vector<std::vector<int>> reads_;
};

Outcomes explored(const Text& text, const MachineOptions& machine) {
  Engine engine(machine);
  Exhaustive exhaustive(Exhaustive::Kind::kDpor);
  Run run(text);
  do {
    engine.run(run, exhaustive);
    EXPECT_FALSE(engine.failed()) << engine.failure().what;
  } while (exhaustive.next());
  return run.outcomes;
}

// ---- from the axioms

class Relation {
 public:
  void add(std::size_t a, std::size_t b) { rows_[a] |= 1U << b; }
  bool operator()(std::size_t a, std::size_t b) const { return (rows_[a] >> b & 1U) != 0; }
  void close() {
    for (std::size_t via = 0; via < rows_.size(); ++via) {
      for (std::uint32_t& row : rows_) {
        if ((row >> via & 1U) != 0) row |= rows_[via];
      }
    }
  }
  // Of a closed one.
  bool cyclic() const {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if ((*this)(i, i)) return true;
    }
    return false;
  }

 private:
  std::array<std::uint32_t, kEventsMax> rows_{};
};

class Enumeration {
 public:
  explicit Enumeration(const Text& text) {
    for (unsigned word = 0; word < kWords; ++word) {  // the initial values come first
      events_.push_back({{Does::kStore, word, Order::relaxed, 0, 0}, -1});
    }
    for (std::size_t thread = 0; thread < text.size(); ++thread) {
      for (const Instruction& it : text[thread]) events_.push_back({it, static_cast<int>(thread)});
    }
    for (std::size_t i = kWords; i < events_.size(); ++i) {
      const Does does = events_[i].it.does;
      if (does == Does::kLoad || does == Does::kExchange || does == Does::kCompareExchange)
        reads_.push_back(i);
    }
  }

  // Small enough to be enumerated: so many ways to read, and to order what is stored.
  [[nodiscard]] bool fits() const {
    double ways = 1;
    for (const std::size_t read : reads_) {
      ways *= static_cast<double>(std::count_if(events_.begin(), events_.end(), [&](const Event& event) {
        return event.it.does != Does::kLoad && event.it.does != Does::kFence &&
               event.it.word == events_[read].it.word;
      }));
    }
    for (unsigned word = 0; word < kWords; ++word) {
      int stored = 0;
      for (const Event& event : events_) {
        if (event.it.value != 0 && event.it.word == word) ways *= ++stored;
      }
    }
    return events_.size() <= kEventsMax && ways < 20'000;
  }
  Outcomes outcomes() {
    choose_source(0);
    return std::move(outcomes_);
  }

 private:
  struct Event {
    Instruction it;
    int thread;
    bool writes = false;
    std::size_t source = 0;  // of a read: the store it reads from
    int place = 0;           // in the order of coherence of its word: stores even, their readers after them
  };

  bool is_read(std::size_t i) const { return std::find(reads_.begin(), reads_.end(), i) != reads_.end(); }
  bool is_fence(std::size_t i) const { return events_[i].it.does == Does::kFence; }
  bool stores(std::size_t i) const {
    const Event& event = events_[i];
    if (is_fence(i) || event.it.does == Does::kLoad) return false;
    return event.it.does != Does::kCompareExchange || events_[event.source].it.value == event.it.expected;
  }
  // A failed compare and exchange is a relaxed load.
  Order order_of(std::size_t i) const {
    const Event& event = events_[i];
    return event.it.does == Does::kCompareExchange && !event.writes ? Order::relaxed : event.it.order;
  }
  bool sequential(std::size_t i) const { return i >= kWords && order_of(i) == Order::seq_cst; }
  bool releases(std::size_t i) const {
    const Order order = order_of(i);
    return i >= kWords && (order == Order::release || order == Order::acq_rel || order == Order::seq_cst) &&
           (is_fence(i) || events_[i].writes);
  }
  bool acquires(std::size_t i) const {
    const Order order = order_of(i);
    return i >= kWords && (order == Order::acquire || order == Order::acq_rel || order == Order::seq_cst) &&
           (is_fence(i) || is_read(i));
  }
  bool sequenced(std::size_t a, std::size_t b) const {
    return a >= kWords && b >= kWords && a < b && events_[a].thread == events_[b].thread;
  }
  bool same_word(std::size_t a, std::size_t b) const {
    return !is_fence(a) && !is_fence(b) && events_[a].it.word == events_[b].it.word;
  }

  // Every way to give each read a store to read from; then every order of the stores.
  void choose_source(std::size_t number) {
    if (number == reads_.size()) {
      for (std::size_t i = 0; i < events_.size(); ++i) events_[i].writes = stores(i);
      for (const std::size_t read : reads_) {
        if (!events_[events_[read].source].writes) return;  // a compare and exchange that failed
      }
      choose_order(0);
      return;
    }
    const std::size_t read = reads_[number];
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (i == read || !same_word(i, read) || events_[i].it.does == Does::kLoad) continue;
      events_[read].source = i;
      choose_source(number + 1);
    }
  }

  void choose_order(unsigned word) {
    if (word == kWords) {
      judge();
      return;
    }
    std::vector<std::size_t> order;
    for (std::size_t i = kWords; i < events_.size(); ++i) {
      if (events_[i].writes && events_[i].it.word == word) order.push_back(i);
    }
    do {
      events_[word].place = 0;
      for (std::size_t k = 0; k < order.size(); ++k) events_[order[k]].place = 2 * static_cast<int>(k) + 2;
      last_[word] = order.empty() ? word : order.back();
      choose_order(word + 1);
    } while (std::next_permutation(order.begin(), order.end()));
  }

  void judge() {
    for (const std::size_t read : reads_) {
      const int source = events_[events_[read].source].place;
      if (!events_[read].writes) {
        events_[read].place = source + 1;
      } else if (events_[read].place != source + 2) {
        return;  // a read-modify-write reads the store right before its own
      }
    }
    const std::size_t count = events_.size();
    // What an order of execution can show.
    Relation executed;
    Relation happens;
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b < count; ++b) {
        const bool initial = a < kWords && b >= kWords;
        if (initial || sequenced(a, b)) executed.add(a, b), happens.add(a, b);
        const bool both_write = a != b && same_word(a, b) && events_[a].writes && events_[b].writes;
        if (both_write && events_[a].place < events_[b].place) executed.add(a, b);
      }
    }
    for (const std::size_t read : reads_) executed.add(events_[read].source, read);
    executed.close();
    if (executed.cyclic()) return;

    Relation synchronizes;
    for (const std::size_t read : reads_) synchronize(read, synchronizes);
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b < count; ++b) {
        if (synchronizes(a, b)) happens.add(a, b);
      }
    }
    happens.close();
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b < count; ++b) {
        if (happens(a, b) && coherent_before(b, a)) return;
      }
    }
    if (!has_single_order(happens, synchronizes)) return;
    Outcome outcome;
    for (std::size_t i = kWords; i < count; ++i) {
      outcome.push_back(is_read(i) ? events_[events_[i].source].it.value : -1);
    }
    for (const std::size_t last : last_) outcome.push_back(events_[last].it.value);
    outcomes_.insert(outcome);
  }

  bool coherent_before(std::size_t a, std::size_t b) const {
    return a != b && same_word(a, b) && events_[a].place < events_[b].place;
  }

  void synchronize(std::size_t read, Relation& synchronizes) const {
    // The store that is read, and those whose release sequence it is in: a chain of read-modify-writes.
    for (std::size_t head = events_[read].source;; head = events_[head].source) {
      for (std::size_t from = kWords; from < events_.size(); ++from) {
        const bool by_fence = is_fence(from) && sequenced(from, head);
        if (!releases(from) || !(from == head || by_fence)) continue;
        for (std::size_t to = kWords; to < events_.size(); ++to) {
          const bool to_fence = is_fence(to) && sequenced(read, to);
          if (acquires(to) && (to == read || to_fence)) synchronizes.add(from, to);
        }
      }
      if (!is_read(head)) return;  // no read-modify-write
    }
  }

  bool has_single_order(const Relation& happens, const Relation& synchronizes) const {
    const std::size_t count = events_.size();
    Relation strongly;
    for (std::size_t a = kWords; a < count; ++a) {
      for (std::size_t b = kWords; b < count; ++b) {
        const bool direct = synchronizes(a, b) && sequential(a) && sequential(b);
        if (sequenced(a, b) || direct) strongly.add(a, b);
        if (!happens(a, b)) continue;
        for (std::size_t before = kWords; before < count; ++before) {
          for (std::size_t after = kWords; after < count; ++after) {
            if (sequenced(before, a) && sequenced(b, after)) strongly.add(before, after);
          }
        }
      }
    }
    strongly.close();
    Relation single;
    for (std::size_t a = kWords; a < count; ++a) {
      for (std::size_t b = kWords; b < count; ++b) {
        if (sequential(a) && sequential(b) && strongly(a, b)) single.add(a, b);
        if (is_fence(a) || is_fence(b) || !coherent_before(a, b)) continue;
        for (std::size_t x = kWords; x < count; ++x) {
          const bool from = sequential(x) && (x == a || (is_fence(x) && happens(x, a)));
          for (std::size_t y = kWords; from && y < count; ++y) {
            if (sequential(y) && (y == b || (is_fence(y) && happens(b, y)))) single.add(x, y);
          }
        }
      }
    }
    single.close();
    return !single.cyclic();
  }

  std::vector<Event> events_;
  std::vector<std::size_t> reads_;
  std::array<std::size_t, kWords> last_{};
  Outcomes outcomes_;
};

std::string shown(const Text& text) {
  static constexpr const char* kDoes[] = {"load", "store", "exchange", "cas", "fence"};
  static constexpr const char* kOrders[] = {"relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};
  std::string all;
  for (const auto& thread : text) {
    all += "\n  thread:";
    for (const Instruction& it : thread) {
      all += std::string("  ") + kDoes[static_cast<std::size_t>(it.does)];
      if (it.does != Does::kFence) all += it.word == 0 ? " x" : it.word == 1 ? " y" : " z";
      if (it.does == Does::kCompareExchange) all += " " + std::to_string(it.expected) + "->";
      if (it.value != 0) all += " " + std::to_string(it.value);
      all += std::string(" ") + kOrders[static_cast<std::size_t>(it.order)];
    }
  }
  return all;
}

std::string shown(const Outcomes& outcomes) {
  std::string all;
  for (const Outcome& outcome : outcomes) {
    all += "\n   ";
    for (const int value : outcome) all += value < 0 ? " ." : " " + std::to_string(value);
  }
  return all;
}

Outcomes without(const Outcomes& these, const Outcomes& those) {
  Outcomes rest;
  std::set_difference(these.begin(), these.end(), those.begin(), those.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

TEST(Axioms, TheExplorerShowsWhatTheyAllow) {
  const std::uint64_t programs = from_environment("BATON_AXIOMS_PROGRAMS", 2'000);
  const std::uint64_t seed = from_environment("BATON_AXIOMS_SEED", 1);
  Random random(seed);
  std::uint64_t compared = 0, outcomes = 0, without_mixed = 0;
  for (std::uint64_t i = 0; i < programs; ++i) {
    const Text text = random_text(random);
    Enumeration enumeration(text);
    if (!enumeration.fits()) continue;
    ++compared;
    const Outcomes allowed = enumeration.outcomes();
    const Outcomes shows = explored(text, {.stale = 7, .mixed = true});
    ASSERT_EQ(shown(without(shows, allowed)), "") << "beyond the standard, program " << i << shown(text);
    ASSERT_EQ(shown(without(allowed, shows)), "") << "missed, program " << i << shown(text);
    const Outcomes fewer = explored(text, {.stale = 7});
    ASSERT_EQ(shown(without(fewer, allowed)), "") << "beyond, without mixed accesses" << shown(text);
    outcomes += allowed.size();
    without_mixed += fewer.size();
  }
  std::printf("%llu programs (seed %llu), %llu outcomes, %llu of them without mixed accesses\n",
              static_cast<unsigned long long>(compared), static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(outcomes), static_cast<unsigned long long>(without_mixed));
  EXPECT_GT(compared, programs / 2);
  EXPECT_LT(without_mixed, outcomes);  // or the machine's option does nothing
}

}  // namespace
}  // namespace baton::explorer
