// SessionCall: one invocation of a command that acts on clients or on the server as a whole.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "server/exec/client.h"
#include "server/exec/services.h"
#include "server/resp/reply_writer.h"

namespace baton {

struct SessionCall {
  Services& server;
  Client& client;
  Session& session;
  const CommandSpec& spec;
  const CommandSpec* container;            // of a subcommand
  std::span<const std::string_view> args;  // args[0] is the command's name as the client wrote it
  std::span<const std::uint64_t> key_hashes;
  ReplyWriter& reply;
  std::int64_t now_ms;  // Unix time
};

}  // namespace baton
