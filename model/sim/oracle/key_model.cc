#include "model/sim/oracle/key_model.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

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

Reply set(KeyValue& value, const Arguments& args) {
  const auto says = [&](std::string_view option) {
    return std::any_of(args.begin() + 3, args.end(), [&](const auto& word) { return ref_is(word, option); });
  };
  const KeyValue before = value;
  if (says("nx") && says("xx")) return Reply::error("ERR");
  const bool sets = !(says("nx") && before) && !(says("xx") && !before);
  if (sets) value = args[2];
  if (says("get")) return value_reply(before);
  return sets ? Reply::simple("OK") : any_null();
}

Reply set_range(KeyValue& value, const Arguments& args) {
  const auto offset = ref_integer(args[2]);
  constexpr std::int64_t kBytesMax = 512 * 1024 * 1024;
  const auto size = static_cast<std::int64_t>(args[3].size());
  if (!offset || *offset < 0) return Reply::error("ERR");
  if (size == 0) return Reply::of(value ? static_cast<std::int64_t>(value->size()) : 0);
  if (*offset > kBytesMax - size) return Reply::error("ERR");
  std::string text = value.value_or("");
  text.resize(std::max(text.size(), static_cast<std::size_t>(*offset + size)), '\0');
  text.replace(static_cast<std::size_t>(*offset), args[3].size(), args[3]);
  value = std::move(text);
  return Reply::of(static_cast<std::int64_t>(value->size()));
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
  if (name == "set") return set(value, args);
  if (name == "setrange") return set_range(value, args);
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
