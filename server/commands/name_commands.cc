// Commands on keys whatever they hold: delete, count, rename, copy, move.
#include <limits>

#include "server/commands/key_handlers.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

std::optional<int> read_int(DataCall& call, std::size_t index) {
  const auto value = parse_int64(call.args[index]);
  if (!value) {
    call.reply.error(kNotInteger);
    return std::nullopt;
  }
  if (*value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max()) {
    call.reply.error("ERR value is out of range, value must between -2147483648 and 2147483647");
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

std::optional<unsigned> read_database(DataCall& call, std::size_t index) {
  const auto number = read_int(call, index);
  if (!number) return std::nullopt;
  if (*number < 0 || static_cast<unsigned>(*number) >= call.shards.count()) {
    call.reply.error(kDatabaseOutOfRange);
    return std::nullopt;
  }
  return static_cast<unsigned>(*number);
}

namespace {

Effect delete_keys(DataCall& call, Freeing how) {
  std::uint32_t deleted = 0;
  for (std::size_t i = 1; i < call.args.size(); ++i)
    if (call.db.erase(call.nth_key(i - 1, i), how)) ++deleted;
  call.reply.integer(deleted);
  return {deleted};
}

}  // namespace

Effect del_command(DataCall& call) { return delete_keys(call, freeing(call.shards.lazy().user_del)); }
Effect unlink_command(DataCall& call) { return delete_keys(call, Freeing::lazily); }

Effect exists_command(DataCall& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.args.size(); ++i)
    if (call.db.find_for_read(call.nth_key(i - 1, i), Touch::no)) ++count;
  call.reply.integer(count);
  return {};
}

Effect touch_command(DataCall& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.args.size(); ++i)
    if (call.db.find_for_read(call.nth_key(i - 1, i))) ++count;
  call.reply.integer(count);
  return {};
}

Effect type_command(DataCall& call) {
  const Entry* entry = call.db.find_for_read(call.key(1), Touch::no);
  call.reply.simple_string(entry ? type_name(entry->type()) : "none");
  return {};
}

namespace {

// `to_existing`: may the new name be one that is there?
Effect rename_key(DataCall& call, bool to_existing) {
  const Key from = call.nth_key(0, 1);
  const Key to = call.nth_key(1, 2);
  if (!call.db.find(from)) {
    call.reply.error(kNoSuchKey);
    return {};
  }
  const auto answer = [&](bool renamed) {
    if (to_existing)
      call.reply.ok();
    else
      call.reply.integer(renamed ? 1 : 0);
    return Effect{renamed ? 1u : 0u};
  };
  if (from.text == to.text || (!to_existing && call.db.find(to))) return answer(false);
  call.db.rename(call.db.find(from), to);  // looked up last: a lookup may remove an expired key
  return answer(true);
}

}  // namespace

Effect rename_command(DataCall& call) { return rename_key(call, true); }
Effect renamenx_command(DataCall& call) { return rename_key(call, false); }

Effect copy_command(DataCall& call) {
  unsigned target_index = call.db_index;
  bool replace = false;
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    if (is_word(call.args[i], "replace")) {
      replace = true;
    } else if (is_word(call.args[i], "db") && i + 1 < call.args.size()) {
      const auto index = read_database(call, ++i);
      if (!index) return {};
      target_index = *index;
    } else {
      call.reply.error(kSyntaxError);
      return {};
    }
  }
  const Key from = call.nth_key(0, 1);
  const Key to = call.nth_key(1, 2);
  if (target_index == call.db_index && from.text == to.text) {
    call.reply.error(kSameObject);
    return {};
  }
  Database& target = call.shards.database(target_index);
  const bool refused = !replace && target.find(to) != nullptr;
  Entry* entry = call.db.find_for_read(from);
  if (!entry || refused) {
    call.reply.integer(0);
    return {};
  }
  call.db.copy_to(entry, target, to);
  call.reply.integer(1);
  return {1};
}

Effect move_command(DataCall& call) {
  const auto index = read_database(call, 2);
  if (!index) return {};
  if (*index == call.db_index) {
    call.reply.error(kSameObject);
    return {};
  }
  const Key key = call.key(1);
  Database& target = call.shards.database(*index);
  Entry* entry = call.db.find(key);
  if (!entry || target.find(key)) {
    call.reply.integer(0);
    return {};
  }
  call.db.move_to(entry, target, key);
  call.reply.integer(1);
  return {1};
}

}  // namespace baton
