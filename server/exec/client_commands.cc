// CLIENT and its subcommands.
#include <fmt/core.h>

#include <optional>
#include <string>
#include <vector>

#include "server/commands/spec_builder.h"
#include "server/commands/words.h"
#include "server/exec/client_line.h"
#include "server/exec/client_name.h"
#include "server/exec/client_registry.h"
#include "server/exec/executor.h"
#include "server/exec/session_call.h"
#include "server/exec/session_commands.h"
#include "server/exec/tracking_commands.h"
#include "server/platform/platform.h"
#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::string_view kSyntaxError = "ERR syntax error";

std::int64_t monotonic_ms(const SessionCall& call) {
  return static_cast<std::int64_t>(call.server.platform.clock.monotonic_ns() / 1'000'000);
}

// --- who is there ---

enum class ClientType : std::uint8_t { normal, master, replica, pubsub };

std::optional<ClientType> parse_type(std::string_view word) {
  if (is_word(word, "normal")) return ClientType::normal;
  if (is_word(word, "master")) return ClientType::master;
  if (is_word(word, "replica") || is_word(word, "slave")) return ClientType::replica;
  if (is_word(word, "pubsub")) return ClientType::pubsub;
  return std::nullopt;
}

ClientType type_of(const Client& client) {
  return client.subscriptions() != 0 ? ClientType::pubsub : ClientType::normal;
}

void id(SessionCall& call) { call.reply.integer(static_cast<std::int64_t>(call.client.id)); }

void info(SessionCall& call) {
  call.reply.verbatim("txt", client_line(call.client, monotonic_ms(call)) + "\n");
}

void list(SessionCall& call) {
  std::optional<ClientType> type;
  std::vector<Client*> chosen;
  bool by_id = false;
  if (call.args.size() == 4 && is_word(call.args[2], "type")) {
    type = parse_type(call.args[3]);
    if (!type) return call.reply.error(fmt::format("ERR Unknown client type '{}'", call.args[3]));
  } else if (call.args.size() > 3 && is_word(call.args[2], "id")) {
    by_id = true;
    for (const std::string_view word : call.args.subspan(3)) {
      const auto number = parse_int64(word);
      if (!number) return call.reply.error("ERR Invalid client ID");
      if (Client* client = call.server.clients.find(static_cast<std::uint64_t>(*number)))
        chosen.push_back(client);
    }
  } else if (call.args.size() != 2) {
    return call.reply.error(kSyntaxError);
  }
  if (!by_id) {
    call.server.clients.for_each([&](Client& client) {
      if (!type || type_of(client) == *type) chosen.push_back(&client);
    });
  }
  std::string text;
  const std::int64_t now_ms = monotonic_ms(call);
  for (const Client* client : chosen) {
    text += client_line(*client, now_ms);
    text += '\n';
  }
  call.reply.verbatim("txt", text);
}

// --- names ---

void getname(SessionCall& call) {
  if (call.client.name.empty())
    call.reply.null();
  else
    call.reply.bulk(call.client.name);
}

void setname(SessionCall& call) {
  if (!is_client_name(call.args[2])) return call.reply.error(kBadClientName);
  call.client.name = call.args[2];
  call.reply.ok();
}

void setinfo(SessionCall& call) {
  const bool name = is_word(call.args[2], "lib-name");
  if (!name && !is_word(call.args[2], "lib-ver"))
    return call.reply.error(fmt::format("ERR Unrecognized option '{}'", call.args[2]));
  if (!is_client_name(call.args[3]))
    return call.reply.error(fmt::format("ERR {} cannot contain spaces, newlines or special characters.",
                                        name ? "lib-name" : "lib-ver"));
  (name ? call.client.library_name : call.client.library_version) = call.args[3];
  call.reply.ok();
}

// --- kill ---

struct KillFilter {
  std::optional<std::uint64_t> id;
  std::optional<std::string_view> address, local_address;
  std::optional<ClientType> type;
  std::optional<std::int64_t> age_seconds;
  bool skip_caller = true;

  [[nodiscard]] bool matches(const Client& client, std::int64_t now_ms) const {
    if (id && client.id != *id) return false;
    if (address && client.address != *address) return false;
    if (local_address && client.local_address != *local_address) return false;
    if (type && type_of(client) != *type) return false;
    return !age_seconds || (now_ms - client.created_ms) / 1000 >= *age_seconds;
  }
};

