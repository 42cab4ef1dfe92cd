// PING, ECHO, AUTH, HELLO, QUIT, RESET, SELECT.
#include <fmt/core.h>

#include <optional>
#include <string>

#include "server/commands/spec_builder.h"
#include "server/commands/words.h"
#include "server/config/settings.h"
#include "server/exec/client_name.h"
#include "server/exec/executor.h"
#include "server/exec/session_call.h"
#include "server/exec/session_commands.h"
#include "server/exec/version.h"
#include "server/resp/number.h"

namespace baton {

namespace {

void ping(SessionCall& call) {
  if (call.args.size() > 2) return call.reply.error("ERR wrong number of arguments for 'ping' command");
  if (call.client.subscriptions() != 0 && call.client.protocol == Protocol::resp2) {
    call.reply.array(2);
    call.reply.bulk("pong");
    call.reply.bulk(call.args.size() == 2 ? call.args[1] : std::string_view{});
  } else if (call.args.size() == 2) {
    call.reply.bulk(call.args[1]);
  } else {
    call.reply.simple_string("PONG");
  }
}

void echo(SessionCall& call) { call.reply.bulk(call.args[1]); }

// Compares without telling by its time how much of the password was right.
bool same_secret(std::string_view given, std::string_view secret) {
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i)
    difference |= static_cast<unsigned char>(given[i]) ^
                  static_cast<unsigned char>(secret.empty() ? 0 : secret[i % secret.size()]);
  return difference == 0;
}

constexpr std::string_view kWrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";

bool authenticate(SessionCall& call, std::string_view user, std::string_view password) {
  const std::string& required = call.server.settings.values().clients.requirepass;
  if (user != "default" || (!required.empty() && !same_secret(password, required))) return false;
  call.client.authenticated = true;
  return true;
}

void auth(SessionCall& call) {
  if (call.args.size() > 3) return call.reply.error("ERR syntax error");
  const bool named = call.args.size() == 3;
  if (!named && call.server.settings.values().clients.requirepass.empty())
    return call.reply.error(
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your "
        "configuration is correct?");
  if (!authenticate(call, named ? call.args[1] : "default", call.args.back()))
    return call.reply.error(kWrongPassword);
  call.reply.ok();
}

void hello(SessionCall& call) {
  std::optional<Protocol> wanted;
  std::size_t next = 1;
  if (call.args.size() > 1) {
    const auto version = parse_int64(call.args[1]);
    if (!version) return call.reply.error("ERR Protocol version is not an integer or out of range");
    if (*version != 2 && *version != 3) return call.reply.error("NOPROTO unsupported protocol version");
    wanted = *version == 3 ? Protocol::resp3 : Protocol::resp2;
    next = 2;
  }
  std::optional<std::string_view> name;
  std::optional<std::pair<std::string_view, std::string_view>> credentials;
  for (; next < call.args.size(); ++next) {
    const std::size_t left = call.args.size() - next - 1;
    if (is_word(call.args[next], "auth") && left >= 2) {
      credentials = {call.args[next + 1], call.args[next + 2]};
      next += 2;
    } else if (is_word(call.args[next], "setname") && left >= 1) {
      name = call.args[++next];
      if (!is_client_name(*name)) return call.reply.error(kBadClientName);
    } else {
      return call.reply.error(fmt::format("ERR Syntax error in HELLO option '{}'", call.args[next]));
    }
  }
  if (credentials && !authenticate(call, credentials->first, credentials->second))
    return call.reply.error(kWrongPassword);
  if (!call.client.authenticated)
    return call.reply.error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH "
        "<user> <pass> "
        "option can be used to authenticate the client and select the RESP protocol version at the same "
        "time");
  if (name) call.client.name = *name;
  if (wanted) call.client.protocol = *wanted;
  ReplyWriter& reply = call.reply;
  reply.set_protocol(call.client.protocol);
  reply.map(7);
  reply.bulk("server");
  reply.bulk("redis");
  reply.bulk("version");
  reply.bulk(kCompatibleVersion);
  reply.bulk("proto");
  reply.integer(static_cast<int>(call.client.protocol));
  reply.bulk("id");
  reply.integer(static_cast<std::int64_t>(call.client.id));
  reply.bulk("mode");
  reply.bulk("standalone");
  reply.bulk("role");
  reply.bulk("master");
  reply.bulk("modules");
  reply.array(0);
}

void quit(SessionCall& call) {
  call.client.close_after_reply = true;
  call.reply.ok();
}

void reset(SessionCall& call) {
  call.server.executor.reset_client(call.client);
  call.client.authenticated = call.server.settings.values().clients.requirepass.empty();
  call.reply.set_protocol(Protocol::resp2);
  call.reply.simple_string("RESET");
}

void select(SessionCall& call) {
  const auto index = parse_int64(call.args[1]);
  if (!index) return call.reply.error("ERR value is not an integer or out of range");
  if (*index < 0 || *index >= static_cast<std::int64_t>(call.server.shards.count()))
    return call.reply.error("ERR DB index is out of range");
  call.client.db = static_cast<unsigned>(*index);
  call.reply.ok();
}

constexpr CommandSpec session_command(std::string_view name, int arity, std::uint32_t flags,
                                      std::string_view since, std::string_view summary,
                                      SessionHandler handler, std::string_view complexity) {
  CommandSpec spec{name, arity, flags, {}, Group::connection, since, summary};
  spec.session = handler;
  spec.complexity = complexity;
  return spec;
}

constexpr std::uint32_t kAnyTime = kLoading | kStale | kFast;

constexpr CommandSpec kCommands[] = {
    with_tips(session_command("ping", -1, kFast, "1.0.0",
                              "Answers PONG, or the argument: tells that the server lives.", ping, "O(1)"),
              "request_policy:all_shards response_policy:all_succeeded"),
    session_command("echo", 2, kAnyTime, "1.0.0", "Answers its argument.", echo, "O(1)"),
    session_command("auth", -2, kAnyTime | kNoscript | kNoAuth | kAllowBusy, "1.0.0",
                    "Authenticates the connection.", auth,
                    "O(N) where N is the number of passwords defined for the user"),
    session_command("hello", -1, kAnyTime | kNoscript | kNoAuth | kAllowBusy, "6.0.0",
                    "Chooses the protocol version, and authenticates and names the connection on the way.",
                    hello, "O(1)"),
    session_command("quit", -1, kAnyTime | kNoscript | kNoAuth | kAllowBusy, "1.0.0",
                    "Closes the connection.", quit, "O(1)"),
    session_command("reset", 1, kAnyTime | kNoscript | kNoAuth | kAllowBusy, "6.2.0",
                    "Gives the connection the state of a new one.", reset, "O(1)"),
    session_command("select", 2, kAnyTime, "1.0.0", "Chooses the database of the connection.", select,
                    "O(1)"),
};

}  // namespace

std::span<const CommandSpec> connection_commands() { return kCommands; }

}  // namespace baton
