#include "server/io/command_batch.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

TEST(CommandBatchTest, ABatchWithOnlyAProtocolErrorIsNotEmpty) {
  CommandBatch batch;
  EXPECT_TRUE(batch.empty());
  batch.protocol_error = "Protocol error: x";
  EXPECT_FALSE(batch.empty());
  batch.clear();
  EXPECT_TRUE(batch.empty());
}

TEST(CommandBatchTest, EachCommandHasItsOwnArgumentsAndHashes) {
  CommandBatch batch;
  batch.arguments = {"GET", "a", "MGET", "b", "c"};
  batch.hashes = {1, 2, 3};
  batch.commands.push_back({.first_argument = 0, .arguments = 2, .first_hash = 0, .hashes = 1});
  batch.commands.push_back({.first_argument = 2, .arguments = 3, .first_hash = 1, .hashes = 2});
  EXPECT_EQ(batch.arguments_of(batch.commands[1])[2], "c");
  EXPECT_EQ(batch.hashes_of(batch.commands[1])[0], 2u);
  EXPECT_EQ(batch.hashes_of(batch.commands[0]).size(), 1u);
}

TEST(CommandBatchTest, ClearingKeepsTheMemoryOfSmallBatchesOnly) {
  CommandBatch batch;
  batch.arguments.resize(16);
  batch.clear();
  EXPECT_GE(batch.arguments.capacity(), 16u);
  batch.arguments.resize(100'000);
  batch.clear();
  EXPECT_LT(batch.arguments.capacity(), 1000u);
}

}  // namespace
}  // namespace baton