// Empty, or an error.
std::string parse_filter(std::span<const std::string_view> args, KillFilter& filter) {
  for (std::size_t i = 2; i < args.size(); i += 2) {
    if (i + 1 == args.size()) return std::string(kSyntaxError);
    const std::string_view word = args[i];
    const std::string_view value = args[i + 1];
    if (is_word(word, "id")) {
      const auto number = parse_int64(value);
      if (!number || *number <= 0) return "ERR client-id should be greater than 0";
      filter.id = static_cast<std::uint64_t>(*number);
    } else if (is_word(word, "type")) {
      filter.type = parse_type(value);
      if (!filter.type) return fmt::format("ERR Unknown client type '{}'", value);
    } else if (is_word(word, "addr")) {
      filter.address = value;
    } else if (is_word(word, "laddr")) {
      filter.local_address = value;
    } else if (is_word(word, "user")) {
      if (value != "default") return fmt::format("ERR No such user '{}'", value);
    } else if (is_word(word, "skipme")) {
      if (!is_word(value, "yes") && !is_word(value, "no")) return std::string(kSyntaxError);
      filter.skip_caller = is_word(value, "yes");
    } else if (is_word(word, "maxage")) {
      const auto number = parse_int64(value);
      if (!number) return "ERR maxage is not an integer or out of range";
      if (*number <= 0) return "ERR maxage should be greater than 0";
      filter.age_seconds = *number;
    } else {
      return std::string(kSyntaxError);
    }
  }
  return {};
}

void kill(SessionCall& call) {
  KillFilter filter;
  const bool old_form = call.args.size() == 3;
  if (old_form) {
    filter.address = call.args[2];
    filter.skip_caller = false;
  } else if (const std::string error = parse_filter(call.args, filter); !error.empty()) {
    return call.reply.error(error);
  }
  std::vector<Client*> victims;
  const std::int64_t now_ms = monotonic_ms(call);
  call.server.clients.for_each([&](Client& client) {
    if (client.killed || (filter.skip_caller && &client == &call.client)) return;
    if (filter.matches(client, now_ms)) victims.push_back(&client);
  });
  for (Client* victim : victims) call.server.executor.kill(*victim);
  if (!old_form) return call.reply.integer(static_cast<std::int64_t>(victims.size()));
  if (victims.empty()) return call.reply.error("ERR No such client");
  call.reply.ok();
}

// --- pause, reply and the rest ---

void pause(SessionCall& call) {
  const auto timeout = parse_int64(call.args[2]);
  if (!timeout) return call.reply.error("ERR timeout is not an integer or out of range");
  if (*timeout < 0) return call.reply.error("ERR timeout is negative");
  PauseMode mode = PauseMode::all;
  if (call.args.size() == 4) {
    if (is_word(call.args[3], "write"))
      mode = PauseMode::writes;
    else if (!is_word(call.args[3], "all"))
      return call.reply.error("ERR CLIENT PAUSE mode must be WRITE or ALL");
  } else if (call.args.size() != 3) {
    return call.reply.error(kSyntaxError);
  }
  std::int64_t until = 0;
  if (__builtin_add_overflow(call.now_ms, *timeout, &until))
    return call.reply.error("ERR timeout is out of range");
  call.server.executor.pause_clients(mode, until);
  call.reply.ok();
}

void unpause(SessionCall& call) {
  call.server.executor.unpause_clients();
  call.reply.ok();
}

void reply_mode(SessionCall& call) {
  const std::string_view word = call.args[2];
  if (is_word(word, "on")) {
    call.client.reply_mode = ReplyMode::on;
    call.reply.ok();
  } else if (is_word(word, "off")) {
    call.client.reply_mode = ReplyMode::off;
  } else if (is_word(word, "skip")) {
    if (call.client.reply_mode != ReplyMode::off) call.client.reply_mode = ReplyMode::skip_next;
  } else {
    call.reply.error(kSyntaxError);
  }
}

void set_flag(SessionCall& call, bool Client::*flag) {
  const std::string_view word = call.args[2];
  if (!is_word(word, "on") && !is_word(word, "off")) return call.reply.error(kSyntaxError);
  call.client.*flag = is_word(word, "on");
  call.reply.ok();
}

void no_evict(SessionCall& call) { set_flag(call, &Client::no_evict); }
void no_touch(SessionCall& call) { set_flag(call, &Client::no_touch); }

// Nothing blocks in this version, so nobody can be woken.
void unblock(SessionCall& call) {
  if (!parse_int64(call.args[2])) return call.reply.error("ERR value is not an integer or out of range");
  if (call.args.size() == 4 && !is_word(call.args[3], "timeout") && !is_word(call.args[3], "error"))
    return call.reply.error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
  if (call.args.size() > 4) return call.reply.error(kSyntaxError);
  call.reply.integer(0);
}

