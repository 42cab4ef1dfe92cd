// MULTI, EXEC, DISCARD, WATCH, UNWATCH.
#include <algorithm>

#include "server/exec/executor.h"
#include "server/exec/session_call.h"
#include "server/exec/session_commands.h"

namespace baton {

namespace {

Transaction& transaction_of(Client& client) {
  if (!client.transaction) client.transaction = std::make_unique<Transaction>();
  return *client.transaction;
}

bool in_multi(const Client& client) { return client.transaction && client.transaction->open; }

void multi(SessionCall& call) {
  if (in_multi(call.client)) return call.reply.error("ERR MULTI calls can not be nested");
  transaction_of(call.client).open = true;
  call.reply.ok();
}

void discard(SessionCall& call) {
  if (!in_multi(call.client)) return call.reply.error("ERR DISCARD without MULTI");
  call.server.executor.end_transaction(call.client);
  call.reply.ok();
}

// A key that was alive when it was watched and whose time has come since was changed, although nobody removed
// it yet.
bool a_watched_key_expired(SessionCall& call, const Transaction& transaction) {
  return std::any_of(transaction.watched.begin(), transaction.watched.end(), [&](const WatchedKey& watched) {
    return !watched.absent_at_watch &&
           !call.server.shards.database(watched.db).find({watched.key, watched.hash}, Touch::no);
  });
}

void exec(SessionCall& call) {
  Client& client = call.client;
  if (!in_multi(client)) return call.reply.error("ERR EXEC without MULTI");
  if (client.transaction->refused) {
    call.server.executor.end_transaction(client);
    return call.reply.error("EXECABORT Transaction discarded because of previous errors.");
  }
  if (client.transaction->invalidated || a_watched_key_expired(call, *client.transaction)) {
    call.server.executor.end_transaction(client);
    return call.reply.null_array();
  }
  // The watches end before the commands run, so that they do not fail their own transaction.
  const std::vector<QueuedCommand> queue = std::move(client.transaction->queue);
  call.server.executor.end_transaction(client);
  call.reply.array(queue.size());
  for (const QueuedCommand& command : queue) {
    call.server.executor.run_queued(client, call.session, command, call.reply);
    call.reply.set_protocol(client.protocol);
  }
}

void watch(SessionCall& call) {
  if (in_multi(call.client)) return call.reply.error("ERR WATCH inside MULTI is not allowed");
  transaction_of(call.client);
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    const Key key = call.server.keyspace.hasher().key(call.args[i]);
    const bool absent = call.server.shards.database(call.client.db).find(key, Touch::no) == nullptr;
    call.server.watches.watch(call.client, call.client.db, key, absent);
  }
  call.reply.ok();
}

void unwatch(SessionCall& call) {
  call.server.watches.unwatch_all(call.client);
  if (call.client.transaction && !call.client.transaction->open)
    call.server.executor.end_transaction(call.client);
  else if (call.client.transaction)
    call.client.transaction->invalidated = false;
  call.reply.ok();
}

constexpr std::uint32_t kAnyTime = kLoading | kStale | kFast | kNoscript | kAllowBusy;

constexpr CommandSpec session_command(std::string_view name, int arity, std::uint32_t flags,
                                      std::string_view since, std::string_view summary,
                                      SessionHandler handler, std::string_view complexity,
                                      KeyRange keys = {}) {
  CommandSpec spec{name, arity, flags, keys, Group::transactions, since, summary};
  spec.session = handler;
  spec.complexity = complexity;
  if (keys.first != 0) spec.key_access = "RO";
  return spec;
}

constexpr CommandSpec kCommands[] = {
    session_command("multi", 1, kAnyTime, "1.2.0", "Starts a transaction: what follows is queued until EXEC.",
                    multi, "O(1)"),
    session_command("exec", 1, kLoading | kStale | kNoscript | kSkipSlowlog, "1.2.0",
                    "Runs the queued commands in one go.", exec, "Depends on commands in the transaction"),
    session_command("discard", 1, kAnyTime, "2.0.0", "Drops the queued commands.", discard,
                    "O(N), when N is the number of queued commands"),
    session_command("watch", -2, kAnyTime, "2.2.0",
                    "Makes the next EXEC fail if one of the keys changes before it.", watch,
                    "O(1) for every key.", {1, -1, 1}),
    session_command("unwatch", 1, kAnyTime, "2.2.0", "Forgets the watched keys.", unwatch, "O(1)"),
};

}  // namespace

std::span<const CommandSpec> transaction_commands() { return kCommands; }

}  // namespace baton
