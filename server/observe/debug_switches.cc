// DEBUG that changes how the server goes on: PAUSE-CRON and SET-ACTIVE-EXPIRE do; the others steer what this
// server does not have, are set by tests of Redis-protocol servers all the same, and so are accepted.
#include "server/commands/words.h"
#include "server/config/number_words.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/observe/debug_verbs.h"
#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::string_view kNotInteger = "ERR value is not an integer or out of range";

void set_switch(SessionCall& call, bool& on) {
  const auto value = parse_int64(call.args[2]);
  if (!value) return call.reply.error(kNotInteger);
  on = *value != 0;
  call.reply.ok();
}

void set_active_expire(SessionCall& call) { set_switch(call, call.server.stats.active_expire); }

void pause_cron(SessionCall& call) { set_switch(call, call.server.stats.cron_paused); }

void accept(SessionCall& call) { call.reply.ok(); }

void accept_number(SessionCall& call) {
  if (!parse_int64(call.args[2])) return call.reply.error(kNotInteger);
  call.reply.ok();
}

void quicklist_packed_threshold(SessionCall& call) {
  const auto bytes = parse_memory(call.args[2]);
  if (!bytes || *bytes > (4ull << 30))
    return call.reply.error("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
  call.reply.ok();
}

void replybuffer(SessionCall& call) {
  const std::string_view word = call.args[2];
  const std::string_view value = call.args[3];
  if (!is_word(word, "peak-reset-time") && !is_word(word, "resizing"))
    return call.reply.error(
        "ERR unknown subcommand or wrong number of arguments for 'replybuffer'. Try DEBUG HELP.");
  const bool named = is_word(word, "peak-reset-time") && (is_word(value, "never") || is_word(value, "reset"));
  if (!named && !parse_int64(value)) return call.reply.error(kNotInteger);
  call.reply.ok();
}

constexpr DebugVerb kVerbs[] = {
    {"change-repl-id", "", "Accepted; there are no replicas.", 0, 0, accept},
    {"dict-resizing", "<0|1>", "Accepted; tables grow a segment at a time.", 1, 1, accept_number},
    {"pause-cron", "<0|1>", "Stops active expiry and the sampling of rates, or lets them go on.", 1, 1,
     pause_cron},
    {"quicklist-packed-threshold", "<bytes>", "Accepted; there are no lists yet.", 1, 1,
     quicklist_packed_threshold},
    {"replybuffer", "PEAK-RESET-TIME <NEVER|RESET|milliseconds> | RESIZING <0|1>",
     "Accepted; replies lie in blocks that come and go.", 2, 2, replybuffer},
    {"set-active-expire", "<0|1>", "Whether expired keys are removed before somebody looks for them.", 1, 1,
     set_active_expire},
    {"set-disable-deny-scripts", "<0|1>", "Accepted; there are no scripts.", 1, 1, accept_number},
};

}  // namespace

std::span<const DebugVerb> debug_switch_verbs() { return kVerbs; }

}  // namespace baton
