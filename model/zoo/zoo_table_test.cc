// docs/bug-zoo.md against the code: every entry has one row, and what a row names is there.
//
//   found       a scenario and a defect of it; its figures are in the table of levels
//   excluded    a test or a program that must not compile, in a file of the tree
//   cost        the same
//   not yet     nothing: it says so
#include <fmt/core.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
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

using Defects = std::map<std::string, std::vector<std::string>>;

bool has_defect(const Defects& known, const std::string& scenario, const std::string& named) {
  const auto it = known.find(scenario);
  if (it == known.end()) return false;
  for (const std::string& defect : it->second)
    if (defect == named || defect.starts_with(named + ":")) return true;
  return false;
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
        if (i + 1 == row.names.size() || !has_defect(known, name, row.names[i + 1]))
          all.push_back(row.id + ": " + name + " has no such defect");
        else if (row.verdict == "found")
          shown = true;
      }
      if (!name.ends_with(".cc")) continue;
      if (!fs::exists(tree / name)) {
        all.push_back(row.id + ": " + name + " is not there");
      } else if (name.ends_with("_test.cc")) {
        const std::string next = i + 1 < row.names.size() ? row.names[i + 1] : "";
        if (next.empty() || read_source(tree / name).find(next) == std::string::npos)
          all.push_back(fmt::format("{}: {} has no test {}", row.id, name, next));
        else if (row.verdict != "found")
          shown = true;
      } else if (row.verdict != "found") {
        shown = true;
      }
    }
    if (row.verdict != "found" && row.verdict != "excluded" && row.verdict != "cost" &&
        row.verdict != "not yet")
      all.push_back(row.id + " is neither found, excluded, a cost, nor not yet there");
    if (row.verdict == "not yet" ? shown : !shown)
      all.push_back(row.id + " is " + row.verdict + ", and shows otherwise");
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
  EXPECT_EQ(told("| A1 | x | excluded | `queues/none_test.cc` `a` |"),
            "A1: queues/none_test.cc is not there");
  EXPECT_EQ(told("| A1 | x | perhaps | `mailbox` `late` |"),
            "A1 is neither found, excluded, a cost, nor not yet there");
  EXPECT_EQ(told("| A1 | x | not yet | no TLS |"), "");
  EXPECT_THAT(complaints_of("", known, BATON_SOURCE), testing::SizeIs(88));
}

}  // namespace
}  // namespace baton
