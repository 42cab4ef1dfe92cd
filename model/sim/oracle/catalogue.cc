#include "model/sim/oracle/catalogue.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/core.h>

namespace baton::sim {

namespace {

#define BATON_TIMES "ex S|px M|exat s|pxat m"

using enum Group;

constexpr CatalogueEntry kEntries[] = {
    {"set", string, 6, "K V"},
    {"set", string, 4, "K V (nx|xx|get|nx get|xx get|keepttl|" BATON_TIMES "|get px M|ex S keepttl|nope)"},
    {"set", string, 1, "K V (ifeq V|ifne V|ifdeq G|ifdne G|ifeq V get|ifeq V nx)", true},
    {"setnx", string, 2, "K V"},
    {"setex", string, 1, "K (S|S|0|-5|x|9223372036854775807) V"},
    {"psetex", string, 1, "K (M|M|0|-5|x|9223372036854775807) V"},
    {"get", string, 8, "K"},
    {"getset", string, 2, "K V"},
    {"getdel", string, 2, "K"},
    {"getex", string, 2, "K (|persist|" BATON_TIMES "|ex 0|px 9223372036854775807|nope)"},
    {"getrange", string, 2, "K R R"},
    {"substr", string, 1, "K R R"},
    {"strlen", string, 2, "K"},
    {"append", string, 3, "K V"},
    {"setrange", string, 2, "K (R|0|3|40) V"},
    {"mget", string, 3, "K*"},
    {"mset", string, 3, "(K V)*"},
    {"msetnx", string, 2, "(K V)*"},
    {"msetex", string, 1, "(1 K V|2 K V K V|3 K V) (|nx|xx|keepttl|" BATON_TIMES "|px M nx)", true},
    {"digest", string, 1, "K", true},
    {"delex", string, 2, "K (|ifeq V|ifne V|ifdeq G|ifdne G|nope V)", true},
    {"lcs", string, 1, "K K (|len|idx|idx minmatchlen 2 withmatchlen|len idx)"},

    {"incr", number, 5, "K"},
    {"decr", number, 3, "K"},
    {"incrby", number, 3, "K I"},
    {"decrby", number, 2, "K I"},
    {"incrbyfloat", number, 2, "K (F|I)"},
    {"increx", number, 2,
     "K (|byint I|byfloat F) (|saturate) (|lbound -5 ubound 7|ubound 12|lbound 3 ubound 1) "
     "(|" BATON_TIMES "|px M enx|persist|enx)",
     true},

    {"del", key, 3, "K*"},
    {"unlink", key, 2, "K*"},
    {"exists", key, 2, "K*"},
    {"touch", key, 1, "K*"},
    {"type", key, 1, "K"},
    {"rename", key, 2, "K K"},
    {"renamenx", key, 2, "K K"},
    {"copy", key, 2, "K K (|replace|db D|db D replace|nope)"},
    {"move", key, 2, "K D"},
    {"keys", key, 1, "(*|k*|k?|k[0-3]|nope)"},
    {"randomkey", key, 1, ""},
    {"scan", key, 1, "0 (|match k*|count 5|type string|count 0|nope)"},
    {"object|encoding", key, 1, "K"},
    {"object|freq", key, 1, "K"},
    {"object|help", key, 1, ""},
    {"object|idletime", key, 1, "K"},
    {"object|refcount", key, 1, "K"},

    {"expire", expiry, 2, "K (S|S|-1|0|x|9223372036854775807) (|nx|xx|gt|lt|xx gt|nx xx|nope)"},
    {"pexpire", expiry, 2, "K (M|M|-1|0|x|9223372036854775807) (|nx|xx|gt|lt|xx lt|gt lt)"},
    {"expireat", expiry, 1, "K (s|s|0|-7|9223372036854775807) (|nx|xx|gt|lt)"},
    {"pexpireat", expiry, 1, "K (m|m|0|-7|9223372036854775807) (|nx|xx|gt|lt)"},
    {"ttl", expiry, 2, "K"},
    {"pttl", expiry, 2, "K"},
    {"expiretime", expiry, 1, "K"},
    {"pexpiretime", expiry, 1, "K"},
    {"persist", expiry, 2, "K"},

    {"dbsize", database, 3, ""},
    {"flushdb", database, 1, "(|async|sync|nope)"},
    {"flushall", database, 1, "(|async|sync|nope)"},
    {"swapdb", database, 1, "D D"},
    {"select", database, 3, "D"},

    {"ping", connection, 3, "(|V|V V)"},
    {"echo", connection, 2, "V"},
    {"hello", connection, 2, "(|2|3|3 setname N|4|2 auth default V|3 auth nobody V|x|3 nope)"},
    {"auth", connection, 1, "(V|default V|nobody V)"},
    {"quit", connection, 1, ""},
    {"reset", connection, 1, ""},

    {"multi", transaction, 6, ""},
    {"exec", transaction, 6, ""},
    {"discard", transaction, 1, ""},
    {"watch", transaction, 4, "K*"},
    {"unwatch", transaction, 1, ""},

    {"subscribe", subscribe, 4, "C*"},
    {"unsubscribe", subscribe, 2, "(|C|C C)"},
    {"psubscribe", subscribe, 2, "P*"},
    {"punsubscribe", subscribe, 1, "(|P)"},
    {"ssubscribe", subscribe, 2, "C*"},
    {"sunsubscribe", subscribe, 1, "(|C)"},
    {"publish", publish, 6, "C U"},
    {"spublish", publish, 2, "C U"},
    {"pubsub|channels", publish, 1, "(|P)"},
    {"pubsub|help", publish, 1, ""},
    {"pubsub|numpat", publish, 1, ""},
    {"pubsub|numsub", publish, 1, "(|C|C C)"},
    {"pubsub|shardchannels", publish, 1, "(|P)"},
    {"pubsub|shardnumsub", publish, 1, "(|C)"},

    {"client|getname", client, 1, ""},
    {"client|getredir", client, 1, ""},
    {"client|help", client, 1, ""},
    {"client|id", client, 2, ""},
    {"client|info", client, 1, ""},
    {"client|list", client, 2, "(|type normal|type pubsub|id X|id X X|nope)"},
    {"client|no-evict", client, 1, "(on|off|nope)"},
    {"client|no-touch", client, 1, "(on|off|nope)", true},
    {"client|setinfo", client, 1, "(lib-name N|lib-ver 1.2|nope N)", true},
    {"client|setname", client, 2, "N"},
    {"client|unblock", client, 1, "X (|timeout|error)"},
    {"client|trackinginfo", client, 1, ""},

    {"client|kill", others, 3, "(id X|id X|id X skipme no|type pubsub|type normal|maxage 100000|nope)"},
    {"client|pause", others, 2, "(0|1|5|30) (|all|write|nope)"},
    {"client|unpause", others, 2, ""},

    {"config|set", config, 8, "io-threads (1|2|3|4)"},
    {"config|set", config, 4,
     "(hz (1|5|10|20)|timeout (0|0|0|1)|maxmemory (0|1gb)|maxclients (100|1000)|slowlog-log-slower-than "
     "(-1|0|10000)|latency-monitor-threshold (0|1)|lazyfree-lazy-user-del (yes|no)|lazyfree-lazy-user-flush "
     "(yes|no)|maxmemory-policy (noeviction|allkeys-lru)|dynamic-hz (yes|no)|nope 1|hz x|hz 10 hz 20)"},
    {"config|get", config, 2, "(*|io-threads|max*|nope)"},
    {"config|help", config, 1, ""},
    {"config|resetstat", config, 1, ""},
    {"config|rewrite", config, 6, ""},

    {"command", observe, 1, ""},
    {"command|count", observe, 1, ""},
    {"command|docs", observe, 1, "(get|nope)"},
    {"command|getkeys", observe, 1, "(mget K K|ping)"},
    {"command|getkeysandflags", observe, 1, "(set K V|ping)"},
    {"command|help", observe, 1, ""},
    {"command|info", observe, 1, "(get|nope)"},
    {"command|list", observe, 1, "(|filterby pattern g*)"},
    {"debug", observe, 1, "(help|sleep 0)"},
    {"info", observe, 3, "(|all|clients|stats|keyspace|commandstats|nope)"},
    {"lastsave", observe, 1, ""},
    {"latency|doctor", observe, 1, ""},
    {"latency|graph", observe, 1, "command"},
    {"latency|help", observe, 1, ""},
    {"latency|histogram", observe, 1, "(|get|nope)"},
    {"latency|history", observe, 1, "command"},
    {"latency|latest", observe, 1, ""},
    {"latency|reset", observe, 1, "(|command)"},
    {"memory|doctor", observe, 1, ""},
    {"memory|help", observe, 1, ""},
    {"memory|malloc-stats", observe, 1, ""},
    {"memory|purge", observe, 1, ""},
    {"memory|stats", observe, 1, ""},
    {"memory|usage", observe, 1, "K (|samples 0)"},
    {"role", observe, 1, ""},
    {"slowlog|get", observe, 1, "(|2|-1)"},
    {"slowlog|help", observe, 1, ""},
    {"slowlog|len", observe, 1, ""},
    {"slowlog|reset", observe, 1, ""},
    {"time", observe, 1, ""},

    {"monitor", monitor, 1, ""},

    {"client|tracking", tracking, 3,
     "(on|on bcast|on bcast prefix k|on optin|on optout|on noloop|off|on redirect X|on bcast optin|nope)"},
    {"client|caching", tracking, 1, "(yes|no)"},

    {"client|reply", silence, 3, "(on|off|skip|on|skip|nope)"},

    {"get", wrong, 1, "(|K K)"},
    {"set", wrong, 1, "K"},
    {"client|id", wrong, 1, "K"},
    {"mset", wrong, 1, "K V K"},

    {"shutdown", never, 0, "(nosave|nosave|now|force|nosave now force||abort|save|nope)"},
};

std::int64_t draw_integer(Random& random) {
  constexpr std::int64_t kMost = 9223372036854775807;
  constexpr std::int64_t kEdges[] = {0, 1, -1, kMost, -kMost, -kMost - 1, kMost - 1, 4294967296};
  if (random.one_in(6)) return kEdges[random.below(std::size(kEdges))];
  return random.between(-20, 20);
}

std::string draw_bytes(Random& random, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random.below(256));
  return text;
}

std::string draw_value(const Vocabulary& words, Random& random) {
  constexpr std::string_view kTexts[] = {"", "a", "b", "ab", "ba", "hello", "3.25", " 7", "07", "1e3", "inf"};
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return std::to_string(draw_integer(random));
    case 3:
    case 4:
    case 5:
      return std::string(kTexts[random.below(std::size(kTexts))]);
    case 6:
      return draw_bytes(random, random.below(40));
    case 7:
      if (random.one_in(6) && words.value_bytes_max > 1000) {
        // Two draws in two statements: the order of a call's arguments is the compiler's.
        const std::uint64_t size = 1000 + random.below(words.value_bytes_max - 1000);
        return std::string(size, static_cast<char>('a' + random.below(26)));
      }
      return draw_bytes(random, random.below(300));
    default:
      return fmt::format("v{}", random.below(6));
  }
}

