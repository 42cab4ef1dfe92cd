// The table of the string group. Handlers are in files named after what they do: string_handlers.h lists
// them.
#include "server/commands/data_commands.h"
#include "server/commands/spec_builder.h"
#include "server/commands/string_handlers.h"

namespace baton {

namespace {

constexpr std::uint32_t kGrows = kWrite | kDenyOom;
constexpr std::uint32_t kCounts = kGrows | kFast;
constexpr std::string_view kUpdates = "RW access update";
constexpr std::string_view kReads = "RO access";

constexpr CommandSpec string_command(std::string_view name, int arity, std::uint32_t flags, KeyRange keys,
                                     std::string_view key_access, std::string_view since, DataHandler handler,
                                     std::string_view complexity, std::string_view summary,
                                     std::string_view tips = {}) {
  return data_command(name, arity, flags, keys, key_access, Group::string, since, handler, complexity,
                      summary, tips);
}

constexpr CommandSpec msetex_spec() {
  CommandSpec spec =
      string_command("msetex", -4, kGrows | kMovableKeys, kNoKeys, "OW update", "8.4.0", msetex_command,
                     "O(N) where N is the number of keys.",
                     "Sets several strings with one expiry for all, if a condition on all keys holds.",
                     "request_policy:multi_shard response_policy:all_succeeded");
  spec.find_keys = msetex_keys;
  spec.key_count = {1, 2};
  return spec;
}

constexpr CommandSpec kCommands[] = {
    string_command("append", 3, kCounts, kFirstKey, "RW insert", "2.0.0", append_command,
                   "O(1) amortized, for a short tail.",
                   "Appends to a string; creates the key if it is absent."),
    string_command("decr", 2, kCounts, kFirstKey, kUpdates, "1.0.0", decr_command, "O(1)",
                   "Subtracts one from an integer; an absent key counts as 0."),
    string_command("decrby", 3, kCounts, kFirstKey, kUpdates, "1.0.0", decrby_command, "O(1)",
                   "Subtracts a number from an integer; an absent key counts as 0."),
    string_command("delex", -2, kWrite | kFast, kFirstKey, "RW delete", "8.4.0", delex_command,
                   "O(1) for IFEQ and IFNE, O(N) for IFDEQ and IFDNE where N is the length of the string.",
                   "Deletes a key if its value or digest compares as asked."),
    string_command("digest", 2, kReadonly | kFast, kFirstKey, kReads, "8.4.0", digest_command,
                   "O(N) where N is the length of the string.",
                   "Returns the digest of a string in hexadecimal."),
    string_command("get", 2, kReadonly | kFast, kFirstKey, kReads, "1.0.0", get_command, "O(1)",
                   "Returns a string."),
    string_command("getdel", 2, kWrite | kFast, kFirstKey, "RW access delete", "6.2.0", getdel_command,
                   "O(1)", "Returns a string and deletes its key."),
    string_command("getex", -2, kWrite | kFast, kFirstKey, kUpdates, "6.2.0", getex_command, "O(1)",
                   "Returns a string and changes the expiry of its key."),
    string_command("getrange", 4, kReadonly, kFirstKey, kReads, "2.4.0", getrange_command,
                   "O(N) where N is the length of what is returned.", "Returns a part of a string."),
    deprecated(string_command("getset", 3, kCounts, kFirstKey, kUpdates, "1.0.0", getset_command, "O(1)",
                              "Sets a string and returns the value it had."),
               "6.2.0", "`SET` with the `!GET` argument"),
    string_command("incr", 2, kCounts, kFirstKey, kUpdates, "1.0.0", incr_command, "O(1)",
                   "Adds one to an integer; an absent key counts as 0."),
    string_command("incrby", 3, kCounts, kFirstKey, kUpdates, "1.0.0", incrby_command, "O(1)",
                   "Adds a number to an integer; an absent key counts as 0."),
    string_command("incrbyfloat", 3, kCounts, kFirstKey, kUpdates, "2.6.0", incrbyfloat_command, "O(1)",
                   "Adds a floating-point number to a value; an absent key counts as 0."),
    string_command("increx", -2, kCounts, kFirstKey, kUpdates, "8.8.0", increx_command, "O(1)",
                   "Adds to a number within bounds, and changes the expiry of its key."),
    string_command("lcs", -3, kReadonly, kTwoKeys, kReads, "7.0.0", lcs_command,
                   "O(N*M) where N and M are the lengths of the strings.",
                   "Finds the longest subsequence that two strings have in common."),
    string_command("mget", -2, kReadonly | kFast, kAllKeys, kReads, "1.0.0", mget_command,
                   "O(N) where N is the number of keys.", "Returns the strings of several keys.",
                   "request_policy:multi_shard"),
    string_command("mset", -3, kGrows, kPairs, "OW update", "1.0.1", mset_command,
                   "O(N) where N is the number of keys.", "Sets several strings at once.",
                   "request_policy:multi_shard response_policy:all_succeeded"),
    msetex_spec(),
    string_command("msetnx", -3, kGrows, kPairs, "OW insert", "1.0.1", msetnx_command,
                   "O(N) where N is the number of keys.", "Sets several strings if none of the keys exists."),
    deprecated(string_command("psetex", 4, kGrows, kFirstKey, "OW update", "2.6.0", setex_command, "O(1)",
                              "Sets a string that expires after a number of milliseconds."),
               "2.6.12", "`SET` with the `PX` argument"),
    string_command("set", -3, kGrows, kFirstKey, "RW access update variable_flags", "1.0.0", set_command,
                   "O(1)", "Sets a string, whatever the key held, unless a condition forbids it."),
    deprecated(string_command("setex", 4, kGrows, kFirstKey, "OW update", "2.0.0", setex_command, "O(1)",
                              "Sets a string that expires after a number of seconds."),
               "2.6.12", "`SET` with the `EX` argument"),
    deprecated(string_command("setnx", 3, kCounts, kFirstKey, "OW insert", "1.0.0", setnx_command, "O(1)",
                              "Sets a string if the key does not exist."),
               "2.6.12", "`SET` with the `NX` argument"),
    string_command("setrange", 4, kGrows, kFirstKey, "RW update", "2.2.0", setrange_command,
                   "O(M) where M is the length of the new part.",
                   "Overwrites a part of a string, and pads it with zero bytes if it is too short."),
    string_command("strlen", 2, kReadonly | kFast, kFirstKey, "RO", "2.2.0", strlen_command, "O(1)",
                   "Returns the length of a string."),
    deprecated(
        string_command("substr", 4, kReadonly, kFirstKey, kReads, "1.0.0", getrange_command,
                       "O(N) where N is the length of what is returned.", "Returns a part of a string."),
        "2.0.0", "`GETRANGE`"),
};

}  // namespace

std::span<const CommandSpec> string_commands() { return kCommands; }

}  // namespace baton
