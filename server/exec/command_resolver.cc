#include "server/exec/command_resolver.h"

#include <algorithm>

namespace baton {

void CommandResolver::append(CommandBatch& batch, std::uint32_t arguments) const {
  ParsedCommand command;
  command.arguments = arguments;
  command.first_argument = static_cast<std::uint32_t>(batch.arguments.size()) - arguments;
  command.first_hash = static_cast<std::uint32_t>(batch.hashes.size());
  const auto args = batch.arguments_of(command);

  const CommandSpec* spec = table_.find(args[0]);
  if (spec && !spec->subcommands.empty() && arguments > 1) {
    command.container = spec;
    spec = table_.find_subcommand(*spec, args[1]);
  }
  command.spec = spec;
  if (!spec) {
    command.refusal = command.container ? Refusal::unknown_subcommand : Refusal::unknown_command;
  } else if (!arity_matches(spec->arity, arguments)) {
    command.refusal = Refusal::wrong_arity;
  } else if (spec->keys.first > 0) {
    // Keys that a KeyFinder finds are hashed when they are used; a range is hashed here, up to a bound.
    const int last = spec->keys.last < 0 ? static_cast<int>(arguments) + spec->keys.last : spec->keys.last;
    for (int i = spec->keys.first; i <= last && command.hashes < CommandBatch::kHashesMax;
         i += spec->keys.step) {
      batch.hashes.push_back(hasher_.hash(args[static_cast<std::size_t>(i)]));
      ++command.hashes;
    }
  }
  batch.commands.push_back(command);
}

}  // namespace baton
