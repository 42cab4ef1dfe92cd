#include "model/explorer/columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "model/explorer/sample_trace.h"

namespace baton::explorer {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The line of a step, counted from 1.
std::string line_of(const std::string& text, int step) {
  for (const std::string& line : lines_of(text)) {
    if (line.size() > 6 &&
        line.substr(0, 6) == std::string(6 - std::to_string(step).size(), ' ') + std::to_string(step)) {
      return line;
    }
  }
  return "";
}

TEST(Columns, AStepHasItsOperationValueOrderWriterAndPlace) {
  EXPECT_THAT(line_of(columns(lost_wake_up()), 7),
              AllOf(HasSubstr("load word 1 = 1 acquire <- 4"), EndsWith(" spsc_ring.h:91")));
}

TEST(Columns, AStepStandsInTheColumnOfItsThread) {
  const std::string text = columns(lost_wake_up());
  std::string names;
  for (const std::string& line : lines_of(text)) {
    if (line.find("executor") != std::string::npos && line.ends_with("where")) names = line;
  }
  EXPECT_EQ(names.find("executor"), line_of(text, 6).find("load"));
  EXPECT_EQ(names.find("io 1"), line_of(text, 2).find("load"));
  EXPECT_EQ(names.find("io 2"), line_of(text, 12).find("load"));
}

TEST(Columns, StaleReadsPreemptionsAndFailedExchangesAreMarked) {
  const std::string text = columns(lost_wake_up());
  EXPECT_THAT(line_of(text, 36), HasSubstr("load word 0 = 0 acquire <- 27 STALE"));
  EXPECT_THAT(text, HasSubstr("(seq_cst weakened to acquire)"));
  EXPECT_THAT(line_of(text, 28), Not(HasSubstr("STALE")));
  EXPECT_EQ('*', line_of(text, 33)[6]);
  EXPECT_EQ(' ', line_of(text, 34)[6]);
  EXPECT_THAT(line_of(text, 25), HasSubstr("failed rmw word 8 = 1"));
}

TEST(Columns, TheFailureComesLastWithThePlaceOfEachThread) {
  const std::string text = columns(lost_wake_up());
  EXPECT_THAT(text, HasSubstr("FAILED: deadlock"));
  EXPECT_THAT(text, EndsWith("  io 2: last step 44, store word 12 = 1 doorbell.h:65\n"));
  Trace ended = lost_wake_up();
  ended.ended = {false, false, true};
  EXPECT_THAT(columns(ended),
              EndsWith("  io 1: last step 45, load word 13 = 0 mailbox.h:91\n  io 2: ended\n"));
  Trace passed = lost_wake_up();
  passed.failure.clear();
  EXPECT_THAT(columns(passed), EndsWith("\nno failure\n"));
}

TEST(Columns, NoLineIsWiderThanAskedButTheOneToCopy) {
  Trace many = long_trace(200, 12);
  many.schedule = std::string(300, '1');
  many.failure = std::string(400, 'x');
  many.steps[20].note = std::string(300, 'n');
  for (const Trace& trace : {lost_wake_up(), many}) {
    for (const unsigned width : {80u, 110u, 132u, 160u}) {
      for (const std::string& line : lines_of(columns(trace, {.width = width}))) {
        if (line.starts_with("schedule ")) continue;
        EXPECT_LE(line.size(), width) << line;
      }
    }
  }
  EXPECT_THAT(columns(many), HasSubstr("schedule " + many.schedule + "\n"));
}

TEST(Columns, PlainAccessesAreDimmedOrLeftOutAsAsked) {
  EXPECT_THAT(line_of(columns(lost_wake_up(), {.cells = Cells::kShown}), 3), HasSubstr("write cell 3 = 7"));
  EXPECT_EQ("", line_of(columns(lost_wake_up(), {.cells = Cells::kOmitted}), 3));
  EXPECT_THAT(columns(lost_wake_up(), {.cells = Cells::kDim, .colour = true}),
              HasSubstr("\x1b[2mwrite cell 3 = 7\x1b[0m"));
}

TEST(Columns, WithoutColourThereIsNoEscape) {
  Trace trace = lost_wake_up();
  trace.steps[3].note = "\x1b[2J\n";
  EXPECT_THAT(columns(trace), Not(HasSubstr("\x1b")));
  EXPECT_THAT(columns(trace, {.colour = true}),
              AllOf(HasSubstr("\x1b[1;31m STALE"), Not(HasSubstr("\x1b[2J"))));
}

TEST(Columns, AnEmptyTraceIsDrawn) { EXPECT_THAT(columns(Trace{}), EndsWith("no failure\n")); }

}  // namespace
}  // namespace baton::explorer