void help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "CACHING <YES|NO>",
      "    Whether the keys of the next command are tracked (OPTIN: YES, OPTOUT: NO).",
      "GETNAME",
      "    The name of this connection.",
      "GETREDIR",
      "    The id of the connection that tracking messages of this one go to:",
      "    0, this one itself; -1, it does not track.",
      "ID",
      "    The id of this connection.",
      "INFO",
      "    This connection, as LIST shows it.",
      "KILL <ip:port>",
      "    Closes the connection from that address.",
      "KILL <option> <value> [<option> <value> [...]]",
      "    Closes the connections that match all of: ID <id>, TYPE <normal|master|replica|pubsub>,",
      "    ADDR <ip:port>, LADDR <ip:port>, USER <name>, MAXAGE <seconds>.",
      "    SKIPME <yes|no>: whether this one is left alone.",
      "LIST [TYPE <type> | ID <id> [<id> ...]]",
      "    All connections, or those of a type or with these ids.",
      "NO-EVICT <ON|OFF>",
      "    Protects this connection from client eviction.",
      "NO-TOUCH <ON|OFF>",
      "    Whether the commands of this connection leave LRU and LFU statistics alone.",
      "PAUSE <timeout> [WRITE|ALL]",
      "    Lets clients wait for so many milliseconds, those that write or all.",
      "REPLY <ON|OFF|SKIP>",
      "    Whether this connection receives replies.",
      "SETINFO <LIB-NAME|LIB-VER> <value>",
      "    Tells the client library and its version.",
      "SETNAME <name>",
      "    Names this connection.",
      "TRACKING <ON|OFF> [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]] [OPTIN] [OPTOUT] [NOLOOP]",
      "    Whether this connection is told when keys change that it has read, or that have a prefix.",
      "TRACKINGINFO",
      "    How this connection tracks keys.",
      "UNBLOCK <id> [TIMEOUT|ERROR]",
      "    Wakes a client that waits in a blocking command.",
      "UNPAUSE",
      "    Ends a pause.",
      "HELP",
      "    These lines.",
  };
  call.reply.array(std::size(kLines));
  for (const std::string_view line : kLines) call.reply.simple_string(line);
}

constexpr std::uint32_t kOwn = kNoscript | kLoading | kStale;
constexpr std::uint32_t kOthers = kOwn | kAdmin;

constexpr CommandSpec subcommand(std::string_view name, int arity, std::uint32_t flags,
                                 std::string_view since, std::string_view summary, SessionHandler handler,
                                 std::string_view complexity = "O(1)") {
  CommandSpec spec{name, arity, flags, {}, Group::connection, since, summary};
  spec.session = handler;
  spec.complexity = complexity;
  return spec;
}

constexpr CommandSpec kSubcommands[] = {
    subcommand("caching", 3, kOwn, "6.0.0", "Tracks the keys of the next command, or does not.",
               client_caching),
    subcommand("getname", 2, kOwn, "2.6.9", "Tells the name of the connection.", getname),
    subcommand("getredir", 2, kOwn, "6.0.0", "Tells where tracking messages of the connection go.",
               client_getredir),
    subcommand("help", 2, kLoading | kStale, "5.0.0", "Tells what CLIENT can do.", help),
    subcommand("id", 2, kOwn, "5.0.0", "Tells the id of the connection.", id),
    with_tips(subcommand("info", 2, kOwn, "6.2.0", "Describes the connection.", info),
              "nondeterministic_output"),
    subcommand("kill", -3, kOthers, "2.4.0", "Closes connections.", kill,
               "O(N) where N is the number of client connections"),
    with_tips(subcommand("list", -2, kOthers, "2.4.0", "Describes connections.", list,
                         "O(N) where N is the number of client connections"),
              "nondeterministic_output"),
    subcommand("no-evict", 3, kOthers, "7.0.0", "Protects the connection from client eviction.", no_evict),
    subcommand("no-touch", 3, kOwn, "7.2.0", "Leaves LRU and LFU statistics alone.", no_touch),
    subcommand("pause", -3, kOthers, "3.0.0", "Lets commands wait.", pause),
    subcommand("reply", 3, kOwn, "3.2.0", "Chooses whether commands are answered.", reply_mode),
    subcommand("setinfo", 4, kOwn, "7.2.0", "Tells the client library and its version.", setinfo),
    subcommand("setname", 3, kOwn, "2.6.9", "Names the connection.", setname),
    subcommand("tracking", -3, kOwn, "6.0.0", "Starts or ends messages about keys that change.",
               client_tracking, "O(1). Some options may introduce additional complexity."),
    subcommand("trackinginfo", 2, kOwn, "6.2.0", "Tells how the connection tracks keys.",
               client_trackinginfo),
    subcommand("unblock", -3, kOthers, "5.0.0", "Wakes a client that waits in a blocking command.", unblock),
    subcommand("unpause", 2, kOthers, "6.2.0", "Ends a pause of clients.", unpause),
};

constexpr CommandSpec container() {
  CommandSpec spec{
      "client", -2, 0, {}, Group::connection, "2.4.0", "A container of commands about connections."};
  spec.subcommands = kSubcommands;
  spec.complexity = "Depends on subcommand.";
  return spec;
}

constexpr CommandSpec kCommands[] = {container()};

}  // namespace

std::span<const CommandSpec> client_commands() { return kCommands; }

}  // namespace baton
