// SET with its options, and the older commands that are special cases of it.
#include "server/commands/expiry_option.h"
#include "server/commands/string_handlers.h"
#include "server/commands/value_condition.h"
#include "server/commands/words.h"

namespace baton {

namespace {

struct SetOptions {
  ExpiryOption expiry{ExpiryOption::Allow::keep};
  bool only_new = false;       // NX
  bool only_existing = false;  // XX
  bool get = false;
  ValueCondition condition;  // IFEQ and its kin
};

// False: they do not go together, or are not known.
bool read_options(std::span<const std::string_view> args, SetOptions& options) {
  for (std::size_t i = 3; i < args.size(); ++i) {
    const std::string_view word = args[i];
    const ExpiryOption::Taken taken = options.expiry.take(args, i);
    if (taken == ExpiryOption::Taken::conflict) return false;
    if (taken == ExpiryOption::Taken::yes) continue;
    if (is_word(word, "get")) {
      options.get = true;
    } else if (is_word(word, "nx")) {
      if (options.only_existing || options.condition) return false;
      options.only_new = true;
    } else if (is_word(word, "xx")) {
      if (options.only_new || options.condition) return false;
      options.only_existing = true;
    } else {
      const ValueCondition::Kind kind = ValueCondition::kind_of(word);
      if (kind == ValueCondition::Kind::none || i + 1 == args.size()) return false;
      if (options.only_new || options.only_existing || options.condition) return false;
      options.condition = ValueCondition(kind, args[++i]);
    }
  }
  return true;
}

enum class Verdict : std::uint8_t { set, keep, error };

Verdict judge(const SetOptions& options, const Entry* entry, ReplyWriter& reply) {
  if (!entry)
    return options.only_existing || !options.condition.met_when_absent() ? Verdict::keep : Verdict::set;
  if (options.only_new) return Verdict::keep;
  if (!options.condition) return Verdict::set;
  if (refuses_type(*entry, reply)) return Verdict::error;
  IntegerText scratch;
  switch (options.condition.judge(entry->string(scratch))) {
    case ValueCondition::Verdict::met:
      return Verdict::set;
    case ValueCondition::Verdict::unmet:
      return Verdict::keep;
    case ValueCondition::Verdict::malformed_digest:
      break;
  }
  reply.error(kMalformedDigest);
  return Verdict::error;
}

Effect set_with_options(DataCall& call) {
  SetOptions options;
  if (!read_options(call.args, options)) {
    call.reply.error(kSyntaxError);
    return {};
  }
  if (!options.expiry.resolve(call.now_ms, call.spec.name, call.reply)) return {};

  const Key key = call.key(1);
  const bool looks = options.get || options.only_new || options.only_existing || options.condition;
  if (looks) {
    const Entry* entry = options.get ? call.db.find_for_read(key) : call.db.find(key);
    if (options.get && entry && refuses_type(*entry, call.reply)) return {};
    const Verdict verdict = judge(options, entry, call.reply);
    if (verdict == Verdict::error) return {};
    if (options.get && entry) write_string(*entry, call.reply);  // before it is overwritten
    if ((options.get && !entry) || (!options.get && verdict == Verdict::keep)) call.reply.null();
    if (verdict == Verdict::keep) return {};
  }
  const bool keeps = options.expiry.kind() == ExpiryOption::Kind::keep;
  Entry* entry = assign_argument(call, key, 2, keeps ? KeepExpiry::yes : KeepExpiry::no);
  if (options.expiry.has_time()) call.db.set_expiry(entry, options.expiry.at_ms());
  if (!options.get) call.reply.ok();
  return {1};
}

}  // namespace

Effect set_command(DataCall& call) {
  if (call.args.size() != 3) return set_with_options(call);
  assign_argument(call, call.key(1), 2);
  call.reply.ok();
  return {1};
}

Effect setnx_command(DataCall& call) {
  const Key key = call.key(1);
  const bool absent = call.db.find(key) == nullptr;
  if (absent) assign_argument(call, key, 2);
  call.reply.integer(absent ? 1 : 0);
  return {absent ? 1u : 0u};
}

Effect setex_command(DataCall& call) {
  const std::string_view option[] = {call.spec.name == "psetex" ? "px" : "ex", call.args[2]};
  ExpiryOption expiry(ExpiryOption::Allow::keep);
  std::size_t index = 0;
  if (expiry.take(option, index) != ExpiryOption::Taken::yes) return {};
  if (!expiry.resolve(call.now_ms, call.spec.name, call.reply)) return {};
  call.db.set_expiry(assign_argument(call, call.key(1), 3), expiry.at_ms());
  call.reply.ok();
  return {1};
}

Effect getset_command(DataCall& call) {
  const Key key = call.key(1);
  if (const Entry* entry = call.db.find_for_read(key)) {
    if (refuses_type(*entry, call.reply)) return {};
    write_string(*entry, call.reply);
  } else {
    call.reply.null();
  }
  assign_argument(call, key, 2);
  return {1};
}

}  // namespace baton
