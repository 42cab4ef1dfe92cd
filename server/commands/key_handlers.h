// The handlers of the generic group, and what they share. The table that names them is key_commands.cc.
#pragma once

#include <optional>

#include "server/commands/data_call.h"
#include "server/commands/errors.h"

namespace baton {

// name_commands.cc
Effect del_command(DataCall& call);
Effect unlink_command(DataCall& call);
Effect exists_command(DataCall& call);
Effect touch_command(DataCall& call);
Effect type_command(DataCall& call);
Effect rename_command(DataCall& call);
Effect renamenx_command(DataCall& call);
Effect copy_command(DataCall& call);
Effect move_command(DataCall& call);
// expiry_commands.cc
Effect expire_command(DataCall& call);
Effect pexpire_command(DataCall& call);
Effect expireat_command(DataCall& call);
Effect pexpireat_command(DataCall& call);
Effect ttl_command(DataCall& call);
Effect pttl_command(DataCall& call);
Effect expiretime_command(DataCall& call);
Effect pexpiretime_command(DataCall& call);
Effect persist_command(DataCall& call);
// scan_commands.cc
Effect keys_command(DataCall& call);
Effect scan_command(DataCall& call);
Effect randomkey_command(DataCall& call);
// object_commands.cc
Effect object_encoding_command(DataCall& call);
Effect object_freq_command(DataCall& call);
Effect object_idletime_command(DataCall& call);
Effect object_refcount_command(DataCall& call);
Effect object_help_command(DataCall& call);

// An argument that the protocol limits to 32 bits; answers the error when it is none.
[[nodiscard]] std::optional<int> read_int(DataCall& call, std::size_t index);
// The index of a database; answers the error when there is no such one.
[[nodiscard]] std::optional<unsigned> read_database(DataCall& call, std::size_t index);

}  // namespace baton
