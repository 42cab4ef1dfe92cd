// The handlers of the string group, and what they share. The table that names them is string_commands.cc.
#pragma once

#include <cstddef>
#include <string_view>

#include "server/commands/data_call.h"
#include "server/commands/errors.h"

namespace baton {

// get_commands.cc
Effect get_command(DataCall& call);
Effect getdel_command(DataCall& call);
Effect getex_command(DataCall& call);
Effect getrange_command(DataCall& call);  // SUBSTR too
Effect strlen_command(DataCall& call);
Effect append_command(DataCall& call);
Effect setrange_command(DataCall& call);
// set_commands.cc
Effect set_command(DataCall& call);
Effect setnx_command(DataCall& call);
Effect setex_command(DataCall& call);  // SETEX and PSETEX
Effect getset_command(DataCall& call);
// multi_key_commands.cc
Effect mget_command(DataCall& call);
Effect mset_command(DataCall& call);
Effect msetnx_command(DataCall& call);
Effect msetex_command(DataCall& call);
int msetex_keys(std::span<const std::string_view> args, std::span<std::uint32_t> out);
// counter_commands.cc
Effect incr_command(DataCall& call);
Effect decr_command(DataCall& call);
Effect incrby_command(DataCall& call);
Effect decrby_command(DataCall& call);
Effect incrbyfloat_command(DataCall& call);
// increx_command.cc
Effect increx_command(DataCall& call);
// digest_commands.cc
Effect delex_command(DataCall& call);
Effect digest_command(DataCall& call);
// lcs_command.cc
Effect lcs_command(DataCall& call);

// Answers WRONGTYPE and returns true when `entry` is not a string.
[[nodiscard]] inline bool refuses_type(const Entry& entry, ReplyWriter& reply) {
  if (entry.type() == Type::string) [[likely]]
    return false;
  reply.error(kWrongType);
  return true;
}

inline void write_string(const Entry& entry, ReplyWriter& reply) {
  IntegerText scratch;
  reply.bulk(entry.string(scratch));
}

// Stores argument `index`: its block when it came in one of its own, else a copy.
inline Entry* assign_argument(DataCall& call, const Key& key, std::size_t index,
                              KeepExpiry keep = KeepExpiry::no) {
  if (!call.bodies.empty()) [[unlikely]]
    if (Blob* body = call.body(index)) return call.db.assign_blob(key, std::move(*body), keep);
  return call.db.assign_string(key, call.args[index], keep);
}

// Answers the error and returns true when a string of `size` bytes is longer than allowed.
[[nodiscard]] inline bool refuses_size(const DataCall& call, std::size_t size) {
  if (size <= call.string_max) [[likely]]
    return false;
  call.reply.error(kStringTooLong);
  return true;
}

}  // namespace baton
