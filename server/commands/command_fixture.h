// CommandFixture: runs command lines against a keyspace of its own and shows the replies. For tests.
//
//   EXPECT_EQ(run("SET k v EX 10"), "+OK");
//   advance_ms(10'000);
//   EXPECT_EQ(run("GET k"), "$-1");
//
// A line is cut into arguments like one of the configuration file, quotes included. A reply is shown as it is
// on the wire, with a space for each CRLF but the last. Arguments are found, counted and hashed as an I/O
// thread does it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/commands/arguments.h"
#include "server/commands/command_keys.h"
#include "server/commands/command_table.h"
#include "server/commands/data_call.h"
#include "server/commands/data_commands.h"
#include "server/commands/spec_builder.h"
#include "server/config/words.h"

namespace baton {

inline constexpr CommandSpec kMemorySubcommands[] = {
    data_command("usage", -3, kReadonly, kSubcommandKey, "RO", Group::server, "4.0.0", memory_usage_command,
                 "O(1)", ""),
};

constexpr CommandSpec memory_container() {
  CommandSpec spec{"memory", -2, 0, {}, Group::server, "4.0.0", ""};
  spec.subcommands = kMemorySubcommands;
  return spec;
}

inline constexpr CommandSpec kMemoryCommands[] = {memory_container()};

class CommandFixture : public testing::Test {
 protected:
  static constexpr std::int64_t kStartMs = 1'700'000'000'000;

  CommandFixture() { keyspace_.set_now_ms(kStartMs); }

  std::string run(std::string_view line) {
    const auto words = split_words(line);
    EXPECT_TRUE(words) << "unbalanced quotes: " << line;
    std::vector<std::string_view> args(words->begin(), words->end());
    return run_arguments(args);
  }

  std::string run_arguments(const std::vector<std::string_view>& args, std::vector<Blob>* bodies = nullptr) {
    ReplyBuffer buffer;
    ReplyWriter reply(buffer, protocol);
    dirty = 0;
    const CommandSpec* container = nullptr;
    const CommandSpec* spec = table_.find(args[0]);
    if (spec && !spec->subcommands.empty() && args.size() > 1) {
      container = spec;
      spec = CommandTable::find_subcommand(*container, args[1]);
    }
    Refusal refusal = Refusal::none;
    if (!spec)
      refusal = container ? Refusal::unknown_subcommand : Refusal::unknown_command;
    else if (!arity_matches(spec->arity, args.size()))
      refusal = Refusal::wrong_arity;
    if (refusal != Refusal::none)
      reply.error(argument_error(refusal, spec, container, args));
    else
      execute(*spec, args, bodies, reply);
    return shown(buffer);
  }

  void advance_ms(std::int64_t by) { keyspace_.set_now_ms(keyspace_.now_ms() + by); }
  [[nodiscard]] Database& db() { return shards_.database(db_index); }
  [[nodiscard]] Entry* entry(std::string_view key) {
    return db().find(keyspace_.hasher().key(key), Touch::no);
  }

  static std::string shown(ReplyBuffer& buffer) {
    std::string text;
    for (ReplyBlock* block = buffer.take(); block;) {
      text.append(block->data(), block->size);
      ReplyBlock::free(std::exchange(block, block->next));
    }
    if (text.ends_with("\r\n")) text.resize(text.size() - 2);
    for (std::size_t at = 0; (at = text.find("\r\n", at)) != std::string::npos;) text.replace(at, 2, " ");
    return text;
  }

  Protocol protocol = Protocol::resp2;
  unsigned db_index = 0;
  std::size_t string_max = 512u << 20;
  bool tracks_frequency = false;
  std::uint32_t dirty = 0;  // of the last command

  Keyspace keyspace_{KeyspaceOptions{.databases = 16, .seed = 7}};
  AllShards shards_ = keyspace_.lease_all();
  CommandTable table_{string_commands(), key_commands(), database_commands(), kMemoryCommands};

 private:
  void execute(const CommandSpec& spec, const std::vector<std::string_view>& args, std::vector<Blob>* bodies,
               ReplyWriter& reply) {
    std::vector<std::uint64_t> hashes;
    if (spec.keys.first > 0) {
      std::vector<std::uint32_t> positions(args.size());
      const int count = command_keys(spec, args, positions);
      for (int i = 0; i < count; ++i)
        hashes.push_back(keyspace_.hasher().hash(args[positions[static_cast<std::size_t>(i)]]));
    }
    DataCall call{.spec = spec,
                  .args = args,
                  .key_hashes = hashes,
                  .db = db(),
                  .db_index = db_index,
                  .shards = shards_,
                  .hasher = keyspace_.hasher(),
                  .reply = reply,
                  .now_ms = keyspace_.now_ms()};
    if (bodies) call.bodies = *bodies;
    call.string_max = string_max;
    call.tracks_frequency = tracks_frequency;
    dirty = spec.data(call).dirty;
  }
};

}  // namespace baton
