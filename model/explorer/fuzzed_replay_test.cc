// What is left out of a program made of bytes, shown by one whose failures are plain to see.
#include "model/explorer/fuzzed_replay.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace baton::explorer {
namespace {

constexpr const char* kDefects[] = {"one", "the other"};

// Two threads that look at numbers: 7 fails beside a 3, and fails otherwise without one; 8 fails in the same
// words beside a 4 and without one, at two places.
class Numbers final : public FuzzedProgram {
 public:
  [[nodiscard]] std::span<const char* const> defects() const override { return kDefects; }
  [[nodiscard]] MachineOptions decode(FuzzedBytes& bytes) override {
    numbers_.clear();
    for (unsigned left = bytes.below(10); left > 0; --left)
      numbers_.push_back(static_cast<std::uint8_t>(bytes.below(10)));
    return {};
  }
  [[nodiscard]] Bytes encoded() const override { return encoded(numbers_); }
  [[nodiscard]] std::vector<Bytes> simpler() const override {
    std::vector<Bytes> all;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      Bytes fewer = numbers_;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      all.push_back(encoded(fewer));
    }
    return all;
  }
  [[nodiscard]] std::string text() const override { return std::to_string(numbers_.size()) + " numbers\n"; }

  [[nodiscard]] unsigned threads() const override { return 2; }
  void construct() override {}
  void thread(unsigned index) override {
    if (index == 0 && has(7)) model::require(!has(3), "seven beside three");
    if (index == 0) model::require(!has(7), "seven");
    if (index == 1 && has(8)) model::require(!has(4), "eight");
    if (index == 1) model::require(!has(8), "eight");
  }
  void after() override {}
  void destroy() override {}

 private:
  static Bytes encoded(const Bytes& numbers) {
    Bytes bytes = {static_cast<std::uint8_t>(numbers.size())};
    bytes.insert(bytes.end(), numbers.begin(), numbers.end());
    return bytes;
  }
  [[nodiscard]] bool has(std::uint8_t number) const {
    return std::find(numbers_.begin(), numbers_.end(), number) != numbers_.end();
  }

  Bytes numbers_;
};

using Bytes = FuzzedProgram::Bytes;

TEST(FuzzedReplayTest, WhatFailsInAnotherWayIsNotTheSameFailure) {
  Numbers numbers;
  const FuzzedFailure found = run(numbers, Bytes{6, 1, 7, 2, 3, 3, 5});
  EXPECT_EQ(found.report.failure.what, "seven beside three");
  const FuzzedFailure small = shrink(numbers, found);
  EXPECT_EQ(small.program, (Bytes{2, 7, 3}));
  EXPECT_EQ(small.report.failure.what, "seven beside three");
  EXPECT_EQ(numbers.encoded(), small.program);
}

TEST(FuzzedReplayTest, TheSameWordsAtAnotherPlaceAreAnotherFailure) {
  Numbers numbers;
  const FuzzedFailure found = run(numbers, Bytes{6, 1, 8, 2, 4, 4, 5});
  const FuzzedFailure small = shrink(numbers, found);
  EXPECT_EQ(small.program, (Bytes{2, 8, 4}));
  EXPECT_EQ(small.report.failure.site.line, found.report.failure.site.line);
}

TEST(FuzzedReplayTest, WhatHoldsIsNoFailure) {
  Numbers numbers;
  const FuzzedFailure held = run(numbers, Bytes{3, 1, 2, 3});
  EXPECT_FALSE(held.report.failed);
  EXPECT_EQ(held.program, (Bytes{3, 1, 2, 3}));
}

TEST(FuzzedReplayTest, TheSearchForLessEndsWithItsExecutions) {
  Numbers numbers;
  const FuzzedFailure found = run(numbers, Bytes{6, 1, 7, 2, 3, 3, 5});
  EXPECT_EQ(shrink(numbers, found, 1).program, (Bytes{5, 7, 2, 3, 3, 5}));
}

TEST(FuzzedReplayTest, BytesOfAScheduleAreNotOfTheProgram) {
  Numbers numbers;
  EXPECT_EQ(run(numbers, Bytes{1, 7, 200, 201}).program, (Bytes{1, 7}));
  EXPECT_EQ(run(numbers, Bytes{}).program, Bytes{0});
}

TEST(FuzzedReplayTest, ALineNamesTargetProgramDefectAndSchedule) {
  Numbers numbers;
  FuzzedFailure found = run(numbers, Bytes{2, 3, 9});
  EXPECT_EQ(hex_of(found.program), "hex:020309");
  const std::string schedule = text_of(found.report.schedule);
  EXPECT_EQ(replay_options("numbers", numbers, found.report.schedule),
            " --fuzzed numbers hex:020309 --schedule " + schedule);
  numbers.seed(1);
  EXPECT_EQ(replay_options("numbers", numbers, found.report.schedule),
            " --fuzzed numbers hex:020309 --defect 'the other' --schedule " + schedule);
}

}  // namespace
}  // namespace baton::explorer
