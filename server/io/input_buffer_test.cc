#include "server/io/input_buffer.h"

#include <gtest/gtest.h>

#include <string>

namespace baton {
namespace {

class InputBufferTest : public testing::Test {
 protected:
  ~InputBufferTest() override { input.release(pool); }
  void receive(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::span<char> room = input.make_room(pool);
      const std::size_t n = std::min(room.size(), bytes.size());
      std::memcpy(room.data(), bytes.data(), n);
      input.received(n);
      bytes.remove_prefix(n);
    }
  }
  std::string pending() { return {input.pending().data(), input.pending().size()}; }
  BlockPool pool;
  InputBuffer input;
};

TEST_F(InputBufferTest, WhatIsNotConsumedStaysWhileTheBufferGrows) {
  std::string bytes(100'000, ' ');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>('a' + i % 19);
  receive("gone");
  input.consume(4);
  receive(bytes);
  EXPECT_EQ(pending(), bytes);
  EXPECT_GE(input.capacity(), bytes.size());
}

TEST_F(InputBufferTest, ConsumedBytesMakeRoomWithoutGrowth) {
  const std::string piece(10'000, 'p');
  for (int i = 0; i < 50; ++i) {
    receive(piece);
    input.consume(piece.size());
  }
  EXPECT_EQ(input.capacity(), BlockPool::kInputBytes);
}

TEST_F(InputBufferTest, AnEmptyBufferGivesItsBlockBackAndAFullOneDoesNot) {
  receive("x");
  input.release_if_empty(pool);
  EXPECT_EQ(pending(), "x");
  input.consume(1);
  input.release_if_empty(pool);
  EXPECT_EQ(input.capacity(), 0u);
  receive("y");
  EXPECT_EQ(pending(), "y");
}

TEST_F(InputBufferTest, ACutKeepsTheBegin) {
  receive("keep-drop");
  input.consume(1);
  input.cut(3);
  EXPECT_EQ(pending(), "eep");
}

}  // namespace
}  // namespace baton
