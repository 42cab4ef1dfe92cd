// What a run takes and leaves is counted, and what it gives back twice is seen at once.
#include "model/sim/heap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace baton::sim {
namespace {

using testing::HasSubstr;

// Behind a pointer that no compiler looks through: they know what deleting twice is.
void* take(std::size_t bytes) {
  void* (*volatile taker)(std::size_t) = [](std::size_t n) { return ::operator new(n); };
  return taker(bytes);
}
void give(void* block) {
  void (*volatile giver)(void*) = [](void* b) { ::operator delete(b); };
  giver(block);
}

TEST(Heap, CountsWhatIsTakenAndNotGivenBack) {
  ASSERT_TRUE(heap::watched());
  const std::int64_t before = heap::blocks();
  void* const one = take(100);
  void* volatile two = std::malloc(100);
  EXPECT_EQ(heap::blocks(), before + 2);
  two = std::realloc(two, 100'000);
  EXPECT_EQ(heap::blocks(), before + 2);
  std::free(two);
  give(one);
  EXPECT_EQ(heap::blocks(), before);
}

TEST(Heap, CountsWhatNeedsMoreThanTheUsualAlignment) {
  struct alignas(128) Line {
    char bytes[128];
  };
  const std::int64_t before = heap::blocks();
  auto lines = std::make_unique<std::vector<Line>>(3);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(lines->data()) % 128, 0u);
  EXPECT_EQ(heap::blocks(), before + 2);
  lines.reset();
  EXPECT_EQ(heap::blocks(), before);
}

TEST(Heap, TellsWhatIsLeft) {
  void* const older = take(11);
  heap::note_blocks();
  void* const kept = take(77);
  give(take(88));
  give(older);
  const std::string left = heap::noted_blocks();
  EXPECT_THAT(left, HasSubstr("1 blocks of 77 bytes"));
  give(kept);
}

TEST(HeapDeathTest, ABlockIsNotGivenBackTwice) {
  EXPECT_DEATH(
      {
        void* const block = take(40);
        give(block);
        give(block);
      },
      "memory is freed twice");
}

TEST(HeapDeathTest, AFreedBlockIsNotWrittenTo) {
  EXPECT_DEATH(
      {
        char* const block = static_cast<char*>(take(40));
        give(block);
        *const_cast<volatile char*>(block + 20) = 'x';
        for (int i = 0; i < 1000; ++i) give(take(8));
      },
      "written to after it had been freed");
}

}  // namespace
}  // namespace baton::sim
