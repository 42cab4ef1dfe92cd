// INCR and its kin: strings that are numbers.
#include <cmath>
#include <limits>

#include "server/commands/long_double.h"
#include "server/commands/string_handlers.h"
#include "server/resp/number.h"

namespace baton {

namespace {

Effect add(DataCall& call, std::int64_t increment) {
  const Key key = call.key(1);
  std::int64_t value = 0;
  Entry* entry = call.db.find(key);
  if (entry) {
    if (refuses_type(*entry, call.reply)) return {};
    IntegerText scratch;
    auto held = entry->integer();
    if (!held) held = parse_int64(entry->string(scratch));
    if (!held) {
      call.reply.error(kNotInteger);
      return {};
    }
    value = *held;
  }
  if (__builtin_add_overflow(value, increment, &value)) {
    call.reply.error(kOverflow);
    return {};
  }
  if (!entry || !Database::try_set_integer(entry, value)) call.db.assign_integer(key, value, KeepExpiry::yes);
  call.reply.integer(value);
  return {1};
}

}  // namespace

Effect incr_command(DataCall& call) { return add(call, 1); }
Effect decr_command(DataCall& call) { return add(call, -1); }

Effect incrby_command(DataCall& call) {
  if (const auto increment = parse_int64(call.args[2])) return add(call, *increment);
  call.reply.error(kNotInteger);
  return {};
}

Effect decrby_command(DataCall& call) {
  const auto decrement = parse_int64(call.args[2]);
  if (!decrement) {
    call.reply.error(kNotInteger);
  } else if (*decrement == std::numeric_limits<std::int64_t>::min()) {  // has no negative
    call.reply.error("ERR decrement would overflow");
  } else {
    return add(call, -*decrement);
  }
  return {};
}

Effect incrbyfloat_command(DataCall& call) {
  const Key key = call.key(1);
  const Entry* entry = call.db.find(key);
  if (entry && refuses_type(*entry, call.reply)) return {};
  IntegerText scratch;
  const auto value = entry ? decimal_number(entry->string(scratch)) : 0.0L;
  const auto increment = decimal_number(call.args[2]);
  if (!value || !increment) {
    call.reply.error(kNotFloat);
    return {};
  }
  const long double sum = *value + *increment;
  if (!std::isfinite(sum)) {
    call.reply.error(kNotFinite);
    return {};
  }
  DecimalText decimal;
  const std::string_view text = plain_decimal(sum, decimal);
  call.db.assign_string(key, text, KeepExpiry::yes);
  call.reply.bulk(text);
  return {1};
}

}  // namespace baton
