// docs/bug-zoo.md against the code: every entry has one row, and what a row names is there.
//
//   found       a scenario and a defect of it, and its figures in the table of levels: schedules and time, or
//               that a level did not find it
//   excluded    a test or a program that must not compile, in a file of the tree
//   cost        the same
//
// A row that rests on what there is not names the test that fails when there is (absent_zoo_test.cc), and the
// name of such a test tells the rows that rest on it: each of those names it.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "model/scenarios.h"
#include "queues/source_text.h"
#include "stress/scenario_run.h"

namespace baton {
namespace {

namespace fs = std::filesystem;
using Complaints = std::vector<std::string>;

// Every entry of the zoo: its letters and how many each has.
const std::map<char, int> kEntries = {{'A', 10}, {'B', 6}, {'C', 10}, {'D', 16},
                                      {'E', 5},  {'F', 4}, {'G', 6},  {'H', 31}};

struct Row {
  std::string id;
  std::string verdict;
  std::string here;
  std::vector<std::string> names;  // what stands in backticks
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  std::istringstream in(line.substr(1));
  while (std::getline(in, cell, '|')) {
    const auto from = cell.find_first_not_of(' ');
    cells.push_back(from == std::string::npos ? ""
                                              : cell.substr(from, cell.find_last_not_of(' ') - from + 1));
  }
  return cells;
}

std::vector<Row> rows_of(const std::string& page) {
  static const std::regex kId("^[A-H][0-9]+$");
  static const std::regex kName("`([^`]+)`");
  std::vector<Row> rows;
  for (const std::string& line : lines_of(page)) {
    if (!line.starts_with("| ")) continue;
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != 4 || !std::regex_match(cells[0], kId)) continue;
    Row row{cells[0], cells[2], cells[3], {}};
    for (std::sregex_iterator at(row.here.begin(), row.here.end(), kName), end; at != end; ++at)
      row.names.push_back((*at)[1]);
    rows.push_back(row);
  }
  return rows;
}

constexpr const char* kAbsentFile = "model/zoo/absent_zoo_test.cc";

// What a test's file declares: the tests of its TEST macros; in the file of what is absent, the rows of its
// table, which are the names of its one parameterised test.
std::set<std::string> tests_of(const std::string& source, bool absent) {
  static const std::regex kTest(R"((?:^|\n)TEST(?:_F|_P)?\(\s*\w+,\s*(\w+)\s*\))");
  static const std::regex kAbsent(R"re(\n\s*\{"((?:[A-H][0-9]+_)+\w+)",)re");
  const std::regex& pattern = absent ? kAbsent : kTest;
  std::set<std::string> tests;
  for (std::sregex_iterator at(source.begin(), source.end(), pattern), end; at != end; ++at)
    tests.insert((*at)[1]);
  return tests;
}

// The rows that a test's name begins with: "B4_B5_ThereIsNoTls" is of B4 and B5.
std::vector<std::string> ids_of_test(const std::string& test) {
  static const std::regex kId("^[A-H][0-9]+$");
  std::vector<std::string> ids;
  std::string word;
  for (std::istringstream in(test); std::getline(in, word, '_') && std::regex_match(word, kId);)
    ids.push_back(word);
  return ids;
}

// Rows and the tests of what is absent know each other: what a row names is of that row, and a test's rows
// name it.
Complaints complaints_of_absences(const std::vector<Row>& rows, const std::set<std::string>& absent) {
  Complaints all;
  std::set<std::pair<std::string, std::string>> named;  // row, test
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.names.size(); ++i) {
      if (row.names[i] != kAbsentFile) continue;
      const std::vector<std::string> ids = ids_of_test(row.names[i + 1]);
      if (std::find(ids.begin(), ids.end(), row.id) == ids.end())
        all.push_back(row.id + " rests on " + row.names[i + 1] + ", which is of other rows");
      named.emplace(row.id, row.names[i + 1]);
    }
  }
  for (const std::string& test : absent)
    for (const std::string& id : ids_of_test(test))
      if (!named.contains({id, test})) all.push_back(fmt::format("{} does not name {}", id, test));
  return all;
}

using Defects = std::map<std::string, std::vector<std::string>>;

// The whole name of the scenario's defect that a row names by its number or in full; empty: it has none.
std::string defect_named(const Defects& known, const std::string& scenario, const std::string& named) {
  const auto it = known.find(scenario);
  if (it == known.end()) return "";
  for (const std::string& defect : it->second)
    if (defect == named || defect.starts_with(named + ":")) return defect;
  return "";
}

