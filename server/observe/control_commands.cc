// SHUTDOWN, MONITOR, DEBUG, ROLE, LASTSAVE.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "server/commands/command_table.h"
#include "server/commands/words.h"
#include "server/config/settings.h"
#include "server/exec/executor.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/spec.h"
#include "server/platform/platform.h"
#include "server/resp/number.h"

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

void monitor(SessionCall& call) {
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

// --- DEBUG ---

bool debug_allowed(SessionCall& call) {
  if (permits(call.server.settings.values().process.enable_debug_command, call.client.is_local()))
    return true;
  call.reply.error(
      "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it "
      "from a local "
      "connection, otherwise you need to set this option in the configuration file, and then restart the "
      "server.");
  return false;
}

void debug_sleep(SessionCall& call) {
  const auto seconds = parse_double(call.args[2]);
  if (!seconds || *seconds < 0 || *seconds > 3600) return call.reply.error("ERR value is not a valid float");
  call.server.platform.clock.sleep_us(static_cast<std::uint64_t>(std::llround(*seconds * 1e6)));
  call.reply.ok();
}

void debug_object(SessionCall& call) {
  const Key key = call.server.keyspace.hasher().key(call.args[2]);
  const Entry* entry = call.server.shards.database(call.client.db).find(key, Touch::no);
  if (!entry) return call.reply.error("ERR no such key");
  call.reply.simple_string(
      fmt::format("Value at:{} refcount:1 encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{}",
                  static_cast<const void*>(entry), encoding_name(entry->encoding()),
                  entry->type() == Type::string ? entry->string_size() : entry->bytes(), 0,
                  entry->idle_seconds(call.now_ms)));
}

void debug_set_active_expire(SessionCall& call) {
  const auto value = parse_int64(call.args[2]);
  if (!value) return call.reply.error("ERR value is not an integer or out of range");
  call.server.stats.active_expire = *value != 0;
  call.reply.ok();
}

// Options that Redis's own tests set to steer what this server does not have; there is nothing to do for
// them.
void debug_accept(SessionCall& call) { call.reply.ok(); }

void debug_error(SessionCall& call) { call.reply.error(call.args[2]); }

void debug_log(SessionCall& call) {
  call.server.log.warning("DEBUG LOG: {}", call.args[2]);
  call.reply.ok();
}

void debug_protocol(SessionCall& call) {
  const std::string_view type = call.args[2];
  ReplyWriter& reply = call.reply;
  if (is_word(type, "string")) return reply.bulk("Hello World");
  if (is_word(type, "integer")) return reply.integer(12345);
  if (is_word(type, "double")) return reply.number(3.141);
  if (is_word(type, "null")) return reply.null();
  if (is_word(type, "array")) {
    reply.array(3);
    for (int i = 0; i < 3; ++i) reply.integer(i);
    return;
  }
  if (is_word(type, "set")) {
    reply.set(3);
    for (int i = 0; i < 3; ++i) reply.integer(i);
    return;
  }
  if (is_word(type, "map")) {
    reply.map(3);
    for (int i = 0; i < 3; ++i) {
      reply.integer(i);
      reply.boolean(i == 1);
    }
    return;
  }
  if (is_word(type, "attrib")) {
    if (reply.protocol() == Protocol::resp2) return reply.error("ERR RESP2 has no attributes");
    reply.attribute(1);
    reply.bulk("key-popularity");
    reply.array(2);
    reply.bulk("key:123");
    reply.integer(90);
    return reply.bulk("Some real reply following the attribute");
  }
  if (is_word(type, "push")) {
    if (reply.protocol() == Protocol::resp2) return reply.error("ERR RESP2 has no push messages");
    reply.push(2);
    reply.bulk("server-cpu-usage");
    return reply.integer(42);
  }
  if (is_word(type, "verbatim")) return reply.verbatim("txt", "This is a verbatim\nstring");
  if (is_word(type, "true")) return reply.boolean(true);
  if (is_word(type, "false")) return reply.boolean(false);
  if (is_word(type, "bignum")) return reply.big_number("1234567999999999999999999999999999999");
  reply.error(
      "ERR Wrong protocol type name. Please use one of the following: "
      "string|integer|double|null|array|set|map|attrib|push|verbatim|true|false|bignum");
}

void debug_help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "ERROR <text>",
      "    Answers that error.",
      "LOG <text>",
      "    Writes a line to the log.",
      "OBJECT <key>",
      "    How a key is held.",
      "PROTOCOL <type>",
      "    Answers an example of a reply type.",
      "SET-ACTIVE-EXPIRE <0|1>",
      "    Whether expired keys are removed before somebody looks for them.",
      "SLEEP <seconds>",
      "    Lets the executor sleep.",
      "HELP",
      "    These lines.",
  };
  call.reply.array(std::size(kLines));
  for (const std::string_view line : kLines) call.reply.simple_string(line);
}

template <SessionHandler handler>
void guarded(SessionCall& call) {
  if (debug_allowed(call)) handler(call);
}

constexpr std::uint32_t kDebug = kAdmin | kNoscript | kLoading | kStale | kProtected;

constexpr CommandSpec kDebugSubcommands[] = {
    server_command("change-repl-id", 2, kDebug, "1.0.0", "Accepted; there are no replicas.",
                   guarded<debug_accept>),
    server_command("error", 3, kDebug, "1.0.0", "Answers an error.", guarded<debug_error>),
    server_command("help", 2, kLoading | kStale, "1.0.0", "Tells what DEBUG can do.", guarded<debug_help>),
    server_command("log", 3, kDebug, "1.0.0", "Writes to the log.", guarded<debug_log>),
    server_command("object", -3, kDebug, "1.0.0", "Tells how a key is held.", guarded<debug_object>),
    server_command("protocol", 3, kDebug, "1.0.0", "Answers an example of a reply type.",
                   guarded<debug_protocol>),
    server_command("set-active-expire", 3, kDebug, "1.0.0", "Turns active expiry on or off.",
                   guarded<debug_set_active_expire>),
    server_command("sleep", 3, kDebug, "1.0.0", "Lets the executor sleep.", guarded<debug_sleep>),
};

constexpr CommandSpec kCommands[] = {
    server_command("shutdown", -1, kAdmin | kNoscript | kLoading | kStale | kNoMulti | kAllowBusy, "1.0.0",
                   "Ends the server.", shutdown),
    server_command("monitor", 1, kAdmin | kNoscript | kLoading | kStale | kNoMulti, "1.0.0",
                   "Shows every command that the server runs.", monitor),
    server_command("role", 1, kNoscript | kLoading | kStale | kFast | kDangerous, "2.8.12",
                   "Tells the replication role.", role),
    server_command("lastsave", 1, kLoading | kStale | kFast | kDangerous, "1.0.0",
                   "Tells when the data were last saved.", lastsave),
    server_container("debug", "1.0.0", "A container of commands for tests.", kDebugSubcommands,
                     kAdmin | kNoscript | kLoading | kStale),
};

}  // namespace

std::span<const CommandSpec> control_commands() { return kCommands; }

}  // namespace baton
