// The reference's strings: SET and its kin, parts of strings, several at once, comparisons by value and
// digest.
#include <algorithm>
#include <limits>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

constexpr std::int64_t kStringMax = std::int64_t{512} << 20;

std::string digest_of(const std::string& value) {
  std::uint64_t hash = XXH3_64bits(value.data(), value.size());
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, hash >>= 4)
    *digit = "0123456789abcdef"[hash & 15];
  return text;
}

// IFEQ, IFNE, IFDEQ, IFDNE.
struct Comparison {
  std::string word;
  std::string operand;

  bool take(const std::string& text) {
    for (const std::string_view known : {"ifeq", "ifne", "ifdeq", "ifdne"})
      if (ref_is(text, known)) word = known;
    return !word.empty();
  }
  [[nodiscard]] bool by_digest() const { return word[2] == 'd'; }
  [[nodiscard]] bool malformed() const { return by_digest() && operand.size() != 16; }
  [[nodiscard]] bool holds(const std::string& value) const {
    const bool same = by_digest() ? ref_is(operand, digest_of(value)) : value == operand;
    return same == (word.ends_with("eq"));
  }
  // An absent key is different from any value.
  [[nodiscard]] bool holds_when_absent() const { return word.ends_with("ne"); }
};

Reply value_or_null(const RefCall& call, const RefValue* value) {
  return value ? Reply::bulk(value->text) : call.client.null();
}

std::vector<Reply> set(RefCall& call) {
  RefTime time("keepttl");
  Comparison comparison;
  bool nx = false, xx = false, get = false;
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    const std::string& word = call.args[i];
    const RefTime::Word taken = time.take(call.args, i);
    if (taken == RefTime::Word::taken) continue;
    if (taken == RefTime::Word::wrong) return err("ERR syntax error");
    const bool conditional = nx || xx || !comparison.word.empty();
    if (ref_is(word, "get")) {
      get = true;
    } else if (ref_is(word, "nx") && (nx || !conditional)) {
      nx = true;
    } else if (ref_is(word, "xx") && (xx || !conditional)) {
      xx = true;
    } else if (!conditional && i + 1 < call.args.size() && comparison.take(word)) {
      comparison.operand = call.args[++i];
    } else {
      return err("ERR syntax error");
    }
  }
  const std::string& key = call.args[1];
  std::int64_t expires_ms = RefValue::kNever;
  if (time.has_time()) {
    const auto at = time.at_ms(call.now_ms);
    if (!at) return err("ERR invalid expire time");
    expires_ms = *at;
  }
  const RefValue* const held = call.find(key);
  if (time.kind == "keepttl" && held) expires_ms = held->expires_ms;
  bool write = nx ? !held : xx ? held != nullptr : true;
  if (!comparison.word.empty()) {
    if (held && comparison.malformed()) return err("ERR digest");
    write = held ? comparison.holds(held->text) : comparison.holds_when_absent();
  }
  const Reply old = value_or_null(call, held);
  if (write) call.set(key, call.args[2], expires_ms);
  if (get) return one(old);
  return write ? ok() : one(call.client.null());
}

std::vector<Reply> setnx(RefCall& call) {
  if (call.find(call.args[1])) return num(0);
  call.set(call.args[1], call.args[2]);
  return num(1);
}

std::vector<Reply> setex(RefCall& call) {
  RefTime time("");
  time.kind = call.args[0] == "psetex" ? "px" : "ex";
  time.value = call.args[2];
  const auto at = time.at_ms(call.now_ms);
  if (!at) return err("ERR invalid expire time");
  call.set(call.args[1], call.args[3], *at);
  return ok();
}

std::vector<Reply> get(RefCall& call) { return one(value_or_null(call, call.find(call.args[1]))); }

std::vector<Reply> getset(RefCall& call) {
  const Reply old = value_or_null(call, call.find(call.args[1]));
  call.set(call.args[1], call.args[2]);
  return one(old);
}

std::vector<Reply> getdel(RefCall& call) {
  const RefValue* const held = call.find(call.args[1]);
  const Reply old = value_or_null(call, held);
  if (held) call.store().erase(call.client.db, call.args[1]);
  return one(old);
}

