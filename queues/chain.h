// Chain: a first-in first-out list of objects that carry their own link.
//
//   struct Session : ChainLink<Session> { ... };
//   Chain<Session> batch;
//   batch.push_back(std::move(held));
//   all.join(std::move(batch));              // O(1); batch is empty after
//   while (!all.empty()) serve(all.pop_front());
//
// Ownership   One thread has the chain and everything in it; to hand it on is to move it. A node is in at
//             most one chain, and its link belongs to that chain.
// Invariant   head is null exactly if tail is null; the tail's link is null; a node outside has a null link.
//             push_back traps on a node that has a successor or is its own tail: posted twice (I1). It cannot
//             tell the last node of another chain from one that is in none.
// Progress    Every operation is O(1) and allocates nothing.
// Checked by  queues/chain_test.cc; model/mailbox_model.h, where all three pointers are race-checked.
#pragma once

#include <utility>

#include "queues/check.h"
#include "queues/held.h"
#include "queues/std_sync.h"
#include "queues/sync_policy.h"

namespace baton {

template <class Node, SyncPolicy Sync = StdSync>
class Chain;

// Base of what travels in chains.
template <class Node, SyncPolicy Sync = StdSync>
class ChainLink {
 public:
  ChainLink() noexcept { next_.set(nullptr); }
  ChainLink(const ChainLink&) = delete;
  ChainLink& operator=(const ChainLink&) = delete;

 private:
  friend class Chain<Node, Sync>;
  typename Sync::template Cell<Node*> next_;
};

template <class Node, SyncPolicy Sync>
class Chain {
 public:
  Chain() noexcept { reset(); }
  Chain(Chain&& other) noexcept {
    head_.set(other.head_.get());
    tail_.set(other.tail_.get());
    other.reset();
  }
  Chain& operator=(Chain&& other) noexcept {
    check(empty(), "Chain: assigned over nodes");
    head_.set(other.head_.get());
    tail_.set(other.tail_.get());
    other.reset();
    return *this;
  }

  [[nodiscard]] bool empty() const noexcept { return head_.get() == nullptr; }

  void push_back(Held<Node> held) noexcept {
    Node* const node = held.release();
    Node* const tail = tail_.get();
    check(link(node).get() == nullptr && node != tail, "Chain: node is already in a chain");
    if (tail == nullptr) {
      head_.set(node);
    } else {
      link(tail).set(node);
    }
    tail_.set(node);
  }

  [[nodiscard]] Held<Node> pop_front() noexcept {
    Node* const node = head_.get();
    check(node != nullptr, "Chain: popped while empty");
    Node* const next = link(node).get();
    link(node).set(nullptr);
    head_.set(next);
    if (next == nullptr) tail_.set(nullptr);
    return Held<Node>(node);
  }

  // Appends all of `other`, in order, and leaves it empty.
  void join(Chain&& other) noexcept {
    if (other.empty()) return;
    Node* const tail = tail_.get();
    if (tail == nullptr) {
      head_.set(other.head_.get());
    } else {
      link(tail).set(other.head_.get());
    }
    tail_.set(other.tail_.get());
    other.reset();
  }

 private:
  using Link = typename Sync::template Cell<Node*>;

  static Link& link(Node* node) noexcept { return static_cast<ChainLink<Node, Sync>*>(node)->next_; }

  void reset() noexcept {
    head_.set(nullptr);
    tail_.set(nullptr);
  }

  Link head_;
  Link tail_;
};

}  // namespace baton
