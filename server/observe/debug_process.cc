// DEBUG on the process and on replies: ASSERT, CLIENT-EVICTION, ERROR, LOG, OOM, PANIC, PROTOCOL, RELOAD,
// SEGFAULT, SLEEP, STRUCTSIZE.
//
// The verbs that crash are there for tests of what watches over a server. They end it as the fault of their
// name would: at once, by the signal of that fault, with a line in the log.
#include <fmt/core.h>

#include <cmath>
#include <csignal>
#include <cstdlib>

#include "queues/check.h"
#include "server/commands/words.h"
#include "server/exec/session_call.h"
#include "server/io/session.h"
#include "server/observe/debug_verbs.h"
#include "server/platform/log.h"
#include "server/platform/platform.h"
#include "server/resp/number.h"
#include "server/store/entry_block.h"
#include "server/store/segment.h"

namespace baton {

namespace {

void sleep(SessionCall& call) {
  const auto seconds = parse_double(call.args[2]);
  if (!seconds || *seconds < 0 || *seconds > 3600) return call.reply.error("ERR value is not a valid float");
  call.server.platform.clock.sleep_us(static_cast<std::uint64_t>(std::llround(*seconds * 1e6)));
  call.reply.ok();
}

void error(SessionCall& call) { call.reply.error(call.args[2]); }

void log(SessionCall& call) {
  call.server.log.warning("DEBUG LOG: {}", call.args[2]);
  call.reply.ok();
}

void reload(SessionCall& call) {
  call.reply.error(
      fmt::format("ERR DEBUG {}: this version keeps nothing on disk, so there is nothing to load",
                  is_word(call.args[1], "reload") ? "RELOAD" : "LOADAOF"));
}

void client_eviction(SessionCall& call) { call.reply.error("ERR maxmemory-clients is disabled."); }

void structsize(SessionCall& call) {
  call.reply.simple_string(fmt::format("bits:{} entry:{} bucket:{} segment:{} client:{} session:{}",
                                       8 * sizeof(void*), sizeof(EntryBlock), sizeof(Bucket), sizeof(Segment),
                                       sizeof(Client), sizeof(Session)));
}

void assertion(SessionCall& call) {
  call.server.log.warning("DEBUG ASSERT: the process ends by a failed assertion, as client id={} asked",
                          call.client.id);
  fail_check("DEBUG ASSERT");
}

void panic(SessionCall& call) {
  call.server.log.warning("DEBUG PANIC: the process aborts, as client id={} asked", call.client.id);
  std::abort();
}

void oom(SessionCall& call) {
  call.server.log.warning("DEBUG OOM: the process aborts as if memory had run out, as client id={} asked",
                          call.client.id);
  std::abort();
}

void segfault(SessionCall& call) {
  call.server.log.warning("DEBUG SEGFAULT: the process ends by SIGSEGV, as client id={} asked",
                          call.client.id);
  (void)std::raise(SIGSEGV);
}

void protocol(SessionCall& call) {
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
      "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
}

constexpr std::size_t kAny = DebugVerb::kAnyNumber;

constexpr DebugVerb kVerbs[] = {
    {"assert", "", "Ends the process by a failed assertion.", 0, 0, assertion},
    {"client-eviction", "", "Refused: there is no maxmemory-clients.", 0, 0, client_eviction},
    {"error", "<text>", "Answers that error.", 1, 1, error},
    {"loadaof", "", "Refused: nothing is kept on disk.", 0, 0, reload},
    {"log", "<text>", "Writes a line to the log.", 1, 1, log},
    {"oom", "", "Ends the process as if memory had run out.", 0, 0, oom},
    {"panic", "", "Aborts the process.", 0, 0, panic},
    {"protocol", "<type>",
     "Answers an example of string, integer, double, bignum, null, array, set, map, attrib, push, verbatim, "
     "true or false.",
     1, 1, protocol},
    {"reload", "[MERGE] [NOFLUSH] [NOSAVE]", "Refused: nothing is kept on disk.", 0, kAny, reload},
    {"segfault", "", "Ends the process by SIGSEGV.", 0, 0, segfault},
    {"sleep", "<seconds>", "Lets the executor sleep.", 1, 1, sleep},
    {"structsize", "", "The sizes of some structures of the server.", 0, 0, structsize},
};

}  // namespace

std::span<const DebugVerb> debug_process_verbs() { return kVerbs; }

}  // namespace baton
