// SequentialOrder: the single total order S of all seq_cst operations of one execution, as far as the
// standard decides it ([atomics.order] 3 to 6).
//
//   order.strongly_before(thread, clock)   what a new seq_cst operation must come after
//   order.add_access / order.add_fence     the operation, with what else must come before it
//   order.order(sources, target)           a load has read an older store: the target comes later
//
// S is kept as a graph: a node for each seq_cst access and fence, and for each node those that must come
// before it. An execution is possible while the graph has no cycle. Only a load that reads an older store can
// close one: stores, fences and loads of the newest store get edges towards them alone. So the oldest store
// that a load may read is found by asking whether what would have to come after the load comes before it
// (Location).
//
// The edges, A before B in S, are those of the standard:
//   strongly   A strongly happens before B
//   4.1        A is coherence-ordered before B
//   4.2, 4.4   A is coherence-ordered before something that happens before the fence B
//   4.3, 4.4   the fence A happens before something that is coherence-ordered before B (or as above)
// All of this follows from who synchronises with whom and from the order of the operations on each word, not
// from the order in which operations on different words were executed: a seq_cst fence commutes with
// everything, and what a reduction calls independent stays so.
//
// A frontier is a Clock of nodes: for each thread the number of its last node in it, 0 for none. Nodes of one
// thread are in the order of the program, so a frontier stands for all the nodes before it.
// Kept by  machines whose loads look back (MachineOptions::stale): without, no load can close a cycle.
// Checked by  model/explorer/axioms_test.cc, against an enumeration from the axioms; model/litmus.h
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/explorer/clock.h"

namespace baton::explorer {

class SequentialOrder {
 public:
  // Stores that a word remembers (Location).
  static constexpr std::uint32_t kStores = 8;

  // What S has to do with one word, for each store of it; made for words that S has to do with.
  struct Word {
    struct Store {
      Clock before;            // nodes that come before an operation that overwrites it, or reads what did
      Clock own;               // of the store itself: its node, and the fences that happen before it
      Clock readers;           // the same of those who read it
      Clock first_readers;     // the first seq_cst load of each thread that read it
      std::uint32_t node = 0;  // of the store, if it is seq_cst; its thread's
    };
    std::array<Store, kStores> stores;
  };

  void clear();
  Word* make_word();

  // Nothing has been ordered yet: every load may read what coherence leaves it.
  [[nodiscard]] bool empty() const { return nodes_count_ == 0; }
  [[nodiscard]] bool has_fences() const { return fences_count_ != 0; }

  // The frontier of what strongly happens before an operation of the thread, whose clock before it is `now`.
  [[nodiscard]] Clock strongly_before(unsigned thread, const Clock& now) const;
  // The frontier of the fences that happen before an operation whose clock is `now`.
  [[nodiscard]] Clock fences_before(const Clock& now) const;
  // With what must come before those in turn.
  void close(Clock& frontier) const;
  // Whether one of the frontier's fences is after what `thread` did at time `at`.
  [[nodiscard]] bool fence_after(unsigned thread, std::uint32_t at, const Clock& frontier) const;

  // `strongly_at`: the time from which on what the thread releases has the access strongly before it. Returns
  // the number of the node.
  std::uint32_t add_access(unsigned thread, const Clock& before, std::uint32_t strongly_at);
  // `now` is the fence's clock, `before` was the thread's until it acquired.
  void add_fence(unsigned thread, const Clock& before, const Clock& now);

  // The sources come before that node, and before the fences that what `thread` did at `at` happens before.
  void order(const Clock& sources, unsigned thread, std::uint32_t node);
  void order_before_fences(const Clock& sources, unsigned thread, std::uint32_t at);

 private:
  struct Node {
    Clock before;
    std::uint32_t strongly_at = 0;
  };
  struct Fence {
    std::uint32_t node = 0;
    Clock now;
  };
  // What must come before a fence that happens after what the thread did until then.
  struct Passed {
    std::uint32_t at = 0;
    Clock sources;
  };
  struct Thread {
    std::vector<Node> nodes;  // number 1 first
    std::vector<Fence> fences;
    std::vector<Passed> passed;  // each covers those before it
  };

  std::array<Thread, kThreadsMax> threads_;
  std::uint32_t nodes_count_ = 0;
  std::uint32_t fences_count_ = 0;
  std::vector<std::unique_ptr<Word>> words_;
  std::size_t words_used_ = 0;
};

}  // namespace baton::explorer
