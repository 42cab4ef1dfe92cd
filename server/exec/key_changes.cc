#include "server/exec/key_changes.h"

#include <algorithm>

#include "server/commands/command.h"
#include "server/commands/words.h"
#include "server/exec/key_positions.h"
#include "server/exec/tracking.h"
#include "server/exec/transaction.h"
#include "server/resp/number.h"
#include "server/store/keyspace.h"

namespace baton {

namespace {

// DEL and UNLINK, which change those of their keys that are there.
bool deletes_keys(const CommandSpec& spec) { return spec.key_access.starts_with("RM"); }

bool of_whole_databases(const CommandSpec& spec) {
  return spec.name == "flushdb" || spec.name == "flushall" || spec.name == "swapdb";
}

// Of the nth key: "RO access;OW update" reads the first and writes the second.
bool only_reads(const CommandSpec& spec, std::size_t nth) {
  std::string_view access = spec.key_access;
  for (; nth != 0; --nth) {
    const std::size_t end = access.find(';');
    if (end == std::string_view::npos) break;  // the last one is for all the rest
    access.remove_prefix(end + 1);
  }
  return access.starts_with("RO");
}

}  // namespace

void KeyChanges::settle() { observed_ = !services_.watches.empty() || services_.tracking.active(); }

void KeyChanges::before(const Call& call) {
  if (deletes_keys(call.spec)) {
    deleted_.clear();
    Database& db = services_.shards.database(call.db);
    const KeyPositions keys(call.spec, call.args);
    for (const std::uint32_t position : keys.get()) {
      const std::string_view key = call.args[position];
      if (db.find(services_.keyspace.hasher().key(key), Touch::no)) deleted_.push_back(key);
    }
    return;
  }
  lost_.clear();
  if (call.spec.name == "flushdb") {
    collect_watched(call.db);
  } else if (call.spec.name == "flushall") {
    for (unsigned db = 0; db < services_.shards.count(); ++db) collect_watched(db);
  } else if (call.spec.name == "swapdb") {
    collect_watched_of_swapped(call);
  }
}

void KeyChanges::after(const Call& call, bool changed, bool failed) {
  if (of_whole_databases(call.spec)) {
    if (failed) return;
    for (const auto& name : lost_) services_.watches.touch(name);
    if (services_.tracking.active()) services_.tracking.flushed();
    return;
  }
  if (!changed) return;
  const auto tell = [this](unsigned db, std::string_view key) {
    services_.watches.touch(db, key);
    if (services_.tracking.active()) services_.tracking.changed(key);
  };
  if (deletes_keys(call.spec)) {
    for (const std::string_view key : deleted_) tell(call.db, key);
    return;
  }
  // MOVE and COPY reach into another database: COPY writes its second key there, MOVE its one in both.
  const unsigned target = target_database(call);
  const KeyPositions keys(call.spec, call.args);
  for (std::size_t n = 0; n < keys.get().size(); ++n) {
    if (only_reads(call.spec, n)) continue;
    const std::string_view key = call.args[keys.get()[n]];
    tell(target, key);
    if (target != call.db && call.spec.name == "move") services_.watches.touch(call.db, key);
  }
}

unsigned KeyChanges::target_database(const Call& call) {
  std::string_view index;
  if (call.spec.name == "move") {
    index = call.args[2];
  } else if (call.spec.name == "copy") {
    for (std::size_t i = 3; i + 1 < call.args.size(); ++i) {
      if (is_word(call.args[i], "db")) index = call.args[++i];
    }
  }
  // The command has succeeded, so that what is there is a number in range.
  const auto number = parse_int64(index);
  return number ? static_cast<unsigned>(*number) : call.db;
}

void KeyChanges::collect_watched(unsigned db) {
  Database& database = services_.shards.database(db);
  const auto exists = [&](std::string_view key) {
    return database.find(services_.keyspace.hasher().key(key), Touch::no) != nullptr;
  };
  services_.watches.collect(db, exists, lost_);
}

// Watchers of keys that are there before, or come with the other database.
void KeyChanges::collect_watched_of_swapped(const Call& call) {
  const auto a = parse_int64(call.args[1]);
  const auto b = parse_int64(call.args[2]);
  const auto count = static_cast<std::int64_t>(services_.shards.count());
  if (!a || !b || *a < 0 || *b < 0 || *a >= count || *b >= count || *a == *b) return;
  Database& left = services_.shards.database(static_cast<unsigned>(*a));
  Database& right = services_.shards.database(static_cast<unsigned>(*b));
  const auto exists = [&](std::string_view text) {
    const Key key = services_.keyspace.hasher().key(text);
    return left.find(key, Touch::no) != nullptr || right.find(key, Touch::no) != nullptr;
  };
  services_.watches.collect(static_cast<unsigned>(*a), exists, lost_);
  services_.watches.collect(static_cast<unsigned>(*b), exists, lost_);
}

}  // namespace baton