// A line of the table of levels: what was run, and what each level said.
constexpr std::size_t kLevels = 6;
struct Measured {
  std::string what;  // "A5 mailbox_ring_full: handed back last in first out"
  std::vector<std::string> levels;
};

std::vector<Measured> measured_of(const std::string& page) {
  std::vector<Measured> all;
  bool inside = false;
  for (const std::string& line : lines_of(page)) {
    if (line.starts_with("<!-- measured: ")) inside = line.starts_with("<!-- measured: begin");
    if (!inside || !line.starts_with("| ") || line.starts_with("| id |")) continue;
    std::vector<std::string> cells = cells_of(line);
    cells.resize(std::max<std::size_t>(cells.size(), 2));
    all.push_back({cells[0] + " " + cells[1], {cells.begin() + 2, cells.end()}});
  }
  return all;
}

// Each level says after how many schedules and how long it found the defect, or how many runs did not; the
// explorer's exhaustive search finds every one.
Complaints complaints_of(const Measured& measured) {
  static const std::regex kFound(
      R"(^\d+k?( \(hang\)|, (<1 ms|\d+ ms|\d+\.\d s)( \((assertion|report|trap)\))?)$)");
  static const std::regex kNotFound(R"(^\*\*not in \d+ s\*\* \(\d+k? runs\)$)");
  constexpr std::size_t kExhaustive = 3;
  Complaints all;
  if (measured.levels.size() != kLevels) all.push_back(measured.what + " is not measured at every level");
  for (std::size_t level = 0; level < measured.levels.size(); ++level) {
    const std::string& said = measured.levels[level];
    const bool found = std::regex_match(said, kFound);
    if (!found && !std::regex_match(said, kNotFound))
      all.push_back(fmt::format("{}: '{}' tells of no run", measured.what, said));
    else if (!found && level <= kExhaustive)
      all.push_back(measured.what + " is not found by every engine");
  }
  return all;
}

// The rows that are found and the table of levels tell of the same defects.
Complaints complaints_of_levels(const std::string& page, const Defects& known) {
  Complaints all;
  std::set<std::string> due;
  for (const Row& row : rows_of(page)) {
    if (row.verdict != "found") continue;
    for (std::size_t i = 0; i + 1 < row.names.size(); ++i) {
      std::string defect = defect_named(known, row.names[i], row.names[i + 1]);
      if (defect.empty()) continue;
      if (defect.starts_with(row.id + ": ")) defect.erase(0, row.id.size() + 2);
      due.insert(fmt::format("{} {}: {}", row.id, row.names[i], defect));
    }
  }
  for (const Measured& measured : measured_of(page)) {
    if (due.erase(measured.what) == 0)
      all.push_back(measured.what + " is measured, but no row is found by it");
    const Complaints of_levels = complaints_of(measured);
    all.insert(all.end(), of_levels.begin(), of_levels.end());
  }
  for (const std::string& what : due) all.push_back(what + " is found, but not measured");
  return all;
}

Complaints complaints_of(const std::string& page, const Defects& known, const fs::path& tree) {
  Complaints all;
  std::set<std::string> seen;
  for (const Row& row : rows_of(page)) {
    if (!seen.insert(row.id).second) all.push_back(row.id + " has two rows");
    bool shown = false;
    for (std::size_t i = 0; i < row.names.size(); ++i) {
      const std::string& name = row.names[i];
      if (known.contains(name)) {
        if (i + 1 == row.names.size() || defect_named(known, name, row.names[i + 1]).empty())
          all.push_back(row.id + ": " + name + " has no such defect");
        else if (row.verdict == "found")
          shown = true;
      }
      if (!name.ends_with(".cc")) continue;
      if (!fs::exists(tree / name)) {
        all.push_back(row.id + ": " + name + " is not there");
      } else if (name.ends_with("_test.cc")) {
        const std::string next = i + 1 < row.names.size() ? row.names[i + 1] : "";
        if (!tests_of(read_source(tree / name), name == kAbsentFile).contains(next))
          all.push_back(fmt::format("{}: {} has no test {}", row.id, name, next));
        else if (row.verdict != "found")
          shown = true;
      } else if (row.verdict != "found") {
        shown = true;
      }
    }
    if (row.verdict != "found" && row.verdict != "excluded" && row.verdict != "cost")
      all.push_back(row.id + " is neither found, excluded nor a cost");
    if (!shown) all.push_back(row.id + " is " + row.verdict + ", and shows otherwise");
    const bool rests_on_absence = row.here.find("There is no") != std::string::npos ||
                                  row.here.find("There are no") != std::string::npos ||
                                  row.here.find("There is one") != std::string::npos ||
                                  row.here.find("There are neither") != std::string::npos;
    if (rests_on_absence && row.here.find("`model/zoo/absent_zoo_test.cc`") == std::string::npos)
      all.push_back(row.id + " says that there is none, and no test does");
  }
  for (const auto& [letter, count] : kEntries)
    for (int i = 1; i <= count; ++i)
      if (!seen.contains(letter + std::to_string(i)))
        all.push_back(letter + std::to_string(i) + " has no row");
  return all;
}

