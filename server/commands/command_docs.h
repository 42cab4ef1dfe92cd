// What COMMAND and its subcommands answer: the table, for clients and proxies to read.
//
// All functions read the table and write a reply; the session commands that call them are elsewhere. `args`
// are those of the whole invocation: args[0] is "command", args[1] the subcommand.
#pragma once

#include <span>
#include <string_view>

#include "server/commands/command_table.h"
#include "server/resp/reply_writer.h"

namespace baton {

// One entry of COMMAND INFO: name, arity, flags, first key, last key, step, ACL categories, tips, key specs,
// subcommands.
void write_command_info(const CommandTable& table, ReplyWriter& reply, const CommandSpec& spec);
// One pair of COMMAND DOCS: the name and a map of what is known of it.
void write_command_docs(const CommandTable& table, ReplyWriter& reply, const CommandSpec& spec);

using Arguments = std::span<const std::string_view>;

void command_all(const CommandTable& table, ReplyWriter& reply);                   // COMMAND
void command_count(const CommandTable& table, ReplyWriter& reply);                 // COMMAND COUNT
void command_info(const CommandTable& table, Arguments args, ReplyWriter& reply);  // COMMAND INFO [name ...]
void command_docs(const CommandTable& table, Arguments args, ReplyWriter& reply);  // COMMAND DOCS [name ...]
// COMMAND LIST [FILTERBY MODULE name | ACLCAT category | PATTERN pattern]
void command_list(const CommandTable& table, Arguments args, ReplyWriter& reply);
void command_getkeys(const CommandTable& table, Arguments args,
                     ReplyWriter& reply);  // COMMAND GETKEYS command ...
void command_getkeysandflags(const CommandTable& table, Arguments args, ReplyWriter& reply);
void command_help(ReplyWriter& reply);  // COMMAND HELP

}  // namespace baton
