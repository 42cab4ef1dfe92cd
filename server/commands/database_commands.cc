// DBSIZE, FLUSHDB, FLUSHALL, SWAPDB: commands on whole databases.
#include <limits>
#include <optional>

#include "server/commands/data_call.h"
#include "server/commands/data_commands.h"
#include "server/commands/errors.h"
#include "server/commands/spec_builder.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

namespace {

Effect dbsize_command(DataCall& call) {
  call.reply.integer(static_cast<std::int64_t>(call.db.size()));
  return {};
}

// Nothing: the options are no options, and the reply says so.
std::optional<Freeing> read_flush_options(DataCall& call) {
  if (call.args.size() == 1) return call.shards.lazy().user_flush ? Freeing::lazily : Freeing::now;
  if (call.args.size() == 2 && is_word(call.args[1], "async")) return Freeing::lazily;
  if (call.args.size() == 2 && is_word(call.args[1], "sync")) return Freeing::now;
  call.reply.error(kSyntaxError);
  return std::nullopt;
}

Effect flushdb_command(DataCall& call) {
  const auto how = read_flush_options(call);
  if (!how) return {};
  const std::size_t removed = call.db.size();
  call.db.clear(*how);
  call.reply.ok();
  return {static_cast<std::uint32_t>(removed)};
}

Effect flushall_command(DataCall& call) {
  const auto how = read_flush_options(call);
  if (!how) return {};
  std::size_t removed = 0;
  for (unsigned i = 0; i < call.shards.count(); ++i) {
    Database& db = call.shards.database(i);
    removed += db.size();
    db.clear(*how);
  }
  call.reply.ok();
  return {static_cast<std::uint32_t>(removed)};
}

Effect swapdb_command(DataCall& call) {
  const auto read = [&](std::size_t index, std::string_view error) -> std::optional<int> {
    const auto value = parse_int64(call.args[index]);
    if (value && *value >= std::numeric_limits<int>::min() && *value <= std::numeric_limits<int>::max())
      return static_cast<int>(*value);
    call.reply.error(error);
    return std::nullopt;
  };
  const auto first = read(1, "ERR invalid first DB index");
  if (!first) return {};
  const auto second = read(2, "ERR invalid second DB index");
  if (!second) return {};
  const auto count = static_cast<std::int64_t>(call.shards.count());
  if (*first < 0 || *second < 0 || *first >= count || *second >= count) {
    call.reply.error(kDatabaseOutOfRange);
    return {};
  }
  if (*first != *second) call.shards.swap(static_cast<unsigned>(*first), static_cast<unsigned>(*second));
  call.reply.ok();
  return {1};
}

constexpr CommandSpec kCommands[] = {
    data_command("dbsize", 1, kReadonly | kFast | kKeyspace, kNoKeys, {}, Group::server, "1.0.0",
                 dbsize_command, "O(1)", "Returns the number of keys in the database.",
                 "request_policy:all_shards response_policy:agg_sum"),
    data_command("flushall", -1, kWrite | kKeyspace | kDangerous, kNoKeys, {}, Group::server, "1.0.0",
                 flushall_command, "O(N) where N is the number of keys in all databases.",
                 "Removes all keys of all databases.",
                 "request_policy:all_shards response_policy:all_succeeded"),
    data_command("flushdb", -1, kWrite | kKeyspace | kDangerous, kNoKeys, {}, Group::server, "1.0.0",
                 flushdb_command, "O(N) where N is the number of keys in the database.",
                 "Removes all keys of the database.",
                 "request_policy:all_shards response_policy:all_succeeded"),
    data_command("swapdb", 3, kWrite | kFast | kKeyspace | kDangerous, kNoKeys, {}, Group::server, "4.0.0",
                 swapdb_command,
                 "O(N) where N is the number of clients that watch keys of the two databases.",
                 "Exchanges the contents of two databases."),
};

}  // namespace

std::span<const CommandSpec> database_commands() { return kCommands; }

}  // namespace baton
