// The zoo in the sources: what no file of the product says, so that a defect has nowhere to be.
//
//   D1             no bit-fields: two threads that write neighbours of one word lose updates
//   D5 to D16      a room of the I/O threads includes none of the executor's: it cannot name what is there
//   H18, H19       no thread is cancelled
//
// H3 (volatile and fences in the place of atomics) is queues/concurrency_law_test.cc and
// queues/order_lint_test.cc. The seeded tree shows that each rule can fail.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "queues/source_text.h"
#include "server/platform/temporary_directory.h"

namespace baton {
namespace {

namespace fs = std::filesystem;
using Findings = std::vector<std::string>;

template <class F>
void each_line(const fs::path& root, F&& f) {
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string kind = entry.path().extension();
    if (!entry.is_regular_file() || (kind != ".h" && kind != ".cc")) continue;
    if (entry.path().stem().string().ends_with("_test")) continue;
    const std::string text = read_source(entry.path());
    const std::vector<std::string> code = lines_of(code_only(text));
    const std::vector<std::string> whole = lines_of(text);
    for (std::size_t i = 0; i < code.size(); ++i)
      f(code[i], whole[i], fs::relative(entry.path(), root).string() + ":" + std::to_string(i + 1));
  }
}

Findings bit_fields(const fs::path& root) {
  static const std::regex kBitField(R"(^\s*[A-Za-z_][\w:<> ]*\s+\w+\s*:\s*\d+\s*(=.*)?;)");
  Findings found;
  each_line(root, [&](const std::string& code, const std::string&, const std::string& place) {
    if (std::regex_search(code, kBitField)) found.push_back(place);
  });
  return found;
}

Findings cancellations(const fs::path& root) {
  Findings found;
  each_line(root, [&](const std::string& code, const std::string&, const std::string& place) {
    for (const char* name : {"pthread_cancel", "pthread_setcancel", "pthread_kill", "pthread_exit"})
      if (code.find(name) != std::string::npos) found.push_back(place);
  });
  return found;
}

// Inside `server`: what runs on I/O threads, and the rooms of the executor, which it may not include.
Findings upward_includes(const fs::path& server) {
  Findings found;
  for (const char* room : {"platform", "resp", "config", "net", "io"}) {
    if (!fs::exists(server / room)) continue;
    each_line(server / room, [&](const std::string&, const std::string& line, const std::string& place) {
      if (!line.starts_with("#include \"server/")) return;
      for (const char* above : {"store", "commands", "exec", "observe", "main", "persist", "replicate"})
        if (line.starts_with(std::string("#include \"server/") + above + "/"))
          found.push_back(std::string(room) + "/" + place);
    });
  }
  return found;
}

TEST(SourceZoo, D1_NothingHasABitField) {
  EXPECT_THAT(bit_fields(BATON_SOURCE "/queues"), testing::IsEmpty());
  EXPECT_THAT(bit_fields(BATON_SOURCE "/server"), testing::IsEmpty());
}

TEST(SourceZoo, D5_D6_D10_D12_IoThreadsCannotNameWhatIsTheExecutors) {
  EXPECT_THAT(upward_includes(BATON_SOURCE "/server"), testing::IsEmpty());
}

TEST(SourceZoo, H18_H19_NoThreadIsCancelled) {
  EXPECT_THAT(cancellations(BATON_SOURCE "/queues"), testing::IsEmpty());
  EXPECT_THAT(cancellations(BATON_SOURCE "/server"), testing::IsEmpty());
}

TEST(SeededTree, EachRuleFindsItsBreach) {
  const TemporaryDirectory tree;
  fs::create_directories(tree.path() + "/io");
  std::ofstream(tree.path() + "/io/bad.h") << "#include \"server/exec/client.h\"\n"
                                              "struct Flags {\n"
                                              "  unsigned reading : 1;\n"
                                              "  std::uint8_t writing : 1 = 0;\n"
                                              "};\n"
                                              "// pthread_cancel in a comment\n"
                                              "void end() { pthread_cancel(thread); }\n";
  EXPECT_THAT(bit_fields(tree.path()), testing::ElementsAre("io/bad.h:3", "io/bad.h:4"));
  EXPECT_THAT(cancellations(tree.path()), testing::ElementsAre("io/bad.h:7"));
  EXPECT_THAT(upward_includes(tree.path()), testing::ElementsAre("io/bad.h:1"));
}

}  // namespace
}  // namespace baton
