// INCREX: a counter with bounds and an expiry, in one step. https://redis.io/docs/latest/commands/increx/
//
// A result outside the bounds leaves key and expiry alone and is answered with an increment of 0; with
// SATURATE it becomes the bound. The bounds of the type (int64, or the largest finite long double) are there
// in any case.
#include <cmath>
#include <limits>

#include "server/commands/expiry_option.h"
#include "server/commands/long_double.h"
#include "server/commands/string_handlers.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

namespace {

struct Options {
  ExpiryOption expiry{ExpiryOption::Allow::persist, ExpiryOption::Repeat::refused};
  const std::string_view* by_integer = nullptr;
  const std::string_view* by_float = nullptr;
  const std::string_view* lower = nullptr;
  const std::string_view* upper = nullptr;
  bool saturate = false;
  bool only_without_expiry = false;  // ENX
};

bool take_value(std::span<const std::string_view> args, std::size_t& index, const std::string_view*& value) {
  if (value || index + 1 == args.size()) return false;
  value = &args[++index];
  return true;
}

bool take_flag(bool& flag) {
  if (flag) return false;
  flag = true;
  return true;
}

bool read_option(std::span<const std::string_view> args, std::size_t& i, Options& options) {
  const std::string_view word = args[i];
  if (is_word(word, "byint")) return !options.by_float && take_value(args, i, options.by_integer);
  if (is_word(word, "byfloat")) return !options.by_integer && take_value(args, i, options.by_float);
  if (is_word(word, "lbound")) return take_value(args, i, options.lower);
  if (is_word(word, "ubound")) return take_value(args, i, options.upper);
  if (is_word(word, "saturate")) return take_flag(options.saturate);
  if (is_word(word, "enx")) return take_flag(options.only_without_expiry);
  return options.expiry.take(args, i) == ExpiryOption::Taken::yes;
}

// False when it answered an error.
bool read_options(DataCall& call, Options& options) {
  bool good = true;
  for (std::size_t i = 2; good && i < call.args.size(); ++i) good = read_option(call.args, i, options);
  if (!good || (options.only_without_expiry && options.expiry.kind() == ExpiryOption::Kind::persist)) {
    call.reply.error(kSyntaxError);
    return false;
  }
  if (options.only_without_expiry && !options.expiry.has_time()) {
    call.reply.error("ERR ENX flag requires an expiration");
    return false;
  }
  return true;
}

// What the two kinds of numbers differ in.
struct Integers {
  using Number = std::int64_t;
  static constexpr Number kLowest = std::numeric_limits<Number>::min();
  static constexpr Number kHighest = std::numeric_limits<Number>::max();
  static constexpr std::string_view kBadIncrement = "ERR Increment is not an integer or out of range";
  static constexpr std::string_view kBadLower = "ERR LBOUND is not an integer or out of range";
  static constexpr std::string_view kBadUpper = "ERR UBOUND is not an integer or out of range";
  static constexpr std::string_view kBadValue = kNotInteger;
  static constexpr std::string_view kBadApplied = "ERR applied increment would overflow";

  static std::optional<Number> parse(std::string_view text) { return parse_int64(text); }
  // Where the sum of two int64 lies is known without the sum: wide arithmetic.
  static __int128 sum(Number a, Number b) { return __int128{a} + b; }
  static bool is_number(__int128) { return true; }
  static bool difference(Number a, Number b, Number& result) {
    return !__builtin_sub_overflow(a, b, &result);
  }
  static void write(ReplyWriter& reply, Number value) { reply.integer(value); }
  static Entry* assign(DataCall& call, const Key& key, Number value) {
    return call.db.assign_integer(key, value, KeepExpiry::yes);
  }
};

struct Floats {
  using Number = long double;
  static constexpr Number kLowest = std::numeric_limits<Number>::lowest();
  static constexpr Number kHighest = std::numeric_limits<Number>::max();
  static constexpr std::string_view kBadIncrement = "ERR Increment is not a valid float";
  static constexpr std::string_view kBadLower = "ERR LBOUND is not a valid float";
  static constexpr std::string_view kBadUpper = "ERR UBOUND is not a valid float";
  static constexpr std::string_view kBadValue = kNotFloat;
  static constexpr std::string_view kBadApplied = "ERR applied increment would be Infinity";

