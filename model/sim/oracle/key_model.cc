#include "model/sim/oracle/key_model.h"

#include <limits>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

// One connection speaks RESP2, another RESP3; the value is the same.
Reply any_null() {
  return Reply::list(Reply::Kind::one_of,
                     {Reply::plain(Reply::Kind::null_bulk), Reply::plain(Reply::Kind::null)});
}

Reply value_reply(const KeyValue& value) { return value ? Reply::bulk(*value) : any_null(); }

Reply add(KeyValue& value, std::optional<__int128> increment) {
  const auto held = value ? ref_integer(*value) : std::optional<std::int64_t>(0);
  if (!held || !increment) return Reply::error("ERR");
  const __int128 sum = *held + *increment;
  if (sum > std::numeric_limits<std::int64_t>::max() || sum < std::numeric_limits<std::int64_t>::min())
    return Reply::error("ERR");
  value = std::to_string(static_cast<std::int64_t>(sum));
  return Reply::of(static_cast<std::int64_t>(sum));
}

std::optional<__int128> operand(const std::string& text, int sign) {
  const auto number = ref_integer(text);
  if (!number || (sign < 0 && *number == std::numeric_limits<std::int64_t>::min())) return std::nullopt;
  return __int128{*number} * sign;
}

}  // namespace

Reply apply_request(KeyValue& value, const Arguments& args) {
  const std::string& name = args[0];
  const auto size = [](const KeyValue& held) {
    return held ? static_cast<std::int64_t>(held->size()) : std::int64_t{0};
  };
  if (name == "get") return value_reply(value);
  if (name == "strlen") return Reply::of(size(value));
  if (name == "exists") return Reply::of(value ? 1 : 0);
  if (name == "incr") return add(value, 1);
  if (name == "decr") return add(value, -1);
  if (name == "incrby") return add(value, operand(args[2], 1));
  if (name == "decrby") return add(value, operand(args[2], -1));
  const KeyValue before = value;
  if (name == "set") {
    value = args[2];
    return Reply::simple("OK");
  }
  if (name == "setnx") {
    if (!before) value = args[2];
    return Reply::of(before ? 0 : 1);
  }
  if (name == "append") {
    value = before.value_or("") + args[2];
    return Reply::of(size(value));
  }
  if (name == "getset") {
    value = args[2];
    return value_reply(before);
  }
  value.reset();  // DEL, UNLINK, GETDEL
  return name == "getdel" ? value_reply(before) : Reply::of(before ? 1 : 0);
}

}  // namespace baton::sim
