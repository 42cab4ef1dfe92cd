// DIGEST and DELEX: compare before you delete.
#include "server/commands/string_handlers.h"
#include "server/commands/value_condition.h"

namespace baton {

Effect digest_command(DataCall& call) {
  const Entry* entry = call.db.find_for_read(call.key(1));
  if (!entry) {
    call.reply.null();
  } else if (!refuses_type(*entry, call.reply)) {
    IntegerText scratch;
    call.reply.bulk(value_digest(entry->string(scratch)).view());
  }
  return {};
}

Effect delex_command(DataCall& call) {
  constexpr std::size_t kPlain = 2;
  constexpr std::size_t kConditional = 4;
  if (call.args.size() != kPlain && call.args.size() != kConditional) {
    call.reply.error("ERR wrong number of arguments for 'delex' command");
    return {};
  }
  ValueCondition condition;
  if (call.args.size() == kConditional) {
    const ValueCondition::Kind kind = ValueCondition::kind_of(call.args[2]);
    if (kind == ValueCondition::Kind::none) {
      call.reply.error("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
      return {};
    }
    condition = ValueCondition(kind, call.args[3]);
  }
  Entry* entry = call.db.find(call.key(1));
  if (!entry) {
    call.reply.integer(0);
    return {};
  }
  if (condition) {
    if (entry->type() != Type::string) {
      call.reply.error("ERR Key should be of string type if conditions are specified");
      return {};
    }
    IntegerText scratch;
    const ValueCondition::Verdict verdict = condition.judge(entry->string(scratch));
    if (verdict == ValueCondition::Verdict::malformed_digest) {
      call.reply.error(kMalformedDigest);
      return {};
    }
    if (verdict == ValueCondition::Verdict::unmet) {
      call.reply.integer(0);
      return {};
    }
  }
  call.db.erase(entry, freeing(call.shards.lazy().user_del));
  call.reply.integer(1);
  return {1};
}

}  // namespace baton