  static std::optional<Number> parse(std::string_view text) { return decimal_number(text); }
  static Number sum(Number a, Number b) { return a + b; }
  static bool is_number(Number value) { return !std::isnan(value); }
  static bool difference(Number a, Number b, Number& result) { return std::isfinite(result = a - b); }
  static void write(ReplyWriter& reply, Number value) {
    DecimalText scratch;
    const std::string_view text = plain_decimal(value, scratch);
    if (reply.protocol() == Protocol::resp2) return reply.bulk(text);
    reply.raw(",");
    reply.raw(text);
    reply.raw("\r\n");
  }
  static Entry* assign(DataCall& call, const Key& key, Number value) {
    DecimalText scratch;
    return call.db.assign_string(key, plain_decimal(value, scratch), KeepExpiry::yes);
  }
};

template <class Kind>
Effect apply(DataCall& call, Options& options) {
  using Number = typename Kind::Number;
  const auto read = [&](const std::string_view* text, Number otherwise, std::string_view error,
                        Number& value) {
    const auto number = text ? Kind::parse(*text) : otherwise;
    if (!number) {
      call.reply.error(error);
      return false;
    }
    value = *number;
    return true;
  };
  const auto refuse = [&](std::string_view error) {
    call.reply.error(error);
    return Effect{};
  };
  const auto answer = [&](Number value, Number applied) {
    call.reply.array(2);
    Kind::write(call.reply, value);
    Kind::write(call.reply, applied);
  };

  const std::string_view* by = options.by_float ? options.by_float : options.by_integer;
  Number increment{}, lower{}, upper{};
  if (!read(by, Number{1}, Kind::kBadIncrement, increment) ||
      !read(options.lower, Kind::kLowest, Kind::kBadLower, lower) ||
      !read(options.upper, Kind::kHighest, Kind::kBadUpper, upper))
    return {};
  if (lower > upper) return refuse("ERR LBOUND can't be greater than UBOUND");
  if (!options.expiry.resolve(call.now_ms, call.spec.name, call.reply)) return {};

  const Key key = call.key(1);
  const Entry* entry = call.db.find(key);
  if (entry && refuses_type(*entry, call.reply)) return {};
  Number current{};
  IntegerText scratch;
  if (entry) {
    const auto held = Kind::parse(entry->string(scratch));
    if (!held) return refuse(Kind::kBadValue);
    current = *held;
  }
  const auto sum = Kind::sum(current, increment);
  if (!Kind::is_number(sum)) return refuse(kNotFinite);
  const bool outside = sum < lower || sum > upper;
  if (outside && !options.saturate) {
    answer(current, Number{});
    return {};
  }
  const Number value = sum < lower ? lower : sum > upper ? upper : static_cast<Number>(sum);
  Number applied{};
  if (!Kind::difference(value, current, applied)) return refuse(outside ? Kind::kBadApplied : kNotFinite);

  const bool expires = options.expiry.has_time() &&
                       !(options.only_without_expiry && entry && entry->expiry_ms() != Entry::kNoExpiry);
  if (expires && options.expiry.at_ms() <= call.now_ms) {
    // A key that was absent stays so: nothing changed, which those who watch it rely on.
    if (!entry) {
      answer(value, applied);
      return {};
    }
    call.db.erase(key, freeing(call.shards.lazy().expire));
  } else {
    Entry* changed = Kind::assign(call, key, value);
    if (expires)
      call.db.set_expiry(changed, options.expiry.at_ms());
    else if (options.expiry.kind() == ExpiryOption::Kind::persist)
      call.db.clear_expiry(changed);
  }
  answer(value, applied);
  return {1};
}

}  // namespace

Effect increx_command(DataCall& call) {
  Options options;
  if (!read_options(call, options)) return {};
  return options.by_float ? apply<Floats>(call, options) : apply<Integers>(call, options);
}

}  // namespace baton
