#include "model/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace baton::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Verdict kCaught = {true, "ring: DATA RACE", false};

class GateTest : public testing::Test {
 protected:
  GateTest() {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("gate_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  ~GateTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::string path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }

  std::filesystem::path folder_;
  std::map<std::string, Survivor> survivors_;
  std::string error_;
};

TEST_F(GateTest, reads_names_kinds_and_reasons) {
  const std::string path =
      write("list", "# heading\n\na.h:f:load:acquire->relaxed equivalent  it guards nothing\n");
  ASSERT_TRUE(read_survivors(path, survivors_, error_)) << error_;
  ASSERT_EQ(survivors_.size(), 1U);
  EXPECT_EQ(survivors_["a.h:f:load:acquire->relaxed"].kind, "equivalent");
  EXPECT_EQ(survivors_["a.h:f:load:acquire->relaxed"].why, "it guards nothing");
}

TEST_F(GateTest, refuses_an_unknown_kind_a_missing_reason_and_a_double_entry) {
  for (const char* bad : {"a probably because\n", "a equivalent\n", "a equivalent x\na equivalent y\n"}) {
    survivors_.clear();
    EXPECT_FALSE(read_survivors(write("list", bad), survivors_, error_)) << bad;
    EXPECT_THAT(error_, HasSubstr("list:"));
  }
  EXPECT_FALSE(read_survivors(folder_ / "absent", survivors_, error_));
  EXPECT_THAT(error_, HasSubstr("absent"));
}

TEST_F(GateTest, holds_if_what_is_not_caught_is_what_is_listed) {
  EXPECT_THAT(judge({{"a", kCaught}, {"b", {}}}, {{"b", {"equivalent", "why"}}}), IsEmpty());
}

TEST_F(GateTest, complains_of_a_new_a_caught_and_a_vanished_survivor) {
  const auto complaints = judge({{"new", {}}, {"caught", kCaught}},
                                {{"caught", {"equivalent", "why"}}, {"vanished", {"equivalent", "why"}}});
  EXPECT_THAT(complaints, ElementsAre(HasSubstr("in survivors.txt, but caught by ring: DATA RACE: caught"),
                                      HasSubstr("not in survivors.txt: new"),
                                      HasSubstr("no such operation is run: vanished")));
}

TEST_F(GateTest, finds_operations_that_no_scenario_ran) {
  const std::string path = write("word.h",
                                 "// memory_order_relaxed in a comment\n"
                                 "x_.load(std::memory_order_acquire);\n"
                                 "  y_.store(1, std::memory_order_release);  // [A]\n");
  OperationTable table;
  table.add({{path.c_str(), "f", 2, 5}, Kind::kLoad, std::memory_order_acquire});
  EXPECT_THAT(unmet_operations(folder_, table), ElementsAre(HasSubstr("word.h:3: y_.store")));
}

}  // namespace
}  // namespace baton::model
