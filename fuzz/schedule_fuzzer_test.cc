// The targets that fuzz schedules would notice: random bytes, without a fuzzer's guidance, find each seeded
// defect, and nothing in the programs as they are.
//
// Linked once with each target, BATON_FUZZ_TARGET. BATON_FUZZ_TEST_INPUTS inputs are tried for each defect.
#include "fuzz/schedule_fuzzer.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "model/explorer/sampling.h"
#include "model/fuzzed/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace baton {
namespace {

std::unique_ptr<explorer::FuzzedProgram> target() {
  for (const explorer::FuzzedTarget& each : explorer::fuzzed_targets())
    if (std::string(each.name) == BATON_FUZZ_TARGET) return each.make();
  return nullptr;
}

void feed_random_inputs(unsigned inputs) {
  explorer::Random random(1);
  std::array<std::uint8_t, 160> bytes;
  for (unsigned i = 0; i < inputs; ++i) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
}

TEST(ScheduleFuzzer, AcceptsProgramsAsTheyAre) {
  std::array<std::uint8_t, 40> none{};
  for (std::size_t size = 0; size <= none.size(); ++size) LLVMFuzzerTestOneInput(none.data(), size);
  feed_random_inputs(BATON_FUZZ_TEST_INPUTS);
}

TEST(ScheduleFuzzerDeathTest, FindsEachSeededDefect) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process of its own: the target reads its defect once
  const std::unique_ptr<explorer::FuzzedProgram> named = target();
  for (const char* defect : named->defects()) {
    ::setenv("BATON_FUZZ_DEFECT", defect, 1);
    EXPECT_DEATH(feed_random_inputs(BATON_FUZZ_TEST_INPUTS),
                 "FAILED: (.|\n)*made small:(.|\n)*replay: baton_explorer --")
        << defect;
  }
  ::unsetenv("BATON_FUZZ_DEFECT");
}

TEST(ScheduleFuzzerDeathTest, RefusesADefectThatDoesNotExist) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  ::setenv("BATON_FUZZ_DEFECT", "none such", 1);
  EXPECT_EXIT(feed_random_inputs(1), ::testing::ExitedWithCode(2), "no defect named 'none such'");
  ::unsetenv("BATON_FUZZ_DEFECT");
}

}  // namespace
}  // namespace baton