Defects defects_of_scenarios() {
  Defects known;
  for (const model::Scenario& scenario : model::all_scenarios<StdEngine>())
    known[scenario.name].assign(scenario.defects.begin(), scenario.defects.end());
  return known;
}

TEST(ZooTable, EveryEntryHasARowAndWhatItNamesIsThere) {
  const std::string page = read_source(BATON_SOURCE "/docs/bug-zoo.md");
  EXPECT_THAT(complaints_of(page, defects_of_scenarios(), BATON_SOURCE), testing::IsEmpty());
}

TEST(ZooTable, WhatIsAbsentAndTheRowsThatRestOnItNameOneAnother) {
  const std::set<std::string> absent = tests_of(read_source(fs::path(BATON_SOURCE) / kAbsentFile), true);
  EXPECT_GE(absent.size(), 9u);
  EXPECT_THAT(complaints_of_absences(rows_of(read_source(BATON_SOURCE "/docs/bug-zoo.md")), absent),
              testing::IsEmpty());
}

TEST(ZooTable, WhatIsFoundIsMeasuredAtEveryLevel) {
  const std::string page = read_source(BATON_SOURCE "/docs/bug-zoo.md");
  EXPECT_THAT(complaints_of_levels(page, defects_of_scenarios()), testing::IsEmpty());
}

// The table of docs/models.md that says where the usual mistakes of a hand-off are seeded.
TEST(LogicMutants, EachIsADefectOfAScenario) {
  const Defects known = defects_of_scenarios();
  static const std::regex kPair("`([a-z_]+)` `([^`]+)`");
  std::set<std::string> mistakes;
  bool inside = false;
  for (const std::string& line : lines_of(read_source(BATON_SOURCE "/docs/models.md"))) {
    if (line.starts_with("## ")) inside = line == "## Logic mutants";
    if (!inside || !line.starts_with("| ") || line.starts_with("| mistake |")) continue;
    const std::vector<std::string> cells = cells_of(line);
    ASSERT_EQ(cells.size(), 2u) << line;
    for (std::sregex_iterator at(cells[1].begin(), cells[1].end(), kPair), end; at != end; ++at) {
      mistakes.insert(cells[0]);
      EXPECT_EQ(defect_named(known, (*at)[1], (*at)[2]), (*at)[2]) << line;
    }
  }
  EXPECT_THAT(mistakes, testing::UnorderedElementsAre("no second drain", "notify before unlock",
                                                      "acknowledge after drain", "publish before disarm",
                                                      "missing release gate", "lost registration"));
}

// What the zoo's scenarios seed, the page tells of.
TEST(ZooTable, EveryDefectOfTheZoosScenariosHasItsRow) {
  const std::string page = read_source(BATON_SOURCE "/docs/bug-zoo.md");
  for (const auto& [scenario, defects] : defects_of_scenarios()) {
    if (!scenario.starts_with("zoo_")) continue;
    for (const std::string& defect : defects) {
      const std::string id = defect.substr(0, defect.find(':'));
      bool told = false;
      for (const Row& row : rows_of(page))
        told = told ||
               (row.id == id && row.here.find(fmt::format("`{}` `{}`", scenario, id)) != std::string::npos);
      EXPECT_TRUE(told) << scenario << ": " << defect;
    }
  }
}

