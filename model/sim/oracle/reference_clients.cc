// The reference's connections: who they are, transactions, subscriptions, and what depends on the
// environment.
#include <algorithm>
#include <limits>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

bool is_name(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

std::vector<Reply> anything(RefCall&) { return one(Reply::plain(Reply::Kind::anything)); }
std::vector<Reply> any_success(RefCall&) { return one(Reply::plain(Reply::Kind::any_success)); }

void end_transaction(RefClient& client) {
  client.multi = client.refused = client.touched = false;
  client.queue.clear();
  client.watched.clear();
}

std::vector<Reply> ping(RefCall& call) {
  if (call.args.size() > 2) return err("ERR wrong number of arguments");
  const std::string text = call.args.size() == 2 ? call.args[1] : std::string();
  if (call.client.subscribed() && !call.client.resp3)
    return one(Reply::list(Reply::Kind::array, {Reply::bulk("pong"), Reply::bulk(text)}));
  return one(call.args.size() == 2 ? Reply::bulk(text) : Reply::simple("PONG"));
}

std::vector<Reply> echo(RefCall& call) { return one(Reply::bulk(call.args[1])); }

// The connection ends without an answer, and so does the server.
std::vector<Reply> shutdown(RefCall& call) {
  bool save = false;
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    const std::string& word = call.args[i];
    if (ref_is(word, "abort")) return err("ERR No shutdown in progress.");
    if (ref_is(word, "save"))
      save = true;
    else if (!ref_is(word, "nosave") && !ref_is(word, "now") && !ref_is(word, "force"))
      return err("ERR syntax error");
  }
  if (save) return err("ERR nothing is kept on disk");
  call.client.closing = true;
  return {};
}

std::vector<Reply> hello(RefCall& call) {
  std::size_t next = 1;
  bool resp3 = call.client.resp3;
  if (call.args.size() > 1) {
    const auto version = ref_integer(call.args[1]);
    if (!version) return err("ERR version");
    if (*version != 2 && *version != 3) return err("NOPROTO");
    resp3 = *version == 3;
    next = 2;
  }
  const std::string* name = nullptr;
  bool wrong_user = false;
  for (; next < call.args.size(); ++next) {
    const std::size_t left = call.args.size() - next - 1;
    if (ref_is(call.args[next], "auth") && left >= 2) {
      wrong_user = call.args[next + 1] != "default";
      next += 2;
    } else if (ref_is(call.args[next], "setname") && left >= 1) {
      name = &call.args[++next];
      if (!is_name(*name)) return err("ERR name");
    } else {
      return err("ERR syntax error");
    }
  }
  if (wrong_user) return err("WRONGPASS");
  if (name) call.client.name = *name;
  call.client.resp3 = resp3;
  return one(Reply::plain(Reply::Kind::any_success));
}

// The plans set no password.
std::vector<Reply> auth(RefCall& call) {
  if (call.args.size() != 3) return err("ERR");
  return call.args[1] == "default" ? ok() : err("WRONGPASS");
}

std::vector<Reply> quit(RefCall& call) {
  call.client.closing = true;
  return ok();
}

std::vector<Reply> reset(RefCall& call) {
  const bool may_be_gone = call.client.may_be_gone;
  call.client = RefClient{};
  call.client.may_be_gone = may_be_gone;
  return one(Reply::simple("RESET"));
}

std::vector<Reply> multi(RefCall& call) {
  if (call.client.multi) return err("ERR nested");
  call.client.multi = true;
  return ok();
}

std::vector<Reply> discard(RefCall& call) {
  if (!call.client.multi) return err("ERR without MULTI");
  end_transaction(call.client);
  return ok();
}

std::vector<Reply> watch(RefCall& call) {
  if (call.client.multi) return err("ERR inside MULTI");
  auto& watched = call.client.watched;
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    const bool known = std::any_of(watched.begin(), watched.end(), [&](const RefClient::Watched& other) {
      return other.db == call.client.db && other.key == call.args[i];
    });
    if (!known) watched.push_back({call.client.db, call.args[i], call.find(call.args[i]) != nullptr});
  }
  return ok();
}

std::vector<Reply> unwatch(RefCall& call) {
  call.client.watched.clear();
  call.client.touched = false;
  return ok();
}

std::vector<Reply> client_id(RefCall&) {
  return one(Reply::between(1, std::numeric_limits<std::int64_t>::max()));
}

std::vector<Reply> getname(RefCall& call) {
  return one(call.client.name.empty() ? call.client.null() : Reply::bulk(call.client.name));
}

std::vector<Reply> setname(RefCall& call) {
  if (!is_name(call.args[2])) return err("ERR name");
  call.client.name = call.args[2];
  return ok();
}

std::vector<Reply> switch_flag(RefCall& call) {
  return ref_is(call.args[2], "on") || ref_is(call.args[2], "off") ? ok() : err("ERR syntax error");
}

std::vector<Reply> client_reply(RefCall& call) {
  using Replies = RefClient::Replies;
  const std::string& word = call.args[2];
  if (ref_is(word, "on")) {
    call.client.replies = Replies::on;
    return ok();
  }
  if (ref_is(word, "off"))
    call.client.replies = Replies::off;
  else if (!ref_is(word, "skip"))
    return err("ERR syntax error");
  else if (call.client.replies != Replies::off)
    call.client.replies = Replies::skip_next;
  return {};
}

std::vector<Reply> client_pause(RefCall& call) {
  const auto timeout = ref_integer(call.args[2]);
  if (!timeout || *timeout < 0 || call.args.size() > 4) return err("ERR timeout");
  if (call.args.size() == 4 && !ref_is(call.args[3], "write") && !ref_is(call.args[3], "all"))
    return err("ERR mode");
  return ok();
}

