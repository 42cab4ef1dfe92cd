// The table of the generic group. Handlers are in files named after what they do: key_handlers.h lists them.
#include "server/commands/data_commands.h"
#include "server/commands/key_handlers.h"
#include "server/commands/spec_builder.h"

namespace baton {

namespace {

constexpr CommandSpec key_command(std::string_view name, int arity, std::uint32_t flags, KeyRange keys,
                                  std::string_view key_access, std::string_view since, DataHandler handler,
                                  std::string_view complexity, std::string_view summary,
                                  std::string_view tips = {}) {
  return data_command(name, arity, flags, keys, key_access, Group::generic, since, handler, complexity,
                      summary, tips);
}

constexpr std::string_view kSums = "request_policy:multi_shard response_policy:agg_sum";
constexpr std::string_view kVaries = "nondeterministic_output";
constexpr std::string_view kPerKey = "O(N) where N is the number of keys.";

constexpr CommandSpec kObjectCommands[] = {
    key_command("encoding", 3, kReadonly, kSubcommandKey, "RO", "2.2.3", object_encoding_command, "O(1)",
                "Tells how a value is held in memory.", kVaries),
    key_command("freq", 3, kReadonly, kSubcommandKey, "RO", "4.0.0", object_freq_command, "O(1)",
                "Tells how often a key was used of late.", kVaries),
    key_command("help", 2, kLoading | kStale, kNoKeys, {}, "6.2.0", object_help_command, "O(1)",
                "Describes the subcommands."),
    key_command("idletime", 3, kReadonly, kSubcommandKey, "RO", "2.2.3", object_idletime_command, "O(1)",
                "Tells how long ago a key was last used.", kVaries),
    key_command("refcount", 3, kReadonly, kSubcommandKey, "RO", "2.2.3", object_refcount_command, "O(1)",
                "Tells how many references a value has.", kVaries),
};

constexpr CommandSpec object_spec() {
  CommandSpec spec = key_command("object", -2, 0, kNoKeys, {}, "2.2.3", nullptr, "Depends on the subcommand.",
                                 "Contains the commands that look at how a value is held.");
  spec.subcommands = kObjectCommands;
  return spec;
}

constexpr CommandSpec kCommands[] = {
    key_command("copy", -3, kWrite | kDenyOom, kTwoKeys, "RO access;OW update", "6.2.0", copy_command,
                "O(1) for a string.", "Copies a value with its expiry to another key."),
    key_command("del", -2, kWrite, kAllKeys, "RM delete", "1.0.0", del_command, kPerKey, "Deletes keys.",
                kSums),
    key_command("exists", -2, kReadonly | kFast, kAllKeys, "RO", "1.0.0", exists_command, kPerKey,
                "Counts how many of the keys exist.", kSums),
    key_command("expire", -3, kWrite | kFast, kFirstKey, "RW update", "1.0.0", expire_command, "O(1)",
                "Sets the expiry of a key, in seconds from now."),
    key_command("expireat", -3, kWrite | kFast, kFirstKey, "RW update", "1.2.0", expireat_command, "O(1)",
                "Sets the expiry of a key, in seconds of Unix time."),
    key_command("expiretime", 2, kReadonly | kFast, kFirstKey, "RO access", "7.0.0", expiretime_command,
                "O(1)", "Returns the expiry of a key, in seconds of Unix time."),
    key_command("keys", 2, kReadonly | kDangerous, kNoKeys, {}, "1.0.0", keys_command,
                "O(N) where N is the number of keys in the database.",
                "Returns all keys that match a pattern.",
                "request_policy:all_shards nondeterministic_output_order"),
    key_command("move", 3, kWrite | kFast, kFirstKey, "RW access update", "1.0.0", move_command, "O(1)",
                "Moves a key to another database."),
    object_spec(),
    key_command("persist", 2, kWrite | kFast, kFirstKey, "RW update", "2.2.0", persist_command, "O(1)",
                "Removes the expiry of a key."),
    key_command("pexpire", -3, kWrite | kFast, kFirstKey, "RW update", "2.6.0", pexpire_command, "O(1)",
                "Sets the expiry of a key, in milliseconds from now."),
    key_command("pexpireat", -3, kWrite | kFast, kFirstKey, "RW update", "2.6.0", pexpireat_command, "O(1)",
                "Sets the expiry of a key, in milliseconds of Unix time."),
    key_command("pexpiretime", 2, kReadonly | kFast, kFirstKey, "RO access", "7.0.0", pexpiretime_command,
                "O(1)", "Returns the expiry of a key, in milliseconds of Unix time."),
    key_command("pttl", 2, kReadonly | kFast, kFirstKey, "RO access", "2.6.0", pttl_command, "O(1)",
                "Returns how many milliseconds a key has to live.", kVaries),
    key_command("randomkey", 1, kReadonly, kNoKeys, {}, "1.0.0", randomkey_command, "O(1)",
                "Returns a key of the database, drawn at random.",
                "request_policy:all_shards response_policy:special nondeterministic_output"),
    key_command("rename", 3, kWrite, kTwoKeys, "RW access delete;OW update", "1.0.0", rename_command, "O(1)",
                "Renames a key, over whatever has the new name."),
    key_command("renamenx", 3, kWrite | kFast, kTwoKeys, "RW access delete;OW insert", "1.0.0",
                renamenx_command, "O(1)", "Renames a key if the new name is free."),
    key_command("scan", -2, kReadonly, kNoKeys, {}, "2.8.0", scan_command,
                "O(1) for a call, O(N) for all keys of the database.",
                "Walks over the keys of the database in steps.",
                "nondeterministic_output request_policy:special response_policy:special"),
    key_command("touch", -2, kReadonly | kFast, kAllKeys, "RO", "3.2.1", touch_command, kPerKey,
                "Counts how many of the keys exist, as accesses to them.", kSums),
    key_command("ttl", 2, kReadonly | kFast, kFirstKey, "RO access", "1.0.0", ttl_command, "O(1)",
                "Returns how many seconds a key has to live.", kVaries),
    key_command("type", 2, kReadonly | kFast, kFirstKey, "RO", "1.0.0", type_command, "O(1)",
                "Returns the type of the value of a key."),
    key_command("unlink", -2, kWrite | kFast, kAllKeys, "RM delete", "4.0.0", unlink_command, kPerKey,
                "Deletes keys.", kSums),
};

}  // namespace

std::span<const CommandSpec> key_commands() { return kCommands; }

}  // namespace baton