TEST(SeededTable, WhatIsMissingIsReported) {
  const Defects known = {{"mailbox", {"A1: lost", "late"}}};
  const auto told = [&](const std::string& row) {
    Complaints all = complaints_of(row + "\n", known, BATON_SOURCE);
    std::erase_if(all, [](const std::string& complaint) { return complaint.ends_with("has no row"); });
    return all.empty() ? "" : all.front();
  };
  EXPECT_EQ(told("| A1 | x | found | `mailbox` `A1` |"), "");
  EXPECT_EQ(told("| A1 | x | found | `mailbox` `late` |"), "");
  EXPECT_EQ(told("| A1 | x | found | `mailbox` `early` |"), "A1: mailbox has no such defect");
  EXPECT_EQ(told("| A1 | x | found | nothing |"), "A1 is found, and shows otherwise");
  EXPECT_EQ(told("| A1 | x | excluded | `queues/held_test.cc` `use_after_move_traps` |"), "");
  EXPECT_EQ(told("| A1 | x | excluded | `queues/held_test.cc` `no_such_test` |"),
            "A1: queues/held_test.cc has no test no_such_test");
  EXPECT_EQ(told("| A1 | x | excluded | `queues/held_test.cc` `after_move` |"),
            "A1: queues/held_test.cc has no test after_move");
  EXPECT_EQ(told("| A1 | x | excluded | `queues/none_test.cc` `a` |"),
            "A1: queues/none_test.cc is not there");
  EXPECT_EQ(told("| A1 | x | perhaps | `mailbox` `late` |"), "A1 is neither found, excluded nor a cost");
  EXPECT_EQ(told("| A1 | x | found | `mailbox` `A1`. There is no TLS |"),
            "A1 says that there is none, and no test does");
  EXPECT_THAT(complaints_of("", known, BATON_SOURCE), testing::SizeIs(88));
}

TEST(SeededTable, ATestIsThereIfItsMacroIs) {
  EXPECT_THAT(
      tests_of("TEST(A, One) {\n// TEST(A, Two)\nTEST_F(B, Three) {\nTEST_P(\n    C, Four) {\nFive();\n",
               false),
      testing::ElementsAre("Four", "One", "Three"));
  EXPECT_THAT(tests_of("\n    {\"A1_B2_None\", \"x\"},\n    {\"other\", \"A3_None\"},\n", true),
              testing::ElementsAre("A1_B2_None"));
}

TEST(SeededTable, AnAbsenceThatLostItsRowIsReported) {
  const auto told = [](const std::string& a, const std::string& b) {
    return complaints_of_absences(
        rows_of("| A1 | x | found | " + a + " |\n| B2 | y | excluded | " + b + " |\n"), {"A1_B2_None"});
  };
  const std::string link = "`model/zoo/absent_zoo_test.cc` `A1_B2_None`";
  EXPECT_THAT(told(link, link), testing::IsEmpty());
  EXPECT_THAT(told(link, "not evicted"), testing::ElementsAre("B2 does not name A1_B2_None"));
  EXPECT_THAT(told(link, link + ", `model/zoo/absent_zoo_test.cc` `A1_Nothing`"),
              testing::ElementsAre("B2 rests on A1_Nothing, which is of other rows"));
}

TEST(SeededTable, WhatIsNotMeasuredIsReported) {
  const Defects known = {{"mailbox", {"A1: lost", "late"}}};
  const std::string rows = "| A1 | x | found | `mailbox` `A1` |\n| A2 | y | found | `mailbox` `late` |\n";
  const auto told = [&](const std::string& what, const std::string& threads) {
    return complaints_of_levels(
        rows +
            "<!-- measured: begin -->\n| A1 | mailbox: lost | 9, 1 ms | 3, <1 ms | 8, <1 ms | 3k, 1.2 s | " +
            "**not in 10 s** (352k runs) | 2, <1 ms (report) |\n| A2 | mailbox: " + what +
            " | 1, 1 ms | 1, <1 ms | 1, <1 ms | 1, <1 ms | " + threads + " |\n<!-- measured: end -->\n",
        known);
  };
  EXPECT_THAT(told("late", "1 (hang) | 1 (hang)"), testing::IsEmpty());
  EXPECT_THAT(told("early", "1 (hang) | 1 (hang)"),
              testing::ElementsAre("A2 mailbox: early is measured, but no row is found by it",
                                   "A2 mailbox: late is found, but not measured"));
  EXPECT_THAT(told("late", "1 (hang) | quickly"),
              testing::ElementsAre("A2 mailbox: late: 'quickly' tells of no run"));
  EXPECT_THAT(told("late", "1 (hang)"),
              testing::ElementsAre("A2 mailbox: late is not measured at every level"));
  EXPECT_THAT(
      complaints_of(Measured{
          "A2", {"**not in 10 s** (9k runs)", "1, 1 ms", "1, 1 ms", "1, 1 ms", "1 (hang)", "1 (hang)"}}),
      testing::ElementsAre("A2 is not found by every engine"));
}

}  // namespace
}  // namespace baton
