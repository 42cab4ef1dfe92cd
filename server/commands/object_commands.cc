// OBJECT and MEMORY USAGE: how a value is held.
#include "server/commands/data_commands.h"
#include "server/commands/key_handlers.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

namespace {

// Looking at an object is no access to it. Answers null when the key is absent.
const Entry* find_object(DataCall& call) {
  const Entry* entry = call.db.find_for_read(call.key(2), Touch::no);
  if (!entry) call.reply.null();
  return entry;
}

}  // namespace

Effect object_encoding_command(DataCall& call) {
  if (const Entry* entry = find_object(call)) call.reply.bulk(encoding_name(entry->encoding()));
  return {};
}

Effect object_freq_command(DataCall& call) {
  const Entry* entry = find_object(call);
  if (!entry) return {};
  if (call.tracks_frequency)
    call.reply.integer(call.db.frequency(*entry));
  else
    call.reply.error(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when "
        "switching "
        "between policies at runtime LRU and LFU data will take some time to adjust.");
  return {};
}

Effect object_idletime_command(DataCall& call) {
  const Entry* entry = find_object(call);
  if (!entry) return {};
  if (call.tracks_frequency)
    call.reply.error(
        "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching "
        "between "
        "policies at runtime LRU and LFU data will take some time to adjust.");
  else
    call.reply.integer(entry->idle_seconds(call.now_ms));
  return {};
}

// Values are never shared.
Effect object_refcount_command(DataCall& call) {
  if (find_object(call)) call.reply.integer(1);
  return {};
}

Effect object_help_command(DataCall& call) {
  static constexpr std::string_view kLines[] = {
      "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "ENCODING <key>",
      "    How the value of the key is held in memory.",
      "FREQ <key>",
      "    How often the key was used of late, as a logarithm. With an LFU policy only.",
      "IDLETIME <key>",
      "    Seconds since the key was last used. Not with an LFU policy.",
      "REFCOUNT <key>",
      "    How many references the value has: 1, for values are not shared.",
      "HELP",
      "    This text.",
  };
  call.reply.array(std::size(kLines));
  for (const std::string_view line : kLines) call.reply.simple_string(line);
  return {};
}

Effect memory_usage_command(DataCall& call) {
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    if (!is_word(call.args[i], "samples") || i + 1 == call.args.size()) {
      call.reply.error(kSyntaxError);
      return {};
    }
    // The account is exact: how many elements to sample has no meaning, but must be a number.
    const auto samples = parse_int64(call.args[++i]);
    if (!samples || *samples < 0) {
      call.reply.error(samples ? kSyntaxError : kNotInteger);
      return {};
    }
  }
  if (const Entry* entry = find_object(call)) call.reply.integer(static_cast<std::int64_t>(entry->bytes()));
  return {};
}

}  // namespace baton
