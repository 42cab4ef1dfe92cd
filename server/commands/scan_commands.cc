// KEYS, SCAN, RANDOMKEY: which keys are there.
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "server/commands/key_handlers.h"
#include "server/commands/words.h"
#include "server/config/glob.h"
#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::string_view kEverything = "*";

// "ERR invalid cursor" unless it is an unsigned decimal number.
std::optional<std::uint64_t> read_cursor(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t cursor = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, cursor);
  if (error != std::errc{} || at != end) return std::nullopt;
  return cursor;
}

std::optional<Type> type_of(std::string_view name) {
  for (const Type type : {Type::string, Type::list, Type::set, Type::zset, Type::hash, Type::stream})
    if (is_word(name, type_name(type))) return type;
  return std::nullopt;
}

struct ScanOptions {
  std::string_view pattern = kEverything;
  std::optional<Type> type;
  std::size_t count = 10;

  [[nodiscard]] bool want(const Entry& entry) const {
    if (type && entry.type() != *type) return false;
    return pattern == kEverything || glob_match(pattern, entry.key());
  }
};

// False when it answered an error.
bool read_options(DataCall& call, ScanOptions& options) {
  for (std::size_t i = 2; i < call.args.size(); i += 2) {
    const std::string_view word = call.args[i];
    const bool has_value = i + 1 < call.args.size();
    if (has_value && is_word(word, "count")) {
      const auto count = parse_int64(call.args[i + 1]);
      if (!count) {
        call.reply.error(kNotInteger);
        return false;
      }
      if (*count < 1) {
        call.reply.error(kSyntaxError);
        return false;
      }
      options.count = static_cast<std::size_t>(*count);
    } else if (has_value && is_word(word, "match")) {
      options.pattern = call.args[i + 1];
    } else if (has_value && is_word(word, "type")) {
      options.type = type_of(call.args[i + 1]);
      if (!options.type) {
        call.reply.error(fmt::format("ERR unknown type name '{}'", call.args[i + 1]));
        return false;
      }
    } else {
      call.reply.error(is_word(word, "novalues") ? "ERR NOVALUES option can only be used in HSCAN"
                                                 : kSyntaxError);
      return false;
    }
  }
  return true;
}

}  // namespace

Effect keys_command(DataCall& call) {
  constexpr std::size_t kStep = 1024;
  const std::string_view pattern = call.args[1];
  const bool all = pattern == kEverything;
  const auto mark = call.reply.begin(ReplyWriter::Aggregate::array);
  std::size_t shown = 0;
  std::uint64_t cursor = 0;
  do {
    cursor = call.db.scan(cursor, kStep, [&](const Entry* entry) {
      if (!all && !glob_match(pattern, entry->key())) return;
      call.reply.bulk(entry->key());
      ++shown;
    });
  } while (cursor != 0);
  call.reply.end(mark, shown);
  return {};
}

Effect scan_command(DataCall& call) {
  const auto cursor = read_cursor(call.args[1]);
  if (!cursor) {
    call.reply.error("ERR invalid cursor");
    return {};
  }
  ScanOptions options;
  if (!read_options(call, options)) return {};
  std::vector<const Entry*> found;
  const std::uint64_t next = call.db.scan(*cursor, options.count, [&](const Entry* entry) {
    if (options.want(*entry)) found.push_back(entry);
  });
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, next);
  static_cast<void>(error);  // 20 digits hold any uint64
  call.reply.array(2);
  call.reply.bulk({digits, static_cast<std::size_t>(end - digits)});
  call.reply.array(found.size());
  for (const Entry* entry : found) call.reply.bulk(entry->key());
  return {};
}

Effect randomkey_command(DataCall& call) {
  if (const Entry* entry = call.db.random_entry())
    call.reply.bulk(entry->key());
  else
    call.reply.null();
  return {};
}

}  // namespace baton