std::string draw_word(char letter, Vocabulary& words, Random& random) {
  const auto ms = [&] { return words.short_times && !random.one_in(4) ? random.between(1, 60) : 100'000; };
  const auto seconds = [&] { return words.short_times && random.one_in(3) ? 1 : 1'000; };
  switch (letter) {
    case 'K':
      return fmt::format("k{}", random.below(words.keys));
    case 'V':
      return draw_value(words, random);
    case 'I':
      return std::to_string(draw_integer(random));
    case 'F': {
      constexpr std::string_view kFloats[] = {"0.5", "-1.25", "3", "1e2", "-0", "1e400", "x", "0.1"};
      return std::string(kFloats[random.below(std::size(kFloats))]);
    }
    case 'S':
      return std::to_string(seconds());
    case 'M':
      return std::to_string(ms());
    case 's':
      return std::to_string(words.start_ms / 1000 + seconds());
    case 'm':
      return std::to_string(words.start_ms + ms());
    case 'C':
      return fmt::format("c{}", random.below(3));
    case 'P':
      return std::string(random.one_in(2) ? "c*" : random.one_in(2) ? "c[01]" : "*2");
    case 'U':
      return fmt::format("m{}.{}", words.client, words.message++);
    case 'D':
      return random.one_in(12) ? (random.one_in(2) ? "99" : "x")
                               : std::to_string(random.below(words.databases));
    case 'X':
      return fmt::format("@id:{}", random.below(words.clients));
    case 'N':
      return random.one_in(6) ? "two words" : fmt::format("name{}", random.below(4));
    case 'R':
      return random.one_in(8) ? std::to_string(draw_integer(random)) : std::to_string(random.between(-6, 6));
    default:
      return random.one_in(3) ? "nohex" : fmt::format("{:016x}", random.next());
  }
}

// Reads a grammar from the left and draws on the way.
class Drawer {
 public:
  Drawer(std::string_view grammar, Vocabulary& words, Random& random)
      : grammar_(grammar), words_(words), random_(random) {}

  // Words until the end or a closing sign at this depth.
  void sequence(std::size_t at, std::size_t end, Arguments& out) {
    while (at < end) {
      if (grammar_[at] == ' ') {
        ++at;
        continue;
      }
      const std::size_t stop = grammar_[at] == '(' ? closing(at) + 1 : word_end(at, end);
      const bool repeats = stop < end && grammar_[stop] == '*';
      const std::uint64_t times = repeats ? 1 + random_.below(3) : 1;
      for (std::uint64_t i = 0; i < times; ++i) element(at, stop, out);
      at = repeats ? stop + 1 : stop;
    }
  }

 private:
  [[nodiscard]] std::size_t closing(std::size_t open) const {
    std::size_t depth = 0;
    for (std::size_t at = open;; ++at) {
      if (grammar_[at] == '(') ++depth;
      if (grammar_[at] == ')' && --depth == 0) return at;
    }
  }
  // A sign "*" ends a drawn word and is part of others ("k*").
  [[nodiscard]] std::size_t word_end(std::size_t at, std::size_t end) const {
    if (at + 1 < end && grammar_[at + 1] == '*' && grammar_[at] >= 'A' && grammar_[at] <= 'Z') return at + 1;
    while (at < end && grammar_[at] != ' ') ++at;
    return at;
  }
  void element(std::size_t at, std::size_t end, Arguments& out) {
    if (grammar_[at] == '(') return choice(at + 1, end - 1, out);
    if (end - at == 1 && std::string_view("KVIFSMsmCPUDXNRG").find(grammar_[at]) != std::string_view::npos)
      out.push_back(draw_word(grammar_[at], words_, random_));
    else
      out.emplace_back(grammar_.substr(at, end - at));
  }
  void choice(std::size_t at, std::size_t end, Arguments& out) {
    std::vector<std::pair<std::size_t, std::size_t>> ways;
    std::size_t begin = at, depth = 0;
    for (; at <= end; ++at) {
      if (at < end && grammar_[at] == '(') ++depth;
      if (at < end && grammar_[at] == ')') --depth;
      if (at != end && (grammar_[at] != '|' || depth != 0)) continue;
      ways.emplace_back(begin, at);
      begin = at + 1;
    }
    const auto [first, last] = random_.pick(ways);
    sequence(first, last, out);
  }

  std::string_view grammar_;
  Vocabulary& words_;
  Random& random_;
};

}  // namespace

std::span<const CatalogueEntry> catalogue() { return kEntries; }

Arguments draw_request(const CatalogueEntry& entry, Vocabulary& words, Random& random) {
  Arguments args;
  const std::size_t bar = entry.name.find('|');
  args.emplace_back(entry.name.substr(0, bar));
  if (bar != std::string_view::npos) args.emplace_back(entry.name.substr(bar + 1));
  Drawer(entry.grammar, words, random).sequence(0, entry.grammar.size(), args);
  return args;
}

}  // namespace baton::sim
