#include "server/commands/command_syntax.h"

#include <algorithm>
#include <utility>

#include "queues/check.h"
#include "server/commands/words.h"

namespace baton {

namespace {

// The options that several commands share.
#define BATON_TIMES                                                              \
  "seconds:integer=EX|milliseconds:integer=PX|unix-time-seconds:unix-time=EXAT|" \
  "unix-time-milliseconds:unix-time=PXAT"

struct Named {
  std::string_view name;
  std::string_view syntax;
};

constexpr std::string_view kExpire = "key seconds:integer condition<!NX|!XX|!GT|!LT>?";
constexpr std::string_view kExpireMs = "key milliseconds:integer condition<!NX|!XX|!GT|!LT>?";
constexpr std::string_view kExpireAt = "key unix-time-seconds:unix-time condition<!NX|!XX|!GT|!LT>?";
constexpr std::string_view kExpireAtMs = "key unix-time-milliseconds:unix-time condition<!NX|!XX|!GT|!LT>?";
constexpr std::string_view kFlush = "flush-type<!ASYNC|!SYNC>?";
constexpr std::string_view kNames = "command-name*?";

// In the order of the names.
constexpr Named kSyntaxes[] = {
    {"append", "key value"},
    {"auth", "username? password"},
    {"client|caching", "mode<!YES|!NO>"},
    {"client|info", ""},
    {"client|kill", "filter*"},
    {"client|list", "client-type<normal=TYPE>? client-id:integer=ID*?"},
    {"client|no-evict", "enabled<!ON|!OFF>"},
    {"client|no-touch", "enabled<!ON|!OFF>"},
    {"client|pause", "timeout:integer mode<!WRITE|!ALL>?"},
    {"client|reply", "action<!ON|!OFF|!SKIP>"},
    {"client|setinfo", "attr<libname=LIB-NAME|libver=LIB-VER>"},
    {"client|setname", "connection-name"},
    {"client|tracking",
     "status<!ON|!OFF> client-id:integer=REDIRECT? prefix=PREFIX*? !BCAST? !OPTIN? !OPTOUT? !NOLOOP?"},
    {"client|unblock", "client-id:integer unblock-type<!TIMEOUT|!ERROR>?"},
    {"command|docs", kNames},
    {"command|getkeys", "command arg*?"},
    {"command|getkeysandflags", "command arg*?"},
    {"command|info", kNames},
    {"command|list", "filterby<module-name=MODULE|category=ACLCAT|pattern:pattern=PATTERN>?"},
    {"config|get", "parameter*"},
    {"config|set", "data(parameter value)*"},
    {"copy", "source:key destination:key destination-db:integer=DB? !REPLACE?"},
    {"decr", "key"},
    {"decrby", "key decrement:integer"},
    {"del", "key*"},
    {"delex", "key condition<ifeq-value=IFEQ|ifne-value=IFNE|ifdeq-digest=IFDEQ|ifdne-digest=IFDNE>?"},
    {"digest", "key"},
    {"echo", "message"},
    {"exists", "key*"},
    {"expire", kExpire},
    {"expireat", kExpireAt},
    {"expiretime", "key"},
    {"flushall", kFlush},
    {"flushdb", kFlush},
    {"get", "key"},
    {"getdel", "key"},
    {"getex", "key expiration<" BATON_TIMES "|!PERSIST>?"},
    {"getrange", "key start:integer end:integer"},
    {"getset", "key value"},
    {"hello", "arguments(protover:integer auth(username password)=AUTH? clientname=SETNAME?)?"},
    {"incr", "key"},
    {"incrby", "key increment:integer"},
    {"incrbyfloat", "key increment:double"},
    {"increx",
     "key increment<float:double=BYFLOAT|integer:integer=BYINT>? !SATURATE? lowerbound=LBOUND? "
     "upperbound=UBOUND? "
     "expiration<" BATON_TIMES "|!PERSIST>? !ENX?"},
    {"info", "section*?"},
    {"keys", "pattern:pattern"},
    {"latency|history", "event"},
    {"latency|reset", "event*?"},
    {"lcs", "key1:key key2:key !LEN? !IDX? min-match-len:integer=MINMATCHLEN? !WITHMATCHLEN?"},
    {"memory|usage", "key count:integer=SAMPLES?"},
    {"mget", "key*"},
    {"move", "key db:integer"},
    {"mset", "data(key value)*"},
    {"msetex", "numkeys:integer data(key value)* condition<!NX|!XX>? expiration<" BATON_TIMES "|!KEEPTTL>?"},
    {"msetnx", "data(key value)*"},
    {"object|encoding", "key"},
    {"object|freq", "key"},
    {"object|idletime", "key"},
    {"object|refcount", "key"},
    {"persist", "key"},
    {"pexpire", kExpireMs},
    {"pexpireat", kExpireAtMs},
    {"pexpiretime", "key"},
    {"ping", "message?"},
    {"psetex", "key milliseconds:integer value"},
    {"psubscribe", "pattern:pattern*"},
    {"pttl", "key"},
    {"publish", "channel message"},
    {"pubsub|channels", "pattern:pattern?"},
    {"pubsub|numsub", "channel*?"},
    {"punsubscribe", "pattern:pattern*?"},
    {"rename", "key newkey:key"},
    {"renamenx", "key newkey:key"},
    {"scan", "cursor:integer pattern:pattern=MATCH? count:integer=COUNT? type=TYPE?"},
    {"select", "index:integer"},
    {"set",
     "key value condition<!NX|!XX|ifeq-value=IFEQ|ifne-value=IFNE|ifdeq-digest=IFDEQ|ifdne-digest=IFDNE>? "
     "!GET? "
     "expiration<" BATON_TIMES "|!KEEPTTL>?"},
    {"setex", "key seconds:integer value"},
    {"setnx", "key value"},
    {"setrange", "key offset:integer value"},
    {"shutdown", "save-selector<!NOSAVE|!SAVE>? !NOW? !FORCE? !ABORT?"},
    {"slowlog|get", "count:integer?"},
    {"strlen", "key"},
    {"subscribe", "channel*"},
    {"substr", "key start:integer end:integer"},
    {"swapdb", "index1:integer index2:integer"},
    {"touch", "key*"},
    {"ttl", "key"},
    {"type", "key"},
    {"unlink", "key*"},
    {"unsubscribe", "channel*?"},
    {"watch", "key*"},
};

#undef BATON_TIMES

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Arguments between separators, up to `end`, which is taken too; '\0' is the end of the text.
  std::vector<ArgumentSyntax> arguments(char separator, char end) {
    std::vector<ArgumentSyntax> found;
    if (text_.empty() && end == '\0') return found;
    do {
      found.push_back(argument());
    } while (take(separator));
    check(end == '\0' ? text_.empty() : take(end), "CommandSyntax: an argument that does not end");
    return found;
  }

