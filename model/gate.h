// Gate: every weakened variant must be caught by some scenario, or be listed as a survivor with its reason.
//
// survivors.txt is the only allowed list of variants that nothing catches. A line is
//   name  equivalent|performance|unmodelled|over-strong  why
// where unmodelled is: needed for a behaviour of C++20 that no engine shows, and argued by hand.
// A survivor that is not listed, a listed one that is caught, and a listed name that no longer exists fail
// the gate.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/site.h"

namespace baton::model {

struct Survivor {
  std::string kind;  // equivalent, performance, unmodelled, over-strong
  std::string why;
};

// Reads the list; a malformed line is an error, told in `error`.
bool read_survivors(const std::string& path, std::map<std::string, Survivor>& survivors, std::string& error);

struct Verdict {
  bool caught = false;
  std::string by;          // "scenario: failure"
  bool exhausted = false;  // not caught, and some scenario that has it was searched to the end
};

// The complaints of the gate, one a line; empty if it holds.
std::vector<std::string> judge(const std::map<std::string, Verdict>& verdicts,
                               const std::map<std::string, Survivor>& survivors);

// Operations in the text of the headers of `folder` that `table` lacks: written, but run by no scenario. The
// production policy, std_sync.h, is no primitive and is left out.
std::vector<std::string> unmet_operations(const std::string& folder, const OperationTable& table);

}  // namespace baton::model