std::vector<Reply> getex(RefCall& call) {
  RefTime time("persist");
  for (std::size_t i = 2; i < call.args.size(); ++i)
    if (time.take(call.args, i) != RefTime::Word::taken) return err("ERR syntax error");
  const std::string& key = call.args[1];
  const RefValue* const held = call.find(key);
  if (!held) return one(call.client.null());
  const Reply old = Reply::bulk(held->text);
  if (time.has_time()) {
    const auto at = time.at_ms(call.now_ms);
    if (!at) return err("ERR invalid expire time");
    if (*at <= call.now_ms)
      call.store().erase(call.client.db, key);
    else
      call.store().expire(call.client.db, key, *at);
  } else if (time.kind == "persist" && held->expires()) {
    call.store().expire(call.client.db, key, RefValue::kNever);
  }
  return one(old);
}

std::vector<Reply> getrange(RefCall& call) {
  const auto first = ref_integer(call.args[2]);
  const auto last = ref_integer(call.args[3]);
  if (!first || !last) return err("ERR not an integer");
  const RefValue* const held = call.find(call.args[1]);
  if (!held) return one(Reply::bulk(""));
  const __int128 size = static_cast<std::int64_t>(held->text.size());
  if (*first < 0 && *last < 0 && *first > *last) return one(Reply::bulk(""));
  __int128 from = *first < 0 ? size + *first : __int128{*first};
  __int128 to = *last < 0 ? size + *last : __int128{*last};
  from = std::max<__int128>(from, 0);
  to = std::min<__int128>(std::max<__int128>(to, 0), size - 1);
  if (from > to) return one(Reply::bulk(""));
  return one(Reply::bulk(
      held->text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from + 1))));
}

std::vector<Reply> length_of(RefCall& call) {
  const RefValue* const held = call.find(call.args[1]);
  return num(held ? static_cast<std::int64_t>(held->text.size()) : 0);
}

std::vector<Reply> append(RefCall& call) {
  const RefValue* const held = call.find(call.args[1]);
  const std::string text = (held ? held->text : std::string()) + call.args[2];
  call.change(call.args[1], text);
  return num(static_cast<std::int64_t>(text.size()));
}

std::vector<Reply> setrange(RefCall& call) {
  const auto offset = ref_integer(call.args[2]);
  if (!offset || *offset < 0) return err("ERR offset");
  const RefValue* const held = call.find(call.args[1]);
  std::string text = held ? held->text : std::string();
  const std::string& patch = call.args[3];
  if (patch.empty()) return num(static_cast<std::int64_t>(text.size()));
  if (*offset > kStringMax - static_cast<std::int64_t>(patch.size())) return err("ERR string too long");
  const auto at = static_cast<std::size_t>(*offset);
  if (text.size() < at + patch.size()) text.resize(at + patch.size(), '\0');
  text.replace(at, patch.size(), patch);
  call.change(call.args[1], text);
  return num(static_cast<std::int64_t>(text.size()));
}

std::vector<Reply> mget(RefCall& call) {
  std::vector<Reply> items;
  for (std::size_t i = 1; i < call.args.size(); ++i)
    items.push_back(value_or_null(call, call.find(call.args[i])));
  return one(Reply::list(Reply::Kind::array, std::move(items)));
}

std::vector<Reply> mset(RefCall& call) {
  if (call.args.size() % 2 == 0) return err("ERR wrong number of arguments");
  const bool only_new = call.args[0] == "msetnx";
  for (std::size_t i = 1; only_new && i < call.args.size(); i += 2)
    if (call.find(call.args[i])) return num(0);
  for (std::size_t i = 1; i < call.args.size(); i += 2) call.set(call.args[i], call.args[i + 1]);
  return only_new ? num(1) : ok();
}

