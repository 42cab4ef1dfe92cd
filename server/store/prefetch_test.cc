// Prefetches are hints, so nothing but time tells when the compiler has dropped them. This looks at the
// machine code. Argument 1 of the process is the object file of prefetch_probe.cc, argument 2 the
// disassembler.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

namespace {

std::string& command() {
  static std::string text;
  return text;
}

// Name of function -> prefetch instructions in it.
std::map<std::string, int> prefetches() {
  std::map<std::string, int> count;
  std::FILE* pipe = ::popen(command().c_str(), "r");
  if (pipe == nullptr) return count;
  std::string function;
  char buffer[1024];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) {
    const std::string line(buffer);
    const std::size_t open = line.find('<');
    const std::size_t close = line.find(">:");
    if (open != std::string::npos && close != std::string::npos) {
      function = line.substr(open + 1, close - open - 1);
      count[function];
    } else if (line.find("prefetch") != std::string::npos || line.find("\tprfm") != std::string::npos) {
      ++count[function];
    }
  }
  EXPECT_EQ(::pclose(pipe), 0) << command();
  return count;
}

class PrefetchTest : public testing::TestWithParam<const char*> {};

TEST_P(PrefetchTest, EachStageOfALookupAsksForItsLines) {
  const std::map<std::string, int> found = prefetches();
  ASSERT_TRUE(found.contains(GetParam()));
  EXPECT_GE(found.at(GetParam()), 1);
}

INSTANTIATE_TEST_SUITE_P(Stages, PrefetchTest,
                         testing::Values("directory_stage", "bucket_stage", "entry_stage", "value_stage"),
                         [](const auto& stage) { return std::string(stage.param); });

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) {
    std::fprintf(stderr, "usage: prefetch_test OBJECT-FILE DISASSEMBLER\n");
    return 2;
  }
  command() = std::string(argv[2]) + " -d --no-show-raw-insn '" + argv[1] + "'";
  return RUN_ALL_TESTS();
}
