// CommandResolver: looks a parsed command up, checks its arity, finds and hashes its keys; on the I/O
// threads.
//
// Immutable: the table and the hasher are complete before the first thread starts.
#pragma once

#include "server/commands/command_table.h"
#include "server/io/command_batch.h"
#include "server/store/key.h"

namespace baton {

class CommandResolver final : public Resolver {
 public:
  CommandResolver(const CommandTable& table, const KeyHasher& hasher) : table_(table), hasher_(hasher) {}
  void append(CommandBatch& batch, std::uint32_t arguments) const override;

 private:
  const CommandTable& table_;
  const KeyHasher& hasher_;
};

}  // namespace baton
