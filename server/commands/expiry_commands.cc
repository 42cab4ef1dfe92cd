// EXPIRE, TTL and EXPIRETIME in their variants, PERSIST.
#include <algorithm>

#include <fmt/core.h>

#include "server/commands/expiry_option.h"
#include "server/commands/key_handlers.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

namespace {

struct Conditions {
  bool none = false;     // NX: the key has no expiry
  bool some = false;     // XX: it has one
  bool greater = false;  // GT: the new one is later; none counts as never
  bool less = false;     // LT: the new one is sooner

  [[nodiscard]] bool hold(std::int64_t old_ms, std::int64_t new_ms) const noexcept {
    const bool has = old_ms != Entry::kNoExpiry;
    if (none && has) return false;
    if (some && !has) return false;
    if (greater && (!has || new_ms <= old_ms)) return false;
    return !(less && has && new_ms >= old_ms);
  }
};

// False when it answered an error.
bool read_conditions(DataCall& call, Conditions& conditions) {
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    const std::string_view word = call.args[i];
    if (is_word(word, "nx")) {
      conditions.none = true;
    } else if (is_word(word, "xx")) {
      conditions.some = true;
    } else if (is_word(word, "gt")) {
      conditions.greater = true;
    } else if (is_word(word, "lt")) {
      conditions.less = true;
    } else {
      call.reply.error(fmt::format("ERR Unsupported option {}", word));
      return false;
    }
  }
  if (conditions.none && (conditions.some || conditions.greater || conditions.less)) {
    call.reply.error("ERR NX and XX, GT or LT options at the same time are not compatible");
    return false;
  }
  if (conditions.greater && conditions.less) {
    call.reply.error("ERR GT and LT options at the same time are not compatible");
    return false;
  }
  return true;
}

Effect expire(DataCall& call, bool seconds, std::int64_t base_ms) {
  Conditions conditions;
  if (!read_conditions(call, conditions)) return {};
  const auto value = parse_int64(call.args[2]);
  if (!value) {
    call.reply.error(kNotInteger);
    return {};
  }
  std::int64_t at_ms = 0;
  if (!absolute_ms(*value, seconds, base_ms, at_ms)) {
    write_invalid_expiry(call.reply, call.spec.name);
    return {};
  }
  Entry* entry = call.db.find(call.key(1));
  if (!entry || !conditions.hold(entry->expiry_ms(), at_ms)) {
    call.reply.integer(0);
    return {};
  }
  if (at_ms <= call.now_ms)
    call.db.erase(entry, freeing(call.shards.lazy().expire));
  else
    call.db.set_expiry(entry, at_ms);
  call.reply.integer(1);
  return {1};
}

// -2: no such key; -1: no expiry; else the time minus `base_ms`, in milliseconds or rounded to seconds.
Effect answer_expiry(DataCall& call, bool seconds, std::int64_t base_ms) {
  const Entry* entry = call.db.find_for_read(call.key(1), Touch::no);
  if (!entry) {
    call.reply.integer(-2);
  } else if (entry->expiry_ms() == Entry::kNoExpiry) {
    call.reply.integer(-1);
  } else {
    const std::int64_t left_ms = std::max<std::int64_t>(entry->expiry_ms() - base_ms, 0);
    call.reply.integer(seconds ? (left_ms / 1000) + (left_ms % 1000 >= 500 ? 1 : 0) : left_ms);
  }
  return {};
}

}  // namespace

Effect expire_command(DataCall& call) { return expire(call, true, call.now_ms); }
Effect pexpire_command(DataCall& call) { return expire(call, false, call.now_ms); }
Effect expireat_command(DataCall& call) { return expire(call, true, 0); }
Effect pexpireat_command(DataCall& call) { return expire(call, false, 0); }

Effect ttl_command(DataCall& call) { return answer_expiry(call, true, call.now_ms); }
Effect pttl_command(DataCall& call) { return answer_expiry(call, false, call.now_ms); }
Effect expiretime_command(DataCall& call) { return answer_expiry(call, true, 0); }
Effect pexpiretime_command(DataCall& call) { return answer_expiry(call, false, 0); }

Effect persist_command(DataCall& call) {
  Entry* entry = call.db.find(call.key(1));
  const bool had = entry && entry->expiry_ms() != Entry::kNoExpiry;
  if (had) call.db.clear_expiry(entry);
  call.reply.integer(had ? 1 : 0);
  return {had ? 1u : 0u};
}

}  // namespace baton
