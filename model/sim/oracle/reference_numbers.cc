// The reference's counters.
#include <cmath>
#include <limits>
#include <type_traits>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::vector<Reply> add(RefCall& call, __int128 increment) {
  const std::string& key = call.args[1];
  __int128 value = increment;
  if (const RefValue* const held = call.find(key)) {
    const auto number = ref_integer(held->text);
    if (!number) return err("ERR not an integer");
    value += *number;
  }
  if (value < kLeast || value > kMost) return err("ERR overflow");
  call.change(key, std::to_string(static_cast<std::int64_t>(value)));
  return num(static_cast<std::int64_t>(value));
}

std::vector<Reply> incr(RefCall& call) { return add(call, 1); }
std::vector<Reply> decr(RefCall& call) { return add(call, -1); }

std::vector<Reply> incrby(RefCall& call) {
  const auto increment = ref_integer(call.args[2]);
  return increment ? add(call, *increment) : err("ERR not an integer");
}

std::vector<Reply> decrby(RefCall& call) {
  const auto decrement = ref_integer(call.args[2]);
  if (!decrement || *decrement == kLeast) return err("ERR not an integer, or no negative of it");
  return add(call, -__int128{*decrement});
}

std::vector<Reply> incrbyfloat(RefCall& call) {
  const std::string& key = call.args[1];
  const RefValue* const held = call.find(key);
  const auto value = held ? ref_decimal(held->text) : 0.0L;
  const auto increment = ref_decimal(call.args[2]);
  if (!value || !increment) return err("ERR not a float");
  const long double sum = *value + *increment;
  if (!std::isfinite(sum)) return err("ERR infinity");
  call.change(key, ref_plain(sum));
  return one(Reply::bulk(ref_plain(sum)));
}

struct IncrexOptions {
  RefTime time{"persist", false};
  const std::string* by = nullptr;
  const std::string* lower = nullptr;
  const std::string* upper = nullptr;
  bool floats = false, saturate = false, only_without = false;

  // False: not known, said twice, or two that do not go together.
  bool read(const Arguments& args) {
    for (std::size_t i = 2; i < args.size(); ++i) {
      const std::string& word = args[i];
      const auto value = [&](const std::string*& target) {
        if (target || i + 1 == args.size()) return false;
        target = &args[++i];
        return true;
      };
      const auto flag = [](bool& target) { return !std::exchange(target, true); };
      bool good = false;
      if (ref_is(word, "byint"))
        good = value(by);
      else if (ref_is(word, "byfloat"))
        good = value(by) && (floats = true);
      else if (ref_is(word, "lbound"))
        good = value(lower);
      else if (ref_is(word, "ubound"))
        good = value(upper);
      else if (ref_is(word, "saturate"))
        good = flag(saturate);
      else if (ref_is(word, "enx"))
        good = flag(only_without);
      else
        good = time.take(args, i) == RefTime::Word::taken;
      if (!good) return false;
    }
    return !(only_without && !time.has_time());
  }
};

// Where the sum of two 64 bit integers is exact, and where it is rounded as the type has it.
struct Whole {
  using Sum = __int128;
  static std::optional<Sum> parse(const std::string& text) {
    const auto value = ref_integer(text);
    return value ? std::optional<Sum>(*value) : std::nullopt;
  }
  static constexpr Sum kLow = kLeast, kHigh = kMost;
  static bool fits(Sum value) { return value >= kLeast && value <= kMost; }
  static Reply reply(const RefClient&, Sum value) { return Reply::of(static_cast<std::int64_t>(value)); }
  static std::string text(Sum value) { return std::to_string(static_cast<std::int64_t>(value)); }
};
struct Floating {
  using Sum = long double;
  static std::optional<Sum> parse(const std::string& text) { return ref_decimal(text); }
  static constexpr Sum kLow = std::numeric_limits<Sum>::lowest(), kHigh = std::numeric_limits<Sum>::max();
  static bool fits(Sum value) { return std::isfinite(value); }
  static Reply reply(const RefClient& client, Sum value) {
    Reply reply = Reply::bulk(ref_plain(value));
    if (client.resp3) reply.kind = Reply::Kind::real;
    return reply;
  }
  static std::string text(Sum value) { return ref_plain(value); }
};

template <class Kind>
std::vector<Reply> increx_as(RefCall& call, const IncrexOptions& options) {
  using Sum = typename Kind::Sum;
  const auto read = [](const std::string* text, Sum otherwise) {
    return text ? Kind::parse(*text) : std::optional<Sum>(otherwise);
  };
  const auto by = read(options.by, Sum{1});
  const auto lower = read(options.lower, Kind::kLow);
  const auto upper = read(options.upper, Kind::kHigh);
  if (!by || !lower || !upper || *lower > *upper) return err("ERR increment or bounds");
  std::optional<std::int64_t> at;
  if (options.time.has_time() && !(at = options.time.at_ms(call.now_ms)))
    return err("ERR invalid expire time");
  const std::string& key = call.args[1];
  const RefValue* const held = call.find(key);
  const auto current = held ? Kind::parse(held->text) : std::optional<Sum>(Sum{});
  if (!current) return err("ERR not a number");
  const Sum sum = *current + *by;
  if constexpr (std::is_floating_point_v<Sum>) {
    if (std::isnan(sum)) return err("ERR not a number");
  }
  const auto answer = [&](Sum value, Sum applied) {
    return one(Reply::list(Reply::Kind::array,
                           {Kind::reply(call.client, value), Kind::reply(call.client, applied)}));
  };
  if ((sum < *lower || sum > *upper) && !options.saturate) return answer(*current, Sum{});
  const Sum value = sum < *lower ? *lower : sum > *upper ? *upper : sum;
  if (!Kind::fits(value - *current)) return err("ERR applied increment");
  const bool kept = options.only_without && held && held->expires();
  if (at && !kept && *at <= call.now_ms) {
    if (held) call.store().erase(call.client.db, key);
  } else {
    call.change(key, Kind::text(value));
    if (at && !kept) call.store().expire(call.client.db, key, *at);
    if (options.time.kind == "persist") call.store().expire(call.client.db, key, RefValue::kNever);
  }
  return answer(value, value - *current);
}

std::vector<Reply> increx(RefCall& call) {
  IncrexOptions options;
  if (!options.read(call.args)) return err("ERR syntax error");
  return options.floats ? increx_as<Floating>(call, options) : increx_as<Whole>(call, options);
}

}  // namespace

void add_number_commands(RefTable& table) {
  table.insert({
      {"incr", {incr, 2}},
      {"decr", {decr, 2}},
      {"incrby", {incrby, 3}},
      {"decrby", {decrby, 3}},
      {"incrbyfloat", {incrbyfloat, 3}},
      {"increx", {increx, -2}},
  });
}

}  // namespace baton::sim
