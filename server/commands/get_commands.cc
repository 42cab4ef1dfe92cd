// Commands that read one string or a part of it, and those that write a part of it.
#include <algorithm>
#include <cstring>

#include "server/commands/expiry_option.h"
#include "server/commands/string_handlers.h"
#include "server/resp/number.h"

namespace baton {

Effect get_command(DataCall& call) {
  const Entry* entry = call.db.find_for_read(call.key(1));
  if (!entry)
    call.reply.null();
  else if (!refuses_type(*entry, call.reply))
    write_string(*entry, call.reply);
  return {};
}

Effect getdel_command(DataCall& call) {
  Entry* entry = call.db.find_for_read(call.key(1));
  if (!entry) {
    call.reply.null();
    return {};
  }
  if (refuses_type(*entry, call.reply)) return {};
  write_string(*entry, call.reply);
  call.db.erase(entry, freeing(call.shards.lazy().user_del));
  return {1};
}

Effect getex_command(DataCall& call) {
  ExpiryOption expiry(ExpiryOption::Allow::persist);
  for (std::size_t i = 2; i < call.args.size(); ++i) {
    if (expiry.take(call.args, i) != ExpiryOption::Taken::yes) {
      call.reply.error(kSyntaxError);
      return {};
    }
  }
  Entry* entry = call.db.find_for_read(call.key(1));
  if (!entry) {
    call.reply.null();
    return {};
  }
  if (refuses_type(*entry, call.reply)) return {};
  if (!expiry.resolve(call.now_ms, call.spec.name, call.reply)) return {};
  write_string(*entry, call.reply);
  if (expiry.has_time()) {
    if (expiry.at_ms() <= call.now_ms)
      call.db.erase(entry, freeing(call.shards.lazy().expire));
    else
      call.db.set_expiry(entry, expiry.at_ms());
    return {1};
  }
  if (expiry.kind() == ExpiryOption::Kind::persist && entry->expiry_ms() != Entry::kNoExpiry) {
    call.db.clear_expiry(entry);
    return {1};
  }
  return {};
}

Effect getrange_command(DataCall& call) {
  const auto first = parse_int64(call.args[2]);
  const auto last = parse_int64(call.args[3]);
  if (!first || !last) {
    call.reply.error(kNotInteger);
    return {};
  }
  const Entry* entry = call.db.find_for_read(call.key(1));
  if (!entry) {
    call.reply.bulk({});
    return {};
  }
  if (refuses_type(*entry, call.reply)) return {};
  IntegerText scratch;
  const std::string_view value = entry->string(scratch);
  const auto size = static_cast<std::int64_t>(value.size());
  // Negative places count from the end. Two of them in the wrong order are an empty range before they are
  // clamped.
  const bool empty = *first < 0 && *last < 0 && *first > *last;
  const std::int64_t begin = std::max<std::int64_t>(*first < 0 ? *first + size : *first, 0);
  const std::int64_t end = std::min(std::max<std::int64_t>(*last < 0 ? *last + size : *last, 0), size - 1);
  if (empty || begin > end)
    call.reply.bulk({});
  else
    call.reply.bulk(value.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin + 1)));
  return {};
}

Effect strlen_command(DataCall& call) {
  const Entry* entry = call.db.find_for_read(call.key(1));
  if (!entry)
    call.reply.integer(0);
  else if (!refuses_type(*entry, call.reply))
    call.reply.integer(static_cast<std::int64_t>(entry->string_size()));
  return {};
}

Effect append_command(DataCall& call) {
  const Key key = call.key(1);
  const std::string_view tail = call.args[2];
  Entry* entry = call.db.find(key);
  if (!entry) {
    assign_argument(call, key, 2);
    call.reply.integer(static_cast<std::int64_t>(tail.size()));
    return {1};
  }
  if (refuses_type(*entry, call.reply)) return {};
  const std::size_t old_size = entry->string_size();
  if (refuses_size(call, old_size + tail.size())) return {};
  const std::span<char> bytes = call.db.resize_string(entry, old_size + tail.size());
  if (!tail.empty()) std::memcpy(bytes.data() + old_size, tail.data(), tail.size());
  call.reply.integer(static_cast<std::int64_t>(bytes.size()));
  return {1};
}

Effect setrange_command(DataCall& call) {
  const auto offset = parse_int64(call.args[2]);
  if (!offset) {
    call.reply.error(kNotInteger);
    return {};
  }
  if (*offset < 0) {
    call.reply.error("ERR offset is out of range");
    return {};
  }
  const Key key = call.key(1);
  const std::string_view patch = call.args[3];
  Entry* entry = call.db.find(key);
  if (entry && refuses_type(*entry, call.reply)) return {};
  const std::size_t old_size = entry ? entry->string_size() : 0;
  if (patch.empty()) {  // creates no key, pads no value
    call.reply.integer(static_cast<std::int64_t>(old_size));
    return {};
  }
  const auto begin = static_cast<std::size_t>(*offset);
  if (begin > call.string_max) {  // before the addition below can wrap
    call.reply.error(kStringTooLong);
    return {};
  }
  if (refuses_size(call, begin + patch.size())) return {};
  if (!entry) entry = call.db.assign_string(key, {});
  const std::span<char> bytes = call.db.resize_string(entry, std::max(old_size, begin + patch.size()));
  std::memcpy(bytes.data() + begin, patch.data(), patch.size());
  call.reply.integer(static_cast<std::int64_t>(bytes.size()));
  return {1};
}

}  // namespace baton
