// PlainResolver: for tests of what lies below the command table. Every command is what it says; nothing is
// unknown, and nothing has keys.
#pragma once

#include "server/io/command_batch.h"

namespace baton {

class PlainResolver final : public Resolver {
 public:
  void append(CommandBatch& batch, std::uint32_t arguments) const override {
    ParsedCommand command;
    command.arguments = arguments;
    command.first_argument = static_cast<std::uint32_t>(batch.arguments.size()) - arguments;
    batch.commands.push_back(command);
  }
};

}  // namespace baton
