// SHUTDOWN, MONITOR, ROLE, LASTSAVE.
#include "server/commands/spec_builder.h"
#include "server/commands/words.h"
#include "server/exec/executor.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/spec.h"

namespace baton {

namespace {

void shutdown(SessionCall& call) {
  bool save = false;
  for (const std::string_view word : call.args.subspan(1)) {
    if (is_word(word, "save"))
      save = true;
    else if (is_word(word, "abort"))
      return call.reply.error("ERR No shutdown in progress.");
    else if (!is_word(word, "nosave") && !is_word(word, "now") && !is_word(word, "force"))
      return call.reply.error("ERR syntax error");
  }
  if (save) return call.reply.error("ERR SHUTDOWN SAVE: this version keeps nothing on disk");
  // As with Redis the connection simply ends.
  call.client.close_after_reply = true;
  call.server.control.shut_down();
}

// EXEC leaves the last command a client sent what it was: another one than this runs inside of it. The lines
// of a monitor would fall into the transaction's reply.
void monitor(SessionCall& call) {
  if (call.client.last_command != &call.spec)
    return call.reply.error("ERR MONITOR isn't allowed for DENY BLOCKING client");
  if (!call.client.monitor) call.server.executor.add_monitor(call.client);
  call.reply.ok();
}

void role(SessionCall& call) {
  call.reply.array(3);
  call.reply.bulk("master");
  call.reply.integer(0);
  call.reply.array(0);
}

void lastsave(SessionCall& call) { call.reply.integer(call.server.stats.started_ms / 1000); }

constexpr CommandSpec kCommands[] = {
    server_command("shutdown", -1, kAdmin | kNoscript | kLoading | kStale | kNoMulti | kAllowBusy, "1.0.0",
                   "Ends the server.", shutdown),
    server_command("monitor", 1, kAdmin | kNoscript | kLoading | kStale, "1.0.0",
                   "Shows every command that the server runs.", monitor),
    server_command("role", 1, kNoscript | kLoading | kStale | kFast | kDangerous | kAdministration, "2.8.12",
                   "Tells the replication role.", role),
    with_tips(server_command("lastsave", 1, kLoading | kStale | kFast | kDangerous | kAdministration, "1.0.0",
                             "Tells when the data were last saved.", lastsave),
              "nondeterministic_output"),
};

}  // namespace

std::span<const CommandSpec> control_commands() { return kCommands; }

}  // namespace baton