std::vector<Reply> msetex(RefCall& call) {
  const auto count = ref_integer(call.args[1]);
  if (!count || *count < 1 || *count > std::numeric_limits<std::int32_t>::max()) return err("ERR numkeys");
  if (static_cast<std::int64_t>((call.args.size() - 2) / 2) < *count) return err("ERR pairs");
  const std::size_t end = 2 + 2 * static_cast<std::size_t>(*count);
  RefTime time("keepttl");
  bool nx = false, xx = false;
  for (std::size_t i = end; i < call.args.size(); ++i) {
    const RefTime::Word taken = time.take(call.args, i);
    if (taken == RefTime::Word::taken) continue;
    if (taken == RefTime::Word::none && ref_is(call.args[i], "nx") && !xx)
      nx = true;
    else if (taken == RefTime::Word::none && ref_is(call.args[i], "xx") && !nx)
      xx = true;
    else
      return err("ERR syntax error");
  }
  std::int64_t expires_ms = RefValue::kNever;
  if (time.has_time()) {
    const auto at = time.at_ms(call.now_ms);
    if (!at) return err("ERR invalid expire time");
    expires_ms = *at;
  }
  for (std::size_t i = 2; (nx || xx) && i < end; i += 2)
    if ((call.find(call.args[i]) != nullptr) != xx) return num(0);
  for (std::size_t i = 2; i < end; i += 2) {
    const RefValue* const held = call.find(call.args[i]);
    const bool keeps = time.kind == "keepttl" && held;
    call.set(call.args[i], call.args[i + 1], keeps ? held->expires_ms : expires_ms);
  }
  return num(1);
}

std::vector<Reply> digest(RefCall& call) {
  const RefValue* const held = call.find(call.args[1]);
  return one(held ? Reply::bulk(digest_of(held->text)) : call.client.null());
}

std::vector<Reply> delex(RefCall& call) {
  Comparison comparison;
  if (call.args.size() != 2 && call.args.size() != 4) return err("ERR wrong number of arguments");
  if (call.args.size() == 4 && !comparison.take(call.args[2])) return err("ERR condition");
  const RefValue* const held = call.find(call.args[1]);
  if (!held) return num(0);
  if (call.args.size() == 4) {
    comparison.operand = call.args[3];
    if (comparison.malformed()) return err("ERR digest");
    if (!comparison.holds(held->text)) return num(0);
  }
  call.store().erase(call.client.db, call.args[1]);
  return num(1);
}

std::size_t longest_common(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1), above(b.size() + 1);
  for (const char c : a) {
    std::swap(row, above);
    for (std::size_t j = 0; j < b.size(); ++j)
      row[j + 1] = c == b[j] ? above[j] + 1 : std::max(above[j + 1], row[j]);
  }
  return row[b.size()];
}

// There may be several longest ones, and which is told is a matter of the algorithm: so its length is
// expected.
std::vector<Reply> lcs(RefCall& call) {
  bool length = false, matches = false;
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    const std::string& word = call.args[i];
    if (ref_is(word, "len")) {
      length = true;
    } else if (ref_is(word, "idx")) {
      matches = true;
    } else if (ref_is(word, "minmatchlen") && i + 1 < call.args.size()) {
      if (!ref_integer(call.args[++i])) return err("ERR not an integer");
    } else if (!ref_is(word, "withmatchlen")) {
      return err("ERR syntax error");
    }
  }
  if (length && matches) return err("ERR both the length and indexes");
  if (matches) return one(Reply::plain(Reply::Kind::any_success));
  const RefValue* const a = call.find(call.args[1]);
  const RefValue* const b = call.find(call.args[2]);
  const std::string none;
  // Beyond that it would take longer than all the rest of a run.
  constexpr std::size_t kCellsMax = 4'000'000;
  if (a && b && a->text.size() * b->text.size() > kCellsMax) return one(Reply::plain(Reply::Kind::anything));
  const auto longest = static_cast<std::int64_t>(longest_common(a ? a->text : none, b ? b->text : none));
  if (length) return num(longest);
  Reply sized = Reply::plain(Reply::Kind::any_of_size);
  sized.integer = longest;
  return one(sized);
}

}  // namespace

void add_string_commands(RefTable& table) {
  table.insert({
      {"set", {set, -3}},          {"setnx", {setnx, 3}},      {"setex", {setex, 4}},
      {"psetex", {setex, 4}},      {"get", {get, 2}},          {"getset", {getset, 3}},
      {"getdel", {getdel, 2}},     {"getex", {getex, -2}},     {"getrange", {getrange, 4}},
      {"substr", {getrange, 4}},   {"strlen", {length_of, 2}}, {"append", {append, 3}},
      {"setrange", {setrange, 4}}, {"mget", {mget, -2}},       {"mset", {mset, -3}},
      {"msetnx", {mset, -3}},      {"msetex", {msetex, -4}},   {"digest", {digest, 2}},
      {"delex", {delex, -2}},      {"lcs", {lcs, -3}},
  });
}

}  // namespace baton::sim
