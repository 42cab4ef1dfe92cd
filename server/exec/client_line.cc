#include "server/exec/client_line.h"

#include <fmt/core.h>

#include <algorithm>

#include "server/commands/command.h"
#include "server/exec/tracking.h"
#include "server/exec/transaction.h"

namespace baton {

namespace {

std::string flags_of(const Client& client) {
  std::string flags;
  if (client.monitor) flags += 'O';
  if (client.subscriptions() != 0) flags += 'P';
  if (client.transaction && client.transaction->open) flags += 'x';
  if (client.tracker) {
    flags += 't';
    if (client.tracker->redirect_broken) flags += 'R';
    if (client.tracker->options.broadcast) flags += 'B';
  }
  if (client.transaction && client.transaction->invalidated) flags += 'd';
  if (client.close_after_reply) flags += 'c';
  if (client.killed) flags += 'A';
  if (client.from_unix_socket) flags += 'U';
  if (client.no_evict) flags += 'e';
  if (client.no_touch) flags += 'T';
  return flags.empty() ? "N" : flags;
}

std::string command_of(const Client& client) {
  if (!client.last_command) return "NULL";
  if (client.last_container)
    return fmt::format("{}|{}", client.last_container->name, client.last_command->name);
  return std::string(client.last_command->name);
}

}  // namespace

std::string client_line(const Client& client, std::int64_t now_ms) {
  const SocketStats& stats = *client.stats;
  // Once each, one after another: they change meanwhile, and the line should agree with itself.
  const std::uint64_t last_active_ms = stats.get(SocketStat::last_active_ms);
  const std::uint64_t query_bytes = stats.get(SocketStat::query_bytes);
  const std::uint64_t query_capacity = stats.get(SocketStat::query_capacity);
  const std::uint64_t argument_bytes = stats.get(SocketStat::argument_bytes);
  const std::uint64_t output_bytes = stats.get(SocketStat::output_bytes);
  const std::uint64_t output_blocks = stats.get(SocketStat::output_blocks);
  const std::uint64_t output_memory = stats.get(SocketStat::output_memory);
  const std::uint64_t net_in = stats.get(SocketStat::net_in);
  const std::uint64_t net_out = stats.get(SocketStat::net_out);
  const Transaction* const transaction = client.transaction.get();
  const std::uint64_t multi_memory = transaction ? transaction->queued_bytes : 0;
  const std::uint64_t total = sizeof(Client) + sizeof(SocketStats) + sizeof(Session) + query_bytes +
                              query_capacity + output_memory + multi_memory + argument_bytes;
  return fmt::format(
      "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={} db={} sub={} psub={} ssub={} multi={} "
      "watch={} qbuf={} "
      "qbuf-free={} argv-mem={} multi-mem={} rbs={} rbp={} obl={} oll={} omem={} tot-mem={} events={} cmd={} "
      "user=default "
      "redir={} resp={} lib-name={} lib-ver={} io-thread={} tot-net-in={} tot-net-out={} tot-cmds={}",
      client.id, client.address, client.local_address, client.fd, client.name,
      (now_ms - client.created_ms) / 1000,
      std::max<std::int64_t>(0, now_ms - static_cast<std::int64_t>(last_active_ms)) / 1000, flags_of(client),
      client.db, client.channels.size(), client.patterns.size(), client.shard_channels.size(),
      transaction && transaction->open ? static_cast<std::int64_t>(transaction->queue.size()) : -1,
      transaction ? transaction->watched.size() : 0, query_bytes, query_capacity, argument_bytes,
      multi_memory, 0, 0, output_bytes, output_blocks, output_memory, total, output_bytes != 0 ? "rw" : "r",
      command_of(client), client.tracker ? static_cast<std::int64_t>(client.tracker->options.redirect) : -1,
      static_cast<int>(client.protocol), client.library_name, client.library_version, client.slot, net_in,
      net_out, client.commands);
}

}  // namespace baton
