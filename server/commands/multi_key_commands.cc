// MGET, MSET, MSETNX, MSETEX: several strings at once.
#include <limits>

#include "server/commands/expiry_option.h"
#include "server/commands/string_handlers.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

namespace {

// Sets the pairs args[first], args[first + 1], ... up to `end`; the nth pair's key is the nth key of the
// command.
void set_pairs(DataCall& call, std::size_t first, std::size_t end, const ExpiryOption* expiry = nullptr) {
  const bool keeps = expiry && expiry->kind() == ExpiryOption::Kind::keep;
  for (std::size_t i = first, nth = 0; i < end; i += 2, ++nth) {
    Entry* entry =
        assign_argument(call, call.nth_key(nth, i), i + 1, keeps ? KeepExpiry::yes : KeepExpiry::no);
    if (expiry && expiry->has_time()) call.db.set_expiry(entry, expiry->at_ms());
  }
}

// Are all of the pairs' keys there (`wanted` true), or all of them absent?
bool all_keys_are(DataCall& call, std::size_t first, std::size_t end, bool wanted) {
  for (std::size_t i = first, nth = 0; i < end; i += 2, ++nth)
    if ((call.db.find(call.nth_key(nth, i)) != nullptr) != wanted) return false;
  return true;
}

bool refuses_odd(DataCall& call) {
  if (call.args.size() % 2 == 1) return false;
  call.reply.error(call.spec.name == "mset" ? "ERR wrong number of arguments for 'mset' command"
                                            : "ERR wrong number of arguments for 'msetnx' command");
  return true;
}

}  // namespace

Effect mget_command(DataCall& call) {
  call.reply.array(call.args.size() - 1);
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    const Entry* entry = call.db.find_for_read(call.nth_key(i - 1, i));
    if (entry && entry->type() == Type::string)
      write_string(*entry, call.reply);
    else
      call.reply.null();
  }
  return {};
}

Effect mset_command(DataCall& call) {
  if (refuses_odd(call)) return {};
  set_pairs(call, 1, call.args.size());
  call.reply.ok();
  return {static_cast<std::uint32_t>(call.args.size() / 2)};
}

Effect msetnx_command(DataCall& call) {
  if (refuses_odd(call)) return {};
  if (!all_keys_are(call, 1, call.args.size(), false)) {
    call.reply.integer(0);
    return {};
  }
  set_pairs(call, 1, call.args.size());
  call.reply.integer(1);
  return {static_cast<std::uint32_t>(call.args.size() / 2)};
}

Effect msetex_command(DataCall& call) {
  const auto count = parse_int64(call.args[1]);
  if (!count || *count < 1 || *count > std::numeric_limits<std::int32_t>::max()) {
    call.reply.error("ERR invalid numkeys value");
    return {};
  }
  constexpr std::size_t kFirstPair = 2;
  const auto pairs = static_cast<std::size_t>(*count);
  if ((call.args.size() - kFirstPair) / 2 < pairs) {
    call.reply.error("ERR wrong number of key-value pairs");
    return {};
  }
  const std::size_t end = kFirstPair + 2 * pairs;
  ExpiryOption expiry(ExpiryOption::Allow::keep);
  bool only_new = false;
  bool only_existing = false;
  for (std::size_t i = end; i < call.args.size(); ++i) {
    const std::string_view word = call.args[i];
    const ExpiryOption::Taken taken = expiry.take(call.args, i);
    if (taken == ExpiryOption::Taken::yes) continue;
    if (taken == ExpiryOption::Taken::no && is_word(word, "nx") && !only_existing) {
      only_new = true;
    } else if (taken == ExpiryOption::Taken::no && is_word(word, "xx") && !only_new) {
      only_existing = true;
    } else {
      call.reply.error(kSyntaxError);
      return {};
    }
  }
  if (!expiry.resolve(call.now_ms, call.spec.name, call.reply)) return {};
  if ((only_new || only_existing) && !all_keys_are(call, kFirstPair, end, only_existing)) {
    call.reply.integer(0);
    return {};
  }
  set_pairs(call, kFirstPair, end, &expiry);
  call.reply.integer(1);
  return {static_cast<std::uint32_t>(pairs)};
}

int msetex_keys(std::span<const std::string_view> args, std::span<std::uint32_t> out) {
  if (args.size() < 4) return -1;
  const auto count = parse_int64(args[1]);
  if (!count || *count < 1 || static_cast<std::size_t>(*count) > (args.size() - 2) / 2) return -1;
  const auto pairs = static_cast<std::size_t>(*count);
  for (std::size_t i = 0; i < pairs && i < out.size(); ++i) out[i] = static_cast<std::uint32_t>(2 + 2 * i);
  return static_cast<int>(pairs);
}

}  // namespace baton
