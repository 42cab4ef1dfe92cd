// SwapQueue: hand chains of objects from any number of threads to one, in O(1) under a mutex.
//
//   SwapQueue<Session> queue;
//   queue.join(std::move(batch));             // producers; batch is empty after
//   Chain<Session> mine = queue.drain();      // consumer: all that was there, in order
//
// Ownership   chain_ and the links of the nodes in it belong to whoever holds mutex_. A drained chain is the
//             consumer's alone; a joined one is no longer the producer's.
// Memory order
//   The mutex orders everything: what a producer did before join() is seen after the drain() that returns its
//   nodes. No atomic is used. If a recheck by empty() precedes a join(), what its thread stored before the
//   recheck is seen by the joiner after the join: this is why a doorbell needs nothing more on this path.
// Invariant   Nodes of one join stay together and in order; joins are drained in the order of their locks.
// Full        Never: it is bounded by the objects that exist.
// Progress    Blocking, for the length of a pointer swap.
// Checked by  queues/swap_queue_test.cc, model/swap_queue_model.h
#pragma once

#include <utility>

#include "queues/chain.h"
#include "queues/std_sync.h"
#include "queues/sync_policy.h"

namespace baton {

template <class Node, SyncPolicy Sync = StdSync>
class SwapQueue {
 public:
  SwapQueue() = default;
  SwapQueue(const SwapQueue&) = delete;
  SwapQueue& operator=(const SwapQueue&) = delete;

  // Any thread. Appends all of `batch` and leaves it empty.
  void join(Chain<Node, Sync>&& batch) noexcept {
    if (batch.empty()) return;
    const Lock lock(mutex_);
    chain_.join(std::move(batch));
  }

  // The consumer. Takes all that is there.
  [[nodiscard]] Chain<Node, Sync> drain() noexcept {
    const Lock lock(mutex_);
    return std::move(chain_);
  }

  // Under the lock, so that it can be the recheck before a sleep.
  [[nodiscard]] bool empty() noexcept {
    const Lock lock(mutex_);
    return chain_.empty();
  }

 private:
  using Lock = typename Sync::Lock;

  typename Sync::Mutex mutex_;
  Chain<Node, Sync> chain_;
};

}  // namespace baton
