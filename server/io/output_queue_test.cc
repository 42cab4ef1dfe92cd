#include "server/io/output_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace baton {
namespace {

class OutputQueueTest : public testing::Test {
 protected:
  ~OutputQueueTest() override { queue.clear(pool); }
  static ReplyBlock* block(std::string_view text, std::size_t capacity) {
    ReplyBlock* const made = ReplyBlock::allocate(capacity);
    std::memcpy(made->data(), text.data(), text.size());
    made->size = static_cast<std::uint32_t>(text.size());
    return made;
  }
  // All that is offered, taken `step` bytes at a time.
  std::string send_all(std::size_t step) {
    std::string sent;
    std::array<iovec, 3> parts;
    while (!queue.empty()) {
      std::string offered;
      const std::size_t n = queue.parts(parts, static_cast<std::size_t>(-1));
      for (std::size_t i = 0; i < n; ++i)
        offered.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
      if (offered.empty()) return sent + "<nothing offered>";
      offered.resize(std::min(step, offered.size()));
      queue.sent(offered.size(), pool);
      sent += offered;
    }
    return sent;
  }
  BlockPool pool;
  OutputQueue queue;
};

TEST_F(OutputQueueTest, BytesLeaveInOrderHoweverFewAreTaken) {
  for (const std::size_t step : {1u, 7u, 1000u, 20'000u, 100'000u}) {
    std::string all(40'000, 'a');
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>('a' + i % 23);
    queue.append(std::string_view(all), pool);
    queue.append(block("tail", 4), pool);
    queue.append(std::string_view("end"), pool);
    EXPECT_EQ(queue.bytes(), all.size() + 7);
    EXPECT_EQ(send_all(step), all + "tailend");
    EXPECT_EQ(queue.memory(), 0u);
    EXPECT_EQ(queue.blocks(), 0u);
  }
}

TEST_F(OutputQueueTest, SmallRepliesShareABlock) {
  for (int i = 0; i < 100; ++i) queue.append(block("12345", 16'000), pool);
  EXPECT_EQ(queue.blocks(), 1u);
  EXPECT_EQ(queue.bytes(), 500u);
}

TEST_F(OutputQueueTest, ABlockMayGrowAtItsEndWhileItsBeginIsBeingSent) {
  queue.append(std::string_view("first"), pool);
  queue.sent(3, pool);
  queue.append(std::string_view("second"), pool);
  EXPECT_EQ(send_all(100), "stsecond");
}

TEST_F(OutputQueueTest, AnEmptyBlockIsNotQueued) {
  queue.append(block("", 16), pool);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.blocks(), 0u);
}

TEST_F(OutputQueueTest, MemoryIsThatOfTheBlocksNotOfTheBytes) {
  queue.append(block("x", 10'000), pool);
  EXPECT_EQ(queue.memory(), sizeof(ReplyBlock) + 10'000);
}

}  // namespace
}  // namespace baton
