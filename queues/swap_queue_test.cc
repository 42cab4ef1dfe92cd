#include "queues/swap_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

namespace baton {
namespace {

struct Node : ChainLink<Node> {
  std::size_t producer = 0;
  std::size_t value = 0;
};

Chain<Node> chain_of(Node& node) {
  Chain<Node> chain;
  chain.push_back(Held<Node>(&node));
  return chain;
}

TEST(SwapQueue, drains_all_that_was_joined_in_order_and_is_empty_after) {
  std::array<Node, 3> nodes;
  SwapQueue<Node> queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.drain().empty());

  Chain<Node> pair = chain_of(nodes[0]);
  pair.push_back(Held<Node>(&nodes[1]));
  queue.join(std::move(pair));
  queue.join(chain_of(nodes[2]));
  queue.join(Chain<Node>());
  EXPECT_TRUE(pair.empty());  // NOLINT(bugprone-use-after-move): the promise under test
  EXPECT_FALSE(queue.empty());

  Chain<Node> drained = queue.drain();
  EXPECT_TRUE(queue.empty());
  for (Node& node : nodes) EXPECT_EQ(drained.pop_front().release(), &node);
  EXPECT_TRUE(drained.empty());
}

TEST(SwapQueue, keeps_the_order_of_each_of_two_producers) {
  constexpr std::size_t kEach = 20'000;
  std::vector<Node> nodes(2 * kEach);
  SwapQueue<Node> queue;
  auto produce = [&](std::size_t producer) {
    for (std::size_t i = 0; i < kEach; ++i) {
      Node& node = nodes[producer * kEach + i];
      node.producer = producer;
      node.value = i;
      queue.join(chain_of(node));
    }
  };
  Thread first("first", [&] { produce(0); });
  Thread second("second", [&] { produce(1); });
  std::array<std::size_t, 2> expected{};
  StdSync::Backoff backoff;
  while (expected[0] + expected[1] < 2 * kEach) {
    Chain<Node> drained = queue.drain();
    if (drained.empty()) backoff.pause();
    while (!drained.empty()) {
      const Node* node = drained.pop_front().release();
      ASSERT_EQ(node->value, expected[node->producer]++);
    }
  }
  first.join();
  second.join();
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace baton
