// The reference's keys whatever they hold: deleting, naming, expiry, whole databases.
#include <algorithm>
#include <limits>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

std::optional<std::size_t> database(const RefCall& call, const std::string& text) {
  const auto index = ref_integer(text);
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(call.store().databases()))
    return std::nullopt;
  return static_cast<std::size_t>(*index);
}

std::vector<Reply> del(RefCall& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    if (!call.find(call.args[i])) continue;
    call.store().erase(call.client.db, call.args[i]);
    ++count;
  }
  return num(count);
}

std::vector<Reply> exists(RefCall& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.args.size(); ++i) count += call.find(call.args[i]) ? 1 : 0;
  return num(count);
}

std::vector<Reply> type(RefCall& call) {
  return one(Reply::simple(call.find(call.args[1]) ? "string" : "none"));
}

std::vector<Reply> rename(RefCall& call) {
  const bool only_new = call.args[0] == "renamenx";
  const std::string &from = call.args[1], &to = call.args[2];
  const RefValue* const held = call.find(from);
  if (!held) return err("ERR no such key");
  if (from == to) return only_new ? num(0) : ok();
  if (only_new && call.find(to)) return num(0);
  const RefValue moved = *held;
  call.store().erase(call.client.db, from);
  call.set(to, moved.text, moved.expires_ms);
  return only_new ? num(1) : ok();
}

std::vector<Reply> copy(RefCall& call) {
  std::size_t target = call.client.db;
  bool replace = false;
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    if (ref_is(call.args[i], "replace")) {
      replace = true;
    } else if (ref_is(call.args[i], "db") && i + 1 < call.args.size()) {
      const auto index = database(call, call.args[++i]);
      if (!index) return err("ERR DB index");
      target = *index;
    } else {
      return err("ERR syntax error");
    }
  }
  const std::string &from = call.args[1], &to = call.args[2];
  if (target == call.client.db && from == to) return err("ERR same object");
  const RefValue* const held = call.find(from);
  if (!held || (!replace && call.store().find(target, to, call.now_ms))) return num(0);
  const RefValue copied = *held;
  call.store().set(target, to, copied.text, copied.expires_ms);
  return num(1);
}

std::vector<Reply> move(RefCall& call) {
  const auto target = database(call, call.args[2]);
  if (!target || *target == call.client.db) return err("ERR DB index or same object");
  const std::string& key = call.args[1];
  const RefValue* const held = call.find(key);
  if (!held || call.store().find(*target, key, call.now_ms)) return num(0);
  const RefValue moved = *held;
  call.store().erase(call.client.db, key);
  call.store().set(*target, key, moved.text, moved.expires_ms);
  return num(1);
}

std::vector<Reply> expire(RefCall& call) {
  const bool milliseconds = call.args[0][0] == 'p';
  const bool absolute = call.args[0].ends_with("at");
  bool nx = false, xx = false, gt = false, lt = false;
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    const std::string& word = call.args[i];
    bool* const flag = ref_is(word, "nx")   ? &nx
                       : ref_is(word, "xx") ? &xx
                       : ref_is(word, "gt") ? &gt
                       : ref_is(word, "lt") ? &lt
                                            : nullptr;
    if (!flag) return err("ERR unsupported option");
    *flag = true;
  }
  if ((nx && (xx || gt || lt)) || (gt && lt)) return err("ERR options are not compatible");
  const auto value = ref_integer(call.args[2]);
  if (!value) return err("ERR not an integer");
  __int128 at = *value;
  const auto fits = [&at] {
    return at <= std::numeric_limits<std::int64_t>::max() && at >= std::numeric_limits<std::int64_t>::min();
  };
  if (!milliseconds) at *= 1000;
  if (!fits()) return err("ERR invalid expire time");
  if (!absolute) at += call.now_ms;
  if (!fits()) return err("ERR invalid expire time");
  const RefValue* const held = call.find(call.args[1]);
  if (!held) return num(0);
  if ((nx && held->expires()) || (xx && !held->expires())) return num(0);
  if (gt && (!held->expires() || at <= held->expires_ms)) return num(0);
  if (lt && held->expires() && at >= held->expires_ms) return num(0);
  if (at <= call.now_ms)
    call.store().erase(call.client.db, call.args[1]);
  else
    call.store().expire(call.client.db, call.args[1], static_cast<std::int64_t>(at));
  return num(1);
}

