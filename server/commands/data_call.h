// DataCall: one invocation of a data command: its arguments, the database, and where the reply goes.
//
// Argument views point into the connection's input and are valid during the call only. A handler keeps
// nothing: no entry, no shard, no view. What the rest of the server must learn is in the Effect that it
// returns.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "server/commands/command.h"
#include "server/resp/reply_writer.h"
#include "server/store/blob.h"
#include "server/store/keyspace.h"

namespace baton {

struct DataCall {
  const CommandSpec& spec;
  std::span<const std::string_view> args;     // args[0] is the command's name as the client wrote it
  std::span<const std::uint64_t> key_hashes;  // of the keys in the order of the key range; may be empty
  Database& db;                               // the selected one
  unsigned db_index;
  AllShards& shards;  // for COPY, MOVE, SWAPDB, FLUSHALL
  const KeyHasher& hasher;
  ReplyWriter& reply;
  std::int64_t now_ms;
  std::span<Blob> bodies = {};          // big arguments in blocks of their own
  std::size_t string_max = 512u << 20;  // proto-max-bulk-len: no command makes a longer string
  bool tracks_frequency = false;        // maxmemory-policy is an LFU one (OBJECT FREQ, IDLETIME)

  // The key at argument `index`; hashed by the I/O thread when it is one of the first keys.
  [[nodiscard]] Key key(std::size_t index) const noexcept {
    if (index == static_cast<std::size_t>(spec.keys.first) && !key_hashes.empty()) [[likely]]
      return {args[index], key_hashes[0]};
    if (spec.keys.step > 0 && index >= static_cast<std::size_t>(spec.keys.first)) {
      const std::size_t nth =
          (index - static_cast<std::size_t>(spec.keys.first)) / static_cast<std::size_t>(spec.keys.step);
      if (nth < key_hashes.size() &&
          nth * static_cast<std::size_t>(spec.keys.step) + static_cast<std::size_t>(spec.keys.first) == index)
        return {args[index], key_hashes[nth]};
    }
    return hasher.key(args[index]);
  }
  // The same for the nth key, which is argument `index`, when the caller counts both.
  [[nodiscard]] Key nth_key(std::size_t nth, std::size_t index) const noexcept {
    return nth < key_hashes.size() ? Key{args[index], key_hashes[nth]} : hasher.key(args[index]);
  }
  // The block that holds argument `index`, when it has one of its own; null else. A handler may move from it.
  [[nodiscard]] Blob* body(std::size_t index) const noexcept {
    for (Blob& blob : bodies)
      if (blob && blob.data() == args[index].data()) return &blob;
    return nullptr;
  }
};

}  // namespace baton