std::vector<Reply> always_ok(RefCall&) { return ok(); }

// --- publish/subscribe ---

RefNames& names_of(RefClient& client, std::string_view command) {
  if (command.starts_with('p')) return client.patterns;
  return command.starts_with("ss") || command.starts_with("sun") ? client.shard_channels : client.channels;
}

Reply confirmation(const RefCall& call, const std::string* name) {
  const RefClient& client = call.client;
  const bool shard = call.args[0].starts_with("ss") || call.args[0].starts_with("sun");
  const std::size_t left =
      shard ? client.shard_channels.size() : client.channels.size() + client.patterns.size();
  return Reply::list(client.resp3 ? Reply::Kind::push : Reply::Kind::array,
                     {Reply::bulk(call.args[0]), name ? Reply::bulk(*name) : client.null(),
                      Reply::of(static_cast<std::int64_t>(left))});
}

std::vector<Reply> subscribe(RefCall& call) {
  std::vector<Reply> frames;
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    names_of(call.client, call.args[0]).insert(call.args[i]);
    frames.push_back(confirmation(call, &call.args[i]));
  }
  return frames;
}

std::vector<Reply> unsubscribe(RefCall& call) {
  RefNames& names = names_of(call.client, call.args[0]);
  if (call.args.size() == 1) {
    if (names.empty()) return one(confirmation(call, nullptr));
    // Of all in an order of the server's own: the counts go down, which name comes when is not known.
    std::vector<Reply> choices, frames;
    for (const std::string& name : names) choices.push_back(Reply::bulk(name));
    const Reply any_name = Reply::list(Reply::Kind::one_of, std::move(choices));
    while (!names.empty()) {
      names.erase(names.begin());
      frames.push_back(confirmation(call, nullptr));
      frames.back().items[1] = any_name;
    }
    return frames;
  }
  std::vector<Reply> frames;
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    names.erase(call.args[i]);
    frames.push_back(confirmation(call, &call.args[i]));
  }
  return frames;
}

std::vector<Reply> publish(RefCall& call) {
  const bool shard = call.args[0] == "spublish";
  std::int64_t least = 0, most = 0;
  for (const auto& [connection, client] : call.server.clients()) {
    std::int64_t count = (shard ? client.shard_channels : client.channels).count(call.args[1]) != 0 ? 1 : 0;
    for (const std::string& pattern : client.patterns)
      if (!shard && ref_glob(pattern, call.args[1])) ++count;
    most += count;
    if (!client.may_be_gone) least += count;
  }
  return one(Reply::between(least, most));
}

}  // namespace

void add_client_commands(RefTable& table) {
  table.insert({
      {"ping", {ping, -1}},
      {"echo", {echo, 2}},
      {"hello", {hello, -1}},
      {"auth", {auth, -2}},
      {"quit", {quit, -1}},
      {"reset", {reset, 1}},
      {"multi", {multi, 1}},
      {"exec", {anything, 1}},  // the reference runs it itself
      {"discard", {discard, 1}},
      {"watch", {watch, -2}},
      {"unwatch", {unwatch, 1}},
      {"client", {nullptr, -2}},
      {"client|id", {client_id, 2}},
      {"client|getname", {getname, 2}},
      {"client|setname", {setname, 3}},
      {"client|setinfo", {anything, 4}},
      {"client|no-evict", {switch_flag, 3}},
      {"client|no-touch", {switch_flag, 3}},
      {"client|reply", {client_reply, 3}},
      {"client|pause", {client_pause, -3}},
      {"client|unpause", {always_ok, 2}},
      {"client|unblock", {anything, -3}},
      {"client|kill", {anything, -3}},
      {"client|tracking", {anything, -3}},
      {"client|caching", {anything, 3}},
  });
}

void add_pubsub_commands(RefTable& table) {
  for (const char* name : {"subscribe", "psubscribe", "ssubscribe"}) table[name] = {subscribe, -2};
  for (const char* name : {"unsubscribe", "punsubscribe", "sunsubscribe"}) table[name] = {unsubscribe, -1};
  for (const char* name : {"publish", "spublish"}) table[name] = {publish, 3};
}

void add_environment_commands(RefTable& table) {
  for (const char* name : {"object", "config", "slowlog", "memory", "latency", "pubsub"})
    table[name] = {nullptr, -2};
  for (const char* name :
       {"client|getredir",  "client|help",         "client|info",  "client|trackinginfo", "config|help",
        "config|resetstat", "slowlog|help",        "slowlog|len",  "slowlog|reset",       "memory|doctor",
        "memory|help",      "memory|malloc-stats", "memory|purge", "memory|stats",        "latency|doctor",
        "latency|help",     "latency|latest",      "object|help",  "pubsub|help",         "pubsub|numpat"})
    table[name] = {any_success, 2};
  for (const char* name : {"object|encoding", "object|freq", "object|idletime", "object|refcount",
                           "latency|history", "latency|graph"})
    table[name] = {anything, 3};
  for (const char* name :
       {"client|list", "config|rewrite", "slowlog|get", "latency|reset", "latency|histogram",
        "pubsub|channels", "pubsub|numsub", "pubsub|shardchannels", "pubsub|shardnumsub"})
    table[name] = {anything, -2};
  for (const char* name : {"config|get", "memory|usage"}) table[name] = {anything, -3};
  table["config|set"] = {anything, -4};
  // COMMAND may be said alone, so its subcommands are left to the server to know.
  for (const char* name : {"command", "info"}) table[name] = {anything, -1};
  table["shutdown"] = {shutdown, -1};
  for (const char* name : {"time", "role", "lastsave", "monitor"}) table[name] = {any_success, 1};
  for (const char* name : {"scan", "debug"}) table[name] = {anything, -2};
}

}  // namespace baton::sim
