#include "queues/chain.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

namespace baton {
namespace {

struct Node : ChainLink<Node> {
  int value = 0;
};

struct ChainTest : testing::Test {
  ChainTest() {
    for (int i = 0; i < static_cast<int>(nodes.size()); ++i) nodes[static_cast<std::size_t>(i)].value = i;
  }
  void push(Chain<Node>& chain, std::size_t i) { chain.push_back(Held<Node>(&nodes[i])); }
  static std::vector<int> empty_out(Chain<Node>& chain) {
    std::vector<int> values;
    while (!chain.empty()) values.push_back(chain.pop_front().release()->value);
    return values;
  }
  std::array<Node, 8> nodes;
};
using ChainDeathTest = ChainTest;

TEST_F(ChainTest, gives_back_in_the_order_taken) {
  Chain<Node> chain;
  EXPECT_TRUE(chain.empty());
  for (std::size_t i = 0; i < 3; ++i) push(chain, i);
  EXPECT_FALSE(chain.empty());
  EXPECT_EQ(empty_out(chain), (std::vector{0, 1, 2}));
  EXPECT_TRUE(chain.empty());
}

TEST_F(ChainTest, takes_a_node_again_after_it_was_popped) {
  Chain<Node> chain;
  for (int round = 0; round < 3; ++round) {
    push(chain, 0);
    push(chain, 1);
    EXPECT_EQ(empty_out(chain), (std::vector{0, 1}));
  }
}

TEST_F(ChainTest, joins_in_order_and_leaves_the_other_empty) {
  Chain<Node> front;
  Chain<Node> back;
  push(front, 0);
  push(back, 1);
  push(back, 2);
  front.join(std::move(back));
  EXPECT_TRUE(back.empty());  // NOLINT(bugprone-use-after-move): the promise under test
  push(front, 3);
  push(back, 4);
  EXPECT_EQ(empty_out(front), (std::vector{0, 1, 2, 3}));
  EXPECT_EQ(empty_out(back), (std::vector{4}));
}

TEST_F(ChainTest, joins_with_and_of_the_empty_chain) {
  Chain<Node> chain;
  Chain<Node> other;
  chain.join(std::move(other));
  EXPECT_TRUE(chain.empty());
  push(other, 1);
  chain.join(std::move(other));
  chain.join(Chain<Node>());
  push(chain, 2);
  EXPECT_EQ(empty_out(chain), (std::vector{1, 2}));
}

TEST_F(ChainTest, moves_whole) {
  Chain<Node> chain;
  push(chain, 0);
  push(chain, 1);
  Chain<Node> second(std::move(chain));
  EXPECT_TRUE(chain.empty());  // NOLINT(bugprone-use-after-move)
  chain = std::move(second);
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(empty_out(chain), (std::vector{0, 1}));
}

TEST_F(ChainDeathTest, a_node_pushed_twice_traps) {
  Chain<Node> chain;
  push(chain, 0);
  EXPECT_DEATH(push(chain, 0), "Chain: node is already in a chain");
  push(chain, 1);
  EXPECT_DEATH(push(chain, 0), "Chain: node is already in a chain");
  EXPECT_EQ(empty_out(chain), (std::vector{0, 1}));
}

TEST_F(ChainDeathTest, a_pop_from_the_empty_chain_traps) {
  Chain<Node> chain;
  EXPECT_DEATH(static_cast<void>(chain.pop_front()), "Chain: popped while empty");
}

TEST_F(ChainDeathTest, assignment_over_nodes_traps) {
  Chain<Node> chain;
  push(chain, 0);
  EXPECT_DEATH(chain = Chain<Node>(), "Chain: assigned over nodes");
  EXPECT_EQ(empty_out(chain), (std::vector{0}));
}

}  // namespace
}  // namespace baton
