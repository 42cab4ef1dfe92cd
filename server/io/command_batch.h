// CommandBatch: the commands that one connection hands over at once, parsed and resolved.
//
// Arguments are views into the connection's input buffer, or into a block of their own for big ones. The
// connection leaves both alone until the session is back.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/resp/blob.h"

namespace baton {

struct CommandSpec;

// Why a command that was parsed cannot be run as it stands. The executor words the reply.
enum class Refusal : std::uint8_t { none, unknown_command, unknown_subcommand, wrong_arity };

struct ParsedCommand {
  const CommandSpec* spec = nullptr;       // the subcommand's when there is one
  const CommandSpec* container = nullptr;  // "config" of CONFIG GET
  std::uint32_t first_argument = 0;
  std::uint32_t arguments = 0;
  std::uint32_t first_hash = 0;
  std::uint16_t hashes = 0;  // of the leading keys, at most kHashesMax
  Refusal refusal = Refusal::none;
};

struct CommandBatch {
  static constexpr std::uint32_t kCommandsMax = 512;  // a hand-off carries no more
  static constexpr std::uint16_t kHashesMax = 64;     // keys hashed ahead, a command

  std::vector<std::string_view> arguments;
  std::vector<ParsedCommand> commands;
  std::vector<std::uint64_t> hashes;
  std::vector<Blob> bodies;
  std::string protocol_error;  // answered after the commands, then the connection closes

  [[nodiscard]] std::span<const std::string_view> arguments_of(const ParsedCommand& c) const noexcept {
    return {arguments.data() + c.first_argument, c.arguments};
  }
  [[nodiscard]] std::span<const std::uint64_t> hashes_of(const ParsedCommand& c) const noexcept {
    return {hashes.data() + c.first_hash, c.hashes};
  }
  [[nodiscard]] bool empty() const noexcept { return commands.empty() && protocol_error.empty(); }
  // Keeps the memory of small batches, gives that of large ones back.
  void clear();
};

// Command lookup, arity, keys and their hashes: what the I/O thread does ahead for the executor. Immutable,
// shared by all I/O threads.
class Resolver {
 public:
  // Resolves the command whose arguments are the last `arguments` ones of the batch, and appends it.
  virtual void append(CommandBatch& batch, std::uint32_t arguments) const = 0;

 protected:
  ~Resolver() = default;
};

}  // namespace baton
