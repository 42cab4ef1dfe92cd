#include "server/commands/command_docs.h"

#include <algorithm>
#include <string>
#include <vector>

#include "server/commands/arguments.h"
#include "server/commands/command_keys.h"
#include "server/commands/command_syntax.h"
#include "server/commands/command_traits.h"
#include "server/commands/errors.h"
#include "server/commands/words.h"
#include "server/config/glob.h"

namespace baton {

namespace {

// f(part) for the parts of `text` between separators; none for an empty text.
template <class F>
void for_each_part(std::string_view text, char separator, F&& f) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    f(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for_each_part(text, separator, [&](std::string_view part) { parts.push_back(part); });
  return parts;
}

void write_words(ReplyWriter& reply, const std::vector<std::string_view>& words) {
  reply.set(words.size());
  for (const std::string_view word : words) reply.simple_string(word);
}

void write_pair(ReplyWriter& reply, std::string_view name, std::int64_t value) {
  reply.bulk(name);
  reply.integer(value);
}

void write_pair(ReplyWriter& reply, std::string_view name, std::string_view value) {
  reply.bulk(name);
  reply.bulk(value);
}

// Keys from argument `first` on, the last of them `last` arguments behind it, or counted from the end when
// negative.
void write_key_spec(ReplyWriter& reply, std::string_view access, int first, int last, int step) {
  reply.map(3);
  reply.bulk("flags");
  write_words(reply, split(access, ' '));
  reply.bulk("begin_search");
  reply.map(2);
  write_pair(reply, "type", "index");
  reply.bulk("spec");
  reply.map(1);
  write_pair(reply, "index", first);
  reply.bulk("find_keys");
  reply.map(2);
  write_pair(reply, "type", "range");
  reply.bulk("spec");
  reply.map(3);
  write_pair(reply, "lastkey", last);
  write_pair(reply, "keystep", step);
  write_pair(reply, "limit", std::int64_t{0});
}

void write_counted_key_spec(ReplyWriter& reply, std::string_view access, const KeyCount& count) {
  reply.map(3);
  reply.bulk("flags");
  write_words(reply, split(access, ' '));
  reply.bulk("begin_search");
  reply.map(2);
  write_pair(reply, "type", "index");
  reply.bulk("spec");
  reply.map(1);
  write_pair(reply, "index", count.at);
  reply.bulk("find_keys");
  reply.map(2);
  write_pair(reply, "type", "keynum");
  reply.bulk("spec");
  reply.map(3);
  write_pair(reply, "keynumidx", std::int64_t{0});
  write_pair(reply, "firstkey", std::int64_t{1});
  write_pair(reply, "keystep", count.step);
}

void write_key_specs(ReplyWriter& reply, const CommandSpec& spec) {
  const KeyRange& keys = spec.keys;
  if (spec.routed_by.first != 0) {
    const KeyRange& range = spec.routed_by;
    reply.array(1);
    write_key_spec(reply, "not_key", range.first, range.last < 0 ? range.last : range.last - range.first,
                   range.step);
  } else if (spec.key_count.at != 0) {
    reply.array(1);
    write_counted_key_spec(reply, spec.key_access, spec.key_count);
  } else if (keys.first == 0) {
    reply.array(0);
  } else if (const auto each = split(spec.key_access, ';'); each.size() > 1) {
    reply.array(each.size());
    int at = keys.first;
    for (const std::string_view access : each) {
      write_key_spec(reply, access, at, 0, 1);
      at += keys.step;
    }
  } else {
    reply.array(1);
    write_key_spec(reply, spec.key_access, keys.first, keys.last < 0 ? keys.last : keys.last - keys.first,
                   keys.step);
  }
}

std::size_t docs_pairs(const CommandSpec& spec, bool arguments) {
  constexpr std::size_t kAlways = 3;  // summary, since, group
  return kAlways + (spec.complexity.empty() ? 0 : 1) + (spec.deprecated_since.empty() ? 0 : 2) +
         (spec.replaced_by.empty() ? 0 : 1) + (arguments ? 1 : 0) + (spec.subcommands.empty() ? 0 : 1);
}

// The command whose keys are asked for: args[2] and what follows. Null after an error.
const CommandSpec* keyed_command(const CommandTable& table, Arguments args, ReplyWriter& reply,
                                 std::vector<std::uint32_t>& positions) {
  const Arguments line = args.subspan(2);
  const CommandSpec* spec = table.find(line[0]);
  if (spec && !spec->subcommands.empty() && line.size() > 1)
    spec = CommandTable::find_subcommand(*spec, line[1]);
  if (!spec) {
    reply.error("ERR Invalid command specified");
    return nullptr;
  }
  if (spec->keys.first == 0 && !spec->find_keys) {
    reply.error("ERR The command has no key arguments");
    return nullptr;
  }
  if (!arity_matches(spec->arity, line.size())) {
    reply.error("ERR Invalid number of arguments specified for command");
    return nullptr;
  }
  positions.resize(line.size());
  const int count = command_keys(*spec, line, positions);
  if (count < 0 || (count == 0 && !(spec->flags & kNoMandatoryKeys))) {
    reply.error("ERR Invalid arguments specified for command");
    return nullptr;
  }
  positions.resize(std::min(static_cast<std::size_t>(count), positions.size()));
  return spec;
}

// Of the nth key in this invocation: SET reads the old value only when asked to.
std::string_view access_of(const CommandSpec& spec, Arguments line, std::size_t nth) {
  constexpr std::string_view kVariable = " variable_flags";
  if (spec.key_access.ends_with(kVariable)) {
    const bool gets =
        std::any_of(line.begin() + 3, line.end(), [](std::string_view arg) { return is_word(arg, "get"); });
    return gets ? spec.key_access.substr(0, spec.key_access.size() - kVariable.size()) : "OW update";
  }
  const auto each = split(spec.key_access, ';');
  return each.empty() ? std::string_view{} : each[std::min(nth, each.size() - 1)];
}

}  // namespace

void write_command_info(const CommandTable& table, ReplyWriter& reply, const CommandSpec& spec) {
  constexpr std::size_t kFields = 10;
  reply.array(kFields);
  reply.bulk(full_name(spec, table.container_of(spec)));
  reply.integer(spec.arity);
  write_words(reply, flag_names(spec));
  const KeyRange& range = spec.routed_by.first != 0 ? spec.routed_by : spec.keys;
  reply.integer(range.first);
  reply.integer(range.last);
  reply.integer(range.step);
  write_words(reply, acl_categories(spec));
  const auto tips = split(spec.tips, ' ');
  reply.array(tips.size());
  for (const std::string_view tip : tips) reply.bulk(tip);
  write_key_specs(reply, spec);
  reply.array(spec.subcommands.size());
  for (const CommandSpec& sub : spec.subcommands) write_command_info(table, reply, sub);
}

void write_command_docs(const CommandTable& table, ReplyWriter& reply, const CommandSpec& spec) {
  const std::string name = full_name(spec, table.container_of(spec));
  const std::string_view syntax = command_syntax(name);
  reply.bulk(name);
  reply.map(docs_pairs(spec, !syntax.empty()));
  write_pair(reply, "summary", spec.summary);
  write_pair(reply, "since", spec.since);
  write_pair(reply, "group", group_name(spec.group));
  if (!spec.complexity.empty()) write_pair(reply, "complexity", spec.complexity);
  if (!spec.deprecated_since.empty()) {
    reply.bulk("doc_flags");
    write_words(reply, {"deprecated"});
    write_pair(reply, "deprecated_since", spec.deprecated_since);
  }
  if (!spec.replaced_by.empty()) write_pair(reply, "replaced_by", spec.replaced_by);
  if (!syntax.empty()) {
    reply.bulk("arguments");
    write_arguments(reply, parse_syntax(syntax));
  }
  if (spec.subcommands.empty()) return;
  reply.bulk("subcommands");
  reply.map(spec.subcommands.size());
  for (const CommandSpec& sub : spec.subcommands) write_command_docs(table, reply, sub);
}

void command_all(const CommandTable& table, ReplyWriter& reply) {
  reply.array(table.count());
  table.for_each([&](const CommandSpec& spec) { write_command_info(table, reply, spec); });
}

void command_count(const CommandTable& table, ReplyWriter& reply) {
  reply.integer(static_cast<std::int64_t>(table.count()));
}

void command_info(const CommandTable& table, Arguments args, ReplyWriter& reply) {
  if (args.size() == 2) return command_all(table, reply);
  reply.array(args.size() - 2);
  for (const std::string_view name : args.subspan(2)) {
    if (const CommandSpec* spec = table.find_full(name))
      write_command_info(table, reply, *spec);
    else
      reply.null_array();
  }
}

void command_docs(const CommandTable& table, Arguments args, ReplyWriter& reply) {
  if (args.size() == 2) {
    reply.map(table.count());
    table.for_each([&](const CommandSpec& spec) { write_command_docs(table, reply, spec); });
    return;
  }
  std::vector<const CommandSpec*> known;
  for (const std::string_view name : args.subspan(2))
    if (const CommandSpec* spec = table.find_full(name)) known.push_back(spec);
  reply.map(known.size());
  for (const CommandSpec* spec : known) write_command_docs(table, reply, *spec);
}

void command_list(const CommandTable& table, Arguments args, ReplyWriter& reply) {
  constexpr std::size_t kFiltered = 5;
  if (args.size() == 2) {
    reply.array(table.count());
    table.for_each([&](const CommandSpec& spec) { reply.bulk(spec.name); });
    return;
  }
  const bool filtered = args.size() == kFiltered && is_word(args[2], "filterby");
  const bool by_module = filtered && is_word(args[3], "module");
  const bool by_category = filtered && is_word(args[3], "aclcat");
  const bool by_pattern = filtered && is_word(args[3], "pattern");
  if (!by_module && !by_category && !by_pattern) return reply.error(kSyntaxError);
  std::vector<std::string> names;
  table.for_each_with_subcommands([&](const CommandSpec& spec, const CommandSpec* container) {
    std::string name = full_name(spec, container);
    bool wanted = false;  // no command comes from a module
    if (by_pattern) wanted = glob_match(args[4], name, Letters::any_case);
    if (by_category)
      for (const std::string_view category : acl_categories(spec))
        wanted |= is_word(args[4], category.substr(1));
    if (wanted) names.push_back(std::move(name));
  });
  reply.array(names.size());
  for (const std::string& name : names) reply.bulk(name);
}

void command_getkeys(const CommandTable& table, Arguments args, ReplyWriter& reply) {
  std::vector<std::uint32_t> positions;
  if (!keyed_command(table, args, reply, positions)) return;
  reply.array(positions.size());
  for (const std::uint32_t position : positions) reply.bulk(args[2 + position]);
}

void command_getkeysandflags(const CommandTable& table, Arguments args, ReplyWriter& reply) {
  std::vector<std::uint32_t> positions;
  const CommandSpec* spec = keyed_command(table, args, reply, positions);
  if (!spec) return;
  reply.array(positions.size());
  for (std::size_t nth = 0; nth < positions.size(); ++nth) {
    reply.array(2);
    reply.bulk(args[2 + positions[nth]]);
    write_words(reply, split(access_of(*spec, args.subspan(2), nth), ' '));
  }
}

void command_help(ReplyWriter& reply) {
  static constexpr std::string_view kLines[] = {
      "COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "(no subcommand)",
      "    What is known of every command.",
      "COUNT",
      "    How many commands there are.",
      "DOCS [<command-name> ...]",
      "    What the named commands are for. Without a name: all of them.",
      "GETKEYS <full-command>",
      "    The keys among the arguments of a command.",
      "GETKEYSANDFLAGS <full-command>",
      "    The same, with what the command does to each key.",
      "INFO [<command-name> ...]",
      "    Arity, flags and key positions of the named commands. Without a name: of all.",
      "LIST [FILTERBY (MODULE <module-name>|ACLCAT <cat>|PATTERN <pattern>)]",
      "    The names of all commands, or of those that a filter lets pass.",
      "HELP",
      "    This text.",
  };
  reply.array(std::size(kLines));
  for (const std::string_view line : kLines) reply.simple_string(line);
}

}  // namespace baton
