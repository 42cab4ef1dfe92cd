// D8: the command table changed while parsed commands pointed into it.
// expect: read-only|const-qualified|discards qualifiers|not marked const
#include "server/commands/command_table.h"
#include "server/io/command_batch.h"

int take_away(const baton::CommandTable& table, const baton::ParsedCommand& command) {
#ifdef BATON_ZOO_DEFECT
  (void)table.rename("get", "");
#endif
  return static_cast<int>(table.index_of(*command.spec));
}
