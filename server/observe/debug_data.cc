// DEBUG on keys and values: DIGEST, DIGEST-VALUE, HTSTATS, HTSTATS-KEY, LISTPACK, OBJECT, POPULATE,
// QUICKLIST, SDSLEN, STRINGMATCH-LEN.
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "server/commands/words.h"
#include "server/config/glob.h"
#include "server/config/settings.h"
#include "server/exec/server_stats.h"
#include "server/exec/session_call.h"
#include "server/exec/tracking.h"
#include "server/exec/transaction.h"
#include "server/observe/dataset_digest.h"
#include "server/observe/debug_verbs.h"
#include "server/resp/number.h"
#include "server/store/entry_block.h"
#include "server/store/keyspace.h"

namespace baton {

namespace {

constexpr std::string_view kNotInteger = "ERR value is not an integer or out of range";

Database& selected(SessionCall& call) { return call.server.shards.database(call.client.db); }

// The entry of args[2]; null after an error. A look from here is no use of the key.
const EntryBlock* find_entry(SessionCall& call) {
  const Entry* entry = selected(call).find(call.server.keyspace.hasher().key(call.args[2]), Touch::no);
  if (!entry) call.reply.error("ERR no such key");
  return entry ? EntryBlock::of(entry) : nullptr;
}

// f(entry) for every key that has not expired.
template <class F>
void for_each_entry(Database& database, F&& f) {
  constexpr std::size_t kAtOnce = 1024;
  std::uint64_t cursor = 0;
  do {
    cursor = database.scan(cursor, kAtOnce, [&](Entry* entry) { f(entry); });
  } while (cursor != 0);
}

void digest(SessionCall& call) {
  DatasetDigest digest;
  for (unsigned db = 0; db < call.server.shards.count(); ++db) {
    bool entered = false;
    for_each_entry(call.server.shards.database(db), [&](Entry* entry) {
      if (!entered) digest.enter(db);
      entered = true;
      digest.add(*entry);
    });
  }
  call.reply.simple_string(digest.hex());
}

void digest_value(SessionCall& call) {
  call.reply.array(call.args.size() - 2);
  for (const std::string_view name : call.args.subspan(2)) {
    DatasetDigest digest;
    if (const Entry* entry = selected(call).find(call.server.keyspace.hasher().key(name), Touch::no))
      digest.add_value(*entry);
    call.reply.simple_string(digest.hex());
  }
}

// The bytes that a string takes in an RDB file without compression.
std::size_t serialized_bytes(const Entry& entry) {
  if (const auto integer = entry.integer()) {
    const auto fits = [&](std::int64_t max) { return *integer >= -max - 1 && *integer <= max; };
    if (fits(std::numeric_limits<std::int8_t>::max())) return 2;
    if (fits(std::numeric_limits<std::int16_t>::max())) return 3;
    if (fits(std::numeric_limits<std::int32_t>::max())) return 5;
  }
  const std::size_t size = entry.string_size();
  return size + (size < 64 ? 1 : size < 16384 ? 2 : size <= 0xffffffff ? 5 : 9);
}

void object(SessionCall& call) {
  if (call.args.size() == 4 && !is_word(call.args[3], "fast")) return call.reply.error("ERR syntax error");
  const EntryBlock* entry = find_entry(call);
  if (!entry) return;
  call.reply.simple_string(
      fmt::format("Value at:{} refcount:1 encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{}",
                  static_cast<const void*>(entry), encoding_name(entry->encoding()), serialized_bytes(*entry),
                  entry->access(), entry->idle_seconds(call.now_ms)));
}

// Allocations as they are here: the key lies in the entry's block, and so does a short value.
void sdslen(SessionCall& call) {
  const EntryBlock* entry = find_entry(call);
  if (!entry) return;
  if (entry->encoding() == Encoding::integer) return call.reply.error("ERR Not an sds encoded string.");
  const bool outside = entry->stored_encoding() == Encoding::raw;
  const std::size_t value_allocated = outside ? usable_size(entry->raw().data) : 0;
  const std::size_t spare = outside ? entry->raw().capacity - entry->raw().size : 0;
  call.reply.simple_string(fmt::format(
      "key_sds_len:{}, key_sds_avail:0, key_zmalloc: {}, val_sds_len:{}, val_sds_avail:{}, val_zmalloc: {}",
      entry->key().size(), entry->bytes() - value_allocated, entry->string_size(), spare, value_allocated));
}

void listpack(SessionCall& call) {
  if (find_entry(call)) call.reply.error("ERR Not a listpack encoded object.");
}

void quicklist(SessionCall& call) {
  if (find_entry(call)) call.reply.error("ERR Not a quicklist encoded object.");
}

void htstats_key(SessionCall& call) {
  if (find_entry(call))
    call.reply.error("ERR The value stored at the specified key is not represented using an hash table");
}

void htstats(SessionCall& call) {
  const auto db = parse_int64(call.args[2]);
  if (!db) return call.reply.error(kNotInteger);
  if (*db < 0 || *db >= static_cast<std::int64_t>(call.server.shards.count()))
    return call.reply.error("ERR Out of range database");
  const Database& database = call.server.shards.database(static_cast<unsigned>(*db));
  constexpr std::string_view kNothing = "No stats available for empty dictionaries\n";
  std::string text = "[Dictionary HT]\nHash table 0 stats (main hash table):\n";
  if (const TableShape table = database.table_shape(); table.entries == 0)
    text += kNothing;
  else
    text += fmt::format(
        " table size: {}\n number of elements: {}\n segments: {}\n buckets: {}\n"
        " longest reach of a bucket: {}\n",
        table.slots, table.entries, table.segments, table.buckets, table.reach_max);
  text += "[Expires HT]\nHash table 0 stats (main hash table):\n";
  text += database.volatile_size() == 0 ? std::string(kNothing)
                                        : fmt::format(" number of elements: {}\n", database.volatile_size());
  call.reply.verbatim("txt", text);
}

// Creates prefix:0, prefix:1 ...; keys that are there stay as they are.
void populate(SessionCall& call) {
  const auto count = parse_int64(call.args[2]);
  if (!count) return call.reply.error(kNotInteger);
  if (*count < 0) return call.reply.error("ERR value is out of range, must be positive");
  const std::string_view prefix = call.args.size() > 3 ? call.args[3] : "key";
  std::int64_t size = -1;
  if (call.args.size() > 4) {
    const auto number = parse_int64(call.args[4]);
    if (!number) return call.reply.error(kNotInteger);
    if (*number < 0 ||
        static_cast<std::size_t>(*number) > call.server.settings.values().clients.proto_max_bulk_len)
      return call.reply.error("ERR value is out of range, must be positive");
    size = *number;
  }
  Database& database = selected(call);
  for (std::int64_t i = 0; i < *count; ++i) {
    const std::string name = fmt::format("{}:{}", prefix, i);
    const Key key = call.server.keyspace.hasher().key(name);
    if (database.find(key, Touch::no)) continue;
    std::string value = fmt::format("value:{}", i);
    if (size > 0) value.resize(static_cast<std::size_t>(size));  // filled up with zero bytes
    (void)database.assign_string(key, value);
    call.server.watches.touch(call.client.db, name);
    call.server.tracking.changed(name);
  }
  call.reply.ok();
}

void stringmatch(SessionCall& call) { call.reply.integer(glob_match(call.args[2], call.args[3]) ? 1 : 0); }

constexpr DebugVerb kVerbs[] = {
    {"digest", "", "The dataset in 40 hexadecimal digits, equal to those of Redis. Holds everybody.", 0, 0,
     digest},
    {"digest-value", "<key> [<key> ...]", "The same of single values.", 1, DebugVerb::kAnyNumber,
     digest_value},
    {"htstats", "<dbid>", "Sizes of a database's tables.", 1, 1, htstats},
    {"htstats-key", "<key>", "The same of a value that is held in a hash table; no type is yet.", 1, 1,
     htstats_key},
    {"listpack", "<key>", "The listpack of a value; no type has one yet.", 1, 1, listpack},
    {"object", "<key> [FAST]", "How a key is held.", 1, 2, object},
    {"populate", "<count> [<prefix>] [<size>]",
     "Creates the strings <prefix>:0, <prefix>:1 ..., as far as they are absent. Holds everybody.", 1, 3,
     populate},
    {"quicklist", "<key> [<0|1>]", "The quicklist of a value; no type has one yet.", 1, 2, quicklist},
    {"sdslen", "<key>", "Lengths and allocations of a key and its string.", 1, 1, sdslen},
    {"stringmatch-len", "<pattern> <string>", "Whether a pattern matches, as in KEYS: 1 or 0.", 2, 2,
     stringmatch},
};

}  // namespace

std::span<const DebugVerb> debug_data_verbs() { return kVerbs; }

}  // namespace baton
