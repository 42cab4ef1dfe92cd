// Survey: every scenario, its states and its defects under the explorer, one table.
//
// A scenario of one round is searched to its end, without and with stale reads; that it does not end is a
// failure, but for stale reads in a quick survey, which leaves the largest to the full one. Larger scenarios
// are sampled by the portfolio. Every state that a scenario names must be reached, and every defect be
// caught.
#pragma once

#include <string>
#include <vector>

#include "model/scenario.h"

namespace baton::explorer {

struct SurveyOptions {
  std::string program;  // named in the lines that replay a failure
  bool quick = false;
  std::string json{};  // a file, or empty
};

// Prints the table; 0, or 1 when something does not hold.
int survey(const std::vector<model::Scenario>& scenarios, const SurveyOptions& options);

}  // namespace baton::explorer
