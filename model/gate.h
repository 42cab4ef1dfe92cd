// Gate: every weakened variant must be caught by some scenario, or be listed as a survivor with its reason.
//
// survivors.txt is the only allowed list of variants that nothing catches. A line is
//   name  equivalent|performance  why
// A survivor that is not listed, a listed one that is caught, and a listed name that no longer exists fail the gate.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/site.h"

namespace baton::model {

struct Survivor {
  std::string kind;  // equivalent, performance
  std::string why;
};

// Reads the list; a malformed line is an error, told in `error`.
bool read_survivors(const std::string& path, std::map<std::string, Survivor>& survivors, std::string& error);

struct Verdict {
  bool met = false;        // some scenario runs this operation
  bool caught = false;
  std::string by;          // "scenario: failure"
  std::string where;       // "scenario variant random:17", the arguments of --replay
  bool exhausted = false;  // not caught, and some scenario that has it was searched to the end
};

// The complaints of the gate, one a line; empty if it holds. `scope` limits it to variants that were run.
std::vector<std::string> judge(const std::map<std::string, Verdict>& verdicts,
                               const std::map<std::string, Survivor>& survivors);

// Operations in the text of the headers of `folder` that `table` lacks: written, but run by no scenario.
std::vector<std::string> unmet_operations(const std::string& folder, const std::vector<std::string>& headers,
                                          const OperationTable& table);

}  // namespace baton::model