std::vector<Reply> ttl(RefCall& call) {
  const RefValue* const held = call.find(call.args[1]);
  if (!held) return num(-2);
  if (!held->expires()) return num(-1);
  const bool absolute = call.args[0].ends_with("time");
  const bool milliseconds = call.args[0][0] == 'p';
  const auto in_unit = [&](std::int64_t left) {
    return milliseconds ? left : left / 1000 + (left % 1000 >= 500);
  };
  const std::int64_t left = held->expires_ms - (absolute ? 0 : call.now_ms);
  const std::int64_t tolerance = call.tolerance_ms;
  const std::int64_t most = std::numeric_limits<std::int64_t>::max() - tolerance;
  return one(Reply::between(in_unit(std::max<std::int64_t>(left - tolerance, 0)),
                            in_unit(std::min(left, most) + tolerance)));
}

std::vector<Reply> persist(RefCall& call) {
  const RefValue* const held = call.find(call.args[1]);
  if (!held || !held->expires()) return num(0);
  call.store().expire(call.client.db, call.args[1], RefValue::kNever);
  return num(1);
}

std::vector<Reply> keys(RefCall& call) {
  std::vector<Reply> found;
  for (const std::string& key : call.store().keys(call.client.db, call.now_ms))
    if (ref_glob(call.args[1], key)) found.push_back(Reply::bulk(key));
  return one(Reply::list(Reply::Kind::unordered, std::move(found)));
}

std::vector<Reply> randomkey(RefCall& call) {
  std::vector<Reply> choices;
  for (const std::string& key : call.store().keys(call.client.db, call.now_ms))
    choices.push_back(Reply::bulk(key));
  if (choices.empty()) choices.push_back(call.client.null());
  return one(Reply::list(Reply::Kind::one_of, std::move(choices)));
}

std::vector<Reply> dbsize(RefCall& call) {
  const auto live = static_cast<std::int64_t>(call.store().keys(call.client.db, call.now_ms).size());
  return one(Reply::between(live, static_cast<std::int64_t>(call.store().size(call.client.db))));
}

std::vector<Reply> flush(RefCall& call) {
  if (call.args.size() > 2) return err("ERR syntax error");
  if (call.args.size() == 2 && !ref_is(call.args[1], "async") && !ref_is(call.args[1], "sync"))
    return err("ERR syntax error");
  for (std::size_t db = 0; db < call.store().databases(); ++db)
    if (call.args[0] == "flushall" || db == call.client.db) call.store().clear(db, call.now_ms);
  return ok();
}

std::vector<Reply> swapdb(RefCall& call) {
  const auto a = database(call, call.args[1]);
  const auto b = database(call, call.args[2]);
  if (!a || !b) return err("ERR DB index");
  call.store().swap(*a, *b, call.now_ms);
  return ok();
}

std::vector<Reply> select(RefCall& call) {
  const auto index = database(call, call.args[1]);
  if (!index) return err("ERR DB index");
  call.client.db = *index;
  return ok();
}

}  // namespace

void add_key_commands(RefTable& table) {
  table.insert({
      {"del", {del, -2}},          {"unlink", {del, -2}},
      {"exists", {exists, -2}},    {"touch", {exists, -2}},
      {"type", {type, 2}},         {"rename", {rename, 3}},
      {"renamenx", {rename, 3}},   {"copy", {copy, -3}},
      {"move", {move, 3}},         {"expire", {expire, -3}},
      {"pexpire", {expire, -3}},   {"expireat", {expire, -3}},
      {"pexpireat", {expire, -3}}, {"ttl", {ttl, 2}},
      {"pttl", {ttl, 2}},          {"expiretime", {ttl, 2}},
      {"pexpiretime", {ttl, 2}},   {"persist", {persist, 2}},
      {"keys", {keys, 2}},         {"randomkey", {randomkey, 1}},
      {"dbsize", {dbsize, 1}},     {"flushdb", {flush, -1}},
      {"flushall", {flush, -1}},   {"swapdb", {swapdb, 3}},
      {"select", {select, 2}},
  });
}

}  // namespace baton::sim
