#include "server/resp/reply_buffer.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace baton {
namespace {

struct Taken {
  std::string bytes;
  std::size_t blocks = 0;
};

Taken take_all(ReplyBuffer& buffer) {
  Taken taken;
  for (ReplyBlock* block = buffer.take(); block;) {
    taken.bytes.append(block->data(), block->size);
    ++taken.blocks;
    ReplyBlock::free(std::exchange(block, block->next));
  }
  return taken;
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i % 23);
  return bytes;
}

TEST(ReplyBuffer, HoldsNothingAtFirst) {
  ReplyBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0u);
  EXPECT_EQ(buffer.take(), nullptr);
}

TEST(ReplyBuffer, KeepsWhatWasAppendedInOrder) {
  ReplyBuffer buffer;
  buffer.append("one ");
  std::memcpy(buffer.reserve(100), "two", 3);
  buffer.commit(3);
  buffer.append({});
  EXPECT_EQ(buffer.size(), 7u);
  EXPECT_EQ(take_all(buffer).bytes, "one two");
  EXPECT_TRUE(buffer.empty());
}

TEST(ReplyBuffer, FillsTheLentBlockFirstThenTakesBlocksOfItsOwn) {
  ReplyBuffer buffer;
  buffer.lend(ReplyBlock::allocate(10));
  buffer.append(pattern(25));
  EXPECT_EQ(buffer.size(), 25u);
  EXPECT_GE(buffer.capacity(), 25u);
  const Taken taken = take_all(buffer);
  EXPECT_EQ(taken.bytes, pattern(25));
  EXPECT_EQ(taken.blocks, 2u);
}

TEST(ReplyBuffer, AReservationIsContiguousThoughTheLentBlockIsTooSmall) {
  ReplyBuffer buffer;
  buffer.lend(ReplyBlock::allocate(10));
  buffer.append("12345");
  std::memcpy(buffer.reserve(9), "abcdefghi", 9);
  buffer.commit(9);
  EXPECT_EQ(take_all(buffer).bytes, "12345abcdefghi");
}

TEST(ReplyBuffer, ALargeValueAndItsEndTakeOneBlock) {
  ReplyBuffer buffer;
  buffer.lend(ReplyBlock::allocate(100));
  buffer.append(pattern(1 << 20));
  buffer.append("\r\n");
  EXPECT_EQ(take_all(buffer).blocks, 2u);
}

TEST(ReplyBuffer, InsertsAnywhereInAnyBlock) {
  const std::string bytes = pattern(40);
  for (std::size_t position = 0; position <= bytes.size(); ++position) {
    for (std::size_t lent : {10u, 16u, 40u, 60u}) {
      ReplyBuffer buffer;
      buffer.lend(ReplyBlock::allocate(lent));
      buffer.append(bytes);
      buffer.insert(position, "*12\r\n");
      buffer.append("tail");
      EXPECT_EQ(buffer.size(), bytes.size() + 9);
      std::string expected = bytes;
      expected.insert(position, "*12\r\n");
      EXPECT_EQ(take_all(buffer).bytes, expected + "tail") << position << " in blocks from " << lent;
    }
  }
}

TEST(ReplyBuffer, TruncatesToAnySizeAndGoesOn) {
  const std::string bytes = pattern(40);
  for (std::size_t size = 0; size <= bytes.size() + 1; ++size) {
    ReplyBuffer buffer;
    buffer.lend(ReplyBlock::allocate(10));
    buffer.append(bytes);
    buffer.truncate(size);
    EXPECT_EQ(buffer.size(), std::min(size, bytes.size()));
    buffer.append("tail");
    EXPECT_EQ(take_all(buffer).bytes, bytes.substr(0, size) + "tail");
  }
}

TEST(ReplyBuffer, MovesWithWhatItHolds) {
  ReplyBuffer from;
  from.append(pattern(20'000));
  ReplyBuffer to(std::move(from));
  to.append("tail");
  EXPECT_EQ(to.size(), 20'004u);
  ReplyBuffer other;
  other.append("other");
  other = std::move(to);
  EXPECT_EQ(take_all(other).bytes, pattern(20'000) + "tail");
}

TEST(ReplyBuffer, ServesAgainAfterItWasTaken) {
  ReplyBuffer buffer;
  buffer.append(pattern(20'000));
  take_all(buffer);
  buffer.lend(ReplyBlock::allocate(10));
  buffer.append("again");
  EXPECT_EQ(buffer.size(), 5u);
  EXPECT_EQ(take_all(buffer).bytes, "again");
}

TEST(ReplyBufferDeathTest, RefusesASecondLoan) {
  EXPECT_DEATH(
      {
        ReplyBuffer buffer;
        buffer.append("x");
        buffer.lend(ReplyBlock::allocate(10));
      },
      "lent a block while it has one");
}

TEST(ReplyBufferDeathTest, RefusesToInsertBehindItsEnd) {
  EXPECT_DEATH(
      {
        ReplyBuffer buffer;
        buffer.insert(1, "x");
      },
      "insert behind the end");
}

}  // namespace
}  // namespace baton