 private:
  ArgumentSyntax argument() {
    ArgumentSyntax argument;
    if (take('!')) {
      argument.token = word();
      argument.type = "pure-token";
      for (const char c : argument.token) argument.name += lower_letter(c);
    } else {
      argument.name = word();
      argument.type = argument.name == "key" ? "key" : "string";
      if (take(':')) {
        argument.type = word();
      } else if (take('(')) {
        argument.type = "block";
        argument.parts = arguments(' ', ')');
      } else if (take('<')) {
        argument.type = "oneof";
        argument.parts = arguments('|', '>');
      }
    }
    check(!argument.name.empty() && !argument.type.empty(), "CommandSyntax: an argument without a name");
    for (;;) {
      if (take('?'))
        argument.optional = true;
      else if (take('*'))
        argument.multiple = true;
      else if (take('='))
        argument.token = word();
      else
        return argument;
    }
  }

  std::string_view word() {
    const std::size_t end = std::min(text_.find_first_of(" :=()<>|?*!"), text_.size());
    return take_front(end);
  }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    take_front(1);
    return true;
  }
  std::string_view take_front(std::size_t size) {
    const std::string_view front = text_.substr(0, size);
    text_.remove_prefix(size);
    return front;
  }

  std::string_view text_;
};

void write_argument(ReplyWriter& reply, const ArgumentSyntax& argument) {
  const bool flagged = argument.optional || argument.multiple;
  reply.map(2 + (argument.token.empty() ? 0 : 1) + (flagged ? 1 : 0) + (argument.parts.empty() ? 0 : 1));
  reply.bulk("name");
  reply.bulk(argument.name);
  reply.bulk("type");
  reply.bulk(argument.type);
  if (!argument.token.empty()) {
    reply.bulk("token");
    reply.bulk(argument.token);
  }
  if (flagged) {
    reply.bulk("flags");
    reply.set((argument.optional ? 1 : 0) + (argument.multiple ? 1 : 0));
    if (argument.optional) reply.simple_string("optional");
    if (argument.multiple) reply.simple_string("multiple");
  }
  if (argument.parts.empty()) return;
  reply.bulk("arguments");
  write_arguments(reply, argument.parts);
}

}  // namespace

std::string_view command_syntax(std::string_view full_name) noexcept {
  const auto* const at =
      std::lower_bound(std::begin(kSyntaxes), std::end(kSyntaxes), full_name,
                       [](const Named& named, std::string_view name) { return named.name < name; });
  return at != std::end(kSyntaxes) && at->name == full_name ? at->syntax : std::string_view{};
}

std::vector<ArgumentSyntax> parse_syntax(std::string_view syntax) {
  return Reader(syntax).arguments(' ', '\0');
}

void write_arguments(ReplyWriter& reply, const std::vector<ArgumentSyntax>& arguments) {
  reply.array(arguments.size());
  for (const ArgumentSyntax& argument : arguments) write_argument(reply, argument);
}

}  // namespace baton
