// The judgement over a hunt, with hunts made up; baton_mutants itself is run by the tests as a whole.
#include "model/mutants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "model/mutants_matrix.h"

namespace baton::model {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kName = "a.h:f:store:release->relaxed";

Mutants with(std::vector<Hunt> hunts) {
  Mutants mutants;
  mutants.all.push_back({{Weakening{}, kName}, std::move(hunts)});
  return mutants;
}

Hunt killed(const char* scenario = "small") {
  Hunt hunt;
  hunt.scenario = scenario;
  hunt.proof = true;
  hunt.killed = true;
  return hunt;
}
Hunt searched(bool complete, const char* scenario = "small") {
  Hunt hunt;
  hunt.scenario = scenario;
  hunt.proof = true;
  hunt.complete = complete;
  return hunt;
}
Hunt sampled() {
  Hunt hunt;
  hunt.scenario = "large";
  return hunt;
}

TEST(MutantsTest, a_kill_needs_no_line) {
  EXPECT_THAT(judge(with({searched(true), killed()}), {}), IsEmpty());
}

TEST(MutantsTest, a_survivor_needs_a_line_and_a_proof) {
  EXPECT_THAT(judge(with({searched(true), sampled()}), {}), ElementsAre(HasSubstr("not in survivors.txt")));
  EXPECT_THAT(judge(with({searched(true), sampled()}), {{kName, {"equivalent", "why"}}}), IsEmpty());
  EXPECT_THAT(judge(with({sampled()}), {{kName, {"equivalent", "why"}}}),
              ElementsAre(HasSubstr("came to its end")));
  EXPECT_THAT(judge(with({searched(true), searched(false, "other")}), {{kName, {"equivalent", "why"}}}),
              ElementsAre(HasSubstr("came to its end")));
}

TEST(MutantsTest, a_line_needs_a_survivor) {
  EXPECT_THAT(judge(with({killed()}), {{kName, {"equivalent", "why"}}}),
              ElementsAre(HasSubstr("but killed by small")));
  EXPECT_THAT(judge(Mutants{}, {{kName, {"equivalent", "why"}}}),
              ElementsAre(HasSubstr("no such operation")));
}

TEST(MutantsTest, an_order_that_is_too_strong_is_no_excuse) {
  EXPECT_THAT(judge(with({searched(true)}), {{kName, {"over-strong", "why"}}}),
              ElementsAre(HasSubstr("weaken it")));
}

TEST(MutantsTest, engines_disagree_over_a_kill_that_the_other_rules_out_or_misses) {
  const auto against = [](const Mutants& mutants, OtherVerdict verdict) {
    return disagreements(mutants, {{kName, {{"small", verdict}}}}, false);
  };
  EXPECT_THAT(against(with({killed()}), {.killed = true}), IsEmpty());
  EXPECT_THAT(against(with({searched(true)}), {.complete = true}), IsEmpty());
  EXPECT_THAT(against(with({killed()}), {}), ElementsAre(HasSubstr("killed by the explorer alone")));
  EXPECT_THAT(against(with({searched(true), killed("large")}), {.killed = true}),
              ElementsAre(HasSubstr("killed by relacy, complete in the explorer")));
  EXPECT_THAT(against(with({searched(true)}), {.killed = true}),
              ElementsAre(HasSubstr("killed by relacy alone"), HasSubstr("complete in the explorer")));
  EXPECT_THAT(disagreements(with({killed()}), {}, false),
              ElementsAre(HasSubstr("met by the explorer alone")));
  EXPECT_THAT(disagreements(with({killed()}), {}, true), IsEmpty());
}

TEST(MutantsTest, engines_disagree_over_a_scenario_that_fails_as_it_is_under_one_of_them) {
  const OtherVerdicts fails = {{"", {{"small", {.killed = true}}}}};
  const OtherVerdicts holds = {{"", {{"small", {}}}}};
  Mutants broken;
  broken.broken = {"small: a data race"};
  EXPECT_THAT(disagreements(Mutants{}, holds, false), IsEmpty());
  EXPECT_THAT(disagreements(broken, fails, false), IsEmpty());
  EXPECT_THAT(disagreements(Mutants{}, fails, false), ElementsAre(HasSubstr("under relacy alone")));
  EXPECT_THAT(disagreements(broken, holds, false), ElementsAre(HasSubstr("under the explorer alone")));
}

TEST(MutantsTest, the_matrix_has_a_row_for_the_kill_of_each_engine) {
  Hunt hunt = killed();
  hunt.strategy = "pct3";
  hunt.schedule = 17;
  const OtherVerdicts others = {
      {kName, {{"large", {.killed = true, .failure = "DATA RACE", .where = "random:2766"}}, {"small", {}}}}};
  const auto rows = [&others](const Mutants& mutants, bool asked) {
    const std::string text = matrix_text(mutants, {}, true, asked ? others : OtherVerdicts());
    return text.substr(0, text.find("\nsurvivors"));
  };
  EXPECT_THAT(rows(with({hunt}), true), ContainsRegex("explorer +small +pct3 +17"));
  EXPECT_THAT(rows(with({hunt}), true), ContainsRegex("relacy +large +random +2766 +DATA RACE"));
  EXPECT_THAT(rows(with({searched(true)}), true), ContainsRegex("relacy +large +random +2766"));
  EXPECT_THAT(rows(with({hunt}), true), Not(ContainsRegex("relacy +small")));
  EXPECT_THAT(rows(with({hunt}), false), Not(HasSubstr("relacy")));
}

TEST(MutantsTest, without_everywhere_the_matrix_has_the_first_kill_of_each_engine) {
  const OtherVerdicts others = {{kName, {{"a", {.killed = true}}, {"b", {.killed = true}}}}};
  const std::string text = matrix_text(with({killed("c"), killed("d")}), {}, false, others);
  EXPECT_THAT(text, AllOf(ContainsRegex("relacy +a "), ContainsRegex("explorer +c ")));
  EXPECT_THAT(text, Not(AnyOf(ContainsRegex("relacy +b "), ContainsRegex("explorer +d "))));
}

TEST(MutantsTest, a_matrix_that_a_full_disk_does_not_take_is_not_written) {
  EXPECT_FALSE(write_matrix("/dev/full", Mutants{}, {}));
  EXPECT_TRUE(write_matrix("/dev/null", Mutants{}, {}));
}

TEST(MutantsTest, verdicts_of_relacy_are_read_and_half_a_line_is_refused) {
  const std::string path = testing::TempDir() + "verdicts.tsv";
  OtherVerdicts verdicts;
  std::ofstream(path) << "small\t" << kName << "\tkilled\tDATA RACE\trandom:3\n";
  ASSERT_TRUE(read_verdicts(path, verdicts));
  EXPECT_TRUE(verdicts[kName]["small"].killed);
  EXPECT_EQ(verdicts[kName]["small"].where, "random:3");
  std::ofstream(path) << "small\t" << kName << "\n";
  EXPECT_FALSE(read_verdicts(path, verdicts));
  EXPECT_FALSE(read_verdicts(path + ".none", verdicts));
  std::remove(path.c_str());
}

}  // namespace
}  // namespace baton::model
