// The kill matrix as a table and as JSON.
#pragma once

#include <map>
#include <string>

#include "model/gate.h"
#include "model/mutants.h"

namespace baton::model {

// `everywhere`: each kill of a mutant, not only the first.
void print_matrix(const Mutants& mutants, const std::map<std::string, Survivor>& survivors, bool everywhere);
// By site, operator, scenario, engine and schedule number; the other engine's words too, if there are. False:
// the file cannot be written.
bool write_matrix(const std::string& path, const Mutants& mutants,
                  const std::map<std::string, Survivor>& survivors, const OtherVerdicts& other = {});

}  // namespace baton::model
