// The way of a request through the reference: refused, queued or run; transactions, and CLIENT REPLY.
#include "model/sim/oracle/reference.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace baton::sim {

namespace {

const RefTable& table() {
  static const RefTable kCommands = [] {
    RefTable all;
    add_string_commands(all);
    add_number_commands(all);
    add_key_commands(all);
    add_client_commands(all);
    add_pubsub_commands(all);
    add_environment_commands(all);
    return all;
  }();
  return kCommands;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// Null: no such command, no such subcommand, or a wrong number of arguments. Subcommands are known as
// "client|id".
const RefCommand* resolve(const Arguments& args) {
  const RefTable& commands = table();
  auto it = commands.find(lower(args[0]));
  if (it == commands.end()) return nullptr;
  if (!it->second.run) {
    if (args.size() < 2) return nullptr;
    it = commands.find(lower(args[0]) + "|" + lower(args[1]));
    if (it == commands.end()) return nullptr;
  }
  const int arity = it->second.arity;
  const auto count = static_cast<int>(args.size());
  return (arity >= 0 ? count == arity : count >= -arity) ? &it->second : nullptr;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Reference::Reference(Options options) : options_(options), store_(options.databases) {}

void Reference::closed(std::uint64_t connection) { clients_.erase(connection); }

void Reference::refuse(std::uint64_t connection) {
  RefClient& client = clients_[connection];
  if (client.multi) client.refused = true;
}

void Reference::touch() {
  for (const auto& [db, key] : store_.take_changed())
    for (auto& [connection, client] : clients_)
      for (const RefClient::Watched& watched : client.watched)
        if (watched.db == db && watched.key == key) client.touched = true;
}

std::vector<Reply> Reference::execute(std::uint64_t connection, const Arguments& args, std::int64_t now_ms) {
  using Replies = RefClient::Replies;
  RefClient& client = clients_[connection];
  const Replies before = client.replies;
  std::vector<Reply> frames = run(client, args, now_ms);
  // Off says nothing from the command itself on, until the command that turns it on; skip is for one command.
  if (before == Replies::skip || client.replies == Replies::off) frames.clear();
  if (before == Replies::skip && client.replies == Replies::skip) client.replies = Replies::on;
  if (client.replies == Replies::skip_next) client.replies = Replies::skip;
  return frames;
}

std::vector<Reply> Reference::run(RefClient& client, const Arguments& args, std::int64_t now_ms) {
  const std::string name = lower(args[0]);
  const RefCommand* const command = resolve(args);
  const auto refuse_it = [&](std::string_view error) -> std::vector<Reply> {
    if (client.multi) client.refused = true;
    return {Reply::error(error)};
  };
  if (!command) return refuse_it("ERR unknown command or wrong number of arguments");
  if (client.subscribed() && !client.resp3 &&
      !is_one_of(name, {"ping", "quit", "reset", "subscribe", "unsubscribe", "psubscribe", "punsubscribe",
                        "ssubscribe", "sunsubscribe"}))
    return refuse_it("ERR not allowed in this context");
  if (client.multi && !is_one_of(name, {"exec", "discard", "multi", "watch", "quit", "reset"})) {
    if (name == "shutdown") return refuse_it("ERR not allowed inside a transaction");
    client.queue.push_back(args);
    return {Reply::simple("QUEUED")};
  }
  if (name == "exec") return exec(client, now_ms);
  return run_one(client, args, now_ms);
}

std::vector<Reply> Reference::run_one(RefClient& client, const Arguments& args, std::int64_t now_ms) {
  Arguments words = args;
  words[0] = lower(words[0]);
  RefCall call{*this, client, words, now_ms, options_.tolerance_ms};
  std::vector<Reply> frames = resolve(args)->run(call);
  touch();
  return frames;
}

std::vector<Reply> Reference::exec(RefClient& client, std::int64_t now_ms) {
  if (!client.multi) return {Reply::error("ERR EXEC without MULTI")};
  // A key that was there when it was watched and whose time has come has changed, whoever noticed.
  const bool expired =
      std::any_of(client.watched.begin(), client.watched.end(), [&](const RefClient::Watched& watched) {
        return watched.present && !store_.find(watched.db, watched.key, now_ms);
      });
  const bool refused = client.refused;
  const bool fails = client.touched || expired;
  const std::vector<Arguments> queue = std::exchange(client.queue, {});
  client.multi = client.refused = client.touched = false;
  client.watched.clear();
  if (refused) return {Reply::error("EXECABORT")};
  if (fails) return {client.null_array()};
  std::vector<Reply> items;
  for (const Arguments& args : queue)
    for (Reply& frame : run_one(client, args, now_ms)) items.push_back(std::move(frame));
  return {Reply::list(Reply::Kind::array, std::move(items))};
}

}  // namespace baton::sim
