// The kill matrix as a table and as JSON.
#pragma once

#include <map>
#include <string>

#include "model/gate.h"
#include "model/mutants.h"

namespace baton::model {

// A row a kill: site and operator, engine, scenario, strategy, schedule number. `everywhere`: each kill of a
// mutant, not only the first of each engine. The other engine's too, if there are.
std::string matrix_text(const Mutants& mutants, const std::map<std::string, Survivor>& survivors,
                        bool everywhere, const OtherVerdicts& other = {});
void print_matrix(const Mutants& mutants, const std::map<std::string, Survivor>& survivors, bool everywhere,
                  const OtherVerdicts& other = {});
// The same, and what did not kill. False: the file cannot be written.
bool write_matrix(const std::string& path, const Mutants& mutants,
                  const std::map<std::string, Survivor>& survivors, const OtherVerdicts& other = {});

}  // namespace baton::model
