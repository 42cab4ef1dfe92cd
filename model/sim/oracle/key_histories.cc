#include "model/sim/oracle/key_histories.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>
#include <utility>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_number(const Reply* reply, std::int64_t number) {
  return reply && reply->kind == Reply::Kind::integer && reply->integer == number;
}

bool all_differ(const Arguments& args, std::size_t step) {
  std::set<std::string_view> seen;
  for (std::size_t i = 1; i < args.size(); i += step)
    if (!seen.insert(args[i]).second) return false;
  return true;
}

}  // namespace

// One connection's requests in order, with what they mean for the next.
struct KeyHistories::Reader {
  KeyHistories& to;
  std::size_t db = 0;
  bool multi = false;
  bool lost = false;  // the database, or whether there is a transaction, is not known
  std::vector<Arguments> queue = {};

  void read(const Arguments& words, const Heard& heard) {
    Arguments args = words;
    args[0] = lower(args[0]);
    const bool failed = heard.reply && heard.reply->is_error();
    if (lost) return to.end_words(args, heard.invoked);
    if (args[0] == "multi") return begin(heard, failed);
    if (args[0] == "exec") return exec(heard);
    if (args[0] == "discard" || args[0] == "reset") {
      multi = false;
      if (args[0] == "reset") db = 0;
      return;
    }
    if (!multi) return one(args, heard);
    if (!failed && args[0] != "watch") queue.push_back(std::move(args));
  }

 private:
  void begin(const Heard& heard, bool failed) {
    if (multi || failed) return;
    queue.clear();
    multi = true;
    lost = heard.reply == nullptr;
  }
  void exec(const Heard& heard) {
    const std::vector<Arguments> queued = std::exchange(queue, {});
    if (!std::exchange(multi, false)) return;
    if (heard.reply && heard.reply->kind != Reply::Kind::array) return;  // it failed, and nothing was done
    const bool known = heard.reply && heard.reply->items.size() == queued.size();
    for (std::size_t i = 0; i < queued.size(); ++i) {
      if (heard.reply && !known)
        to.end_words(queued[i], heard.invoked);
      else
        one(queued[i], {heard.invoked, heard.returned, known ? &heard.reply->items[i] : nullptr});
    }
  }
  void one(const Arguments& args, const Heard& heard) {
    if (lost) return to.end_words(args, heard.invoked);
    if (args[0] == "select") {
      lost = heard.reply == nullptr;
      if (heard.reply && !heard.reply->is_error())
        db = static_cast<std::size_t>(ref_integer(args.at(1)).value_or(0));
      return;
    }
    to.apply(db, args, heard);
  }
};

KeyHistories::KeyHistories(const History& history) {
  for (const auto& [number, connection] : history.connections())
    if (!connection.turned_away) read(history, connection);
  for (const Flush& flush : flushes_)
    for (auto& [name, operations] : operations_)
      if (flush.db == kAll || flush.db == name.first)
        operations.push_back({{"del", name.second}, flush.heard.invoked, flush.heard.returned, std::nullopt});
  for (auto& [name, operations] : operations_)
    std::stable_sort(operations.begin(), operations.end(),
                     [](const KeyOperation& a, const KeyOperation& b) { return a.invoked < b.invoked; });
}

void KeyHistories::read(const History& history, const History::Connection& connection) {
  Reader reader{*this};
  for (const std::size_t index : connection.requests) {
    const History::Request& request = history.requests()[index];
    if (request.malformed() || request.frames_due == History::kNoRequest) break;
    const bool heard = !request.frames.empty();
    reader.read(request.args, {request.invoked, heard ? request.returned : KeyOperation::kNever,
                               heard ? &request.frames[0] : nullptr});
  }
}

std::vector<KeyOperation> KeyHistories::of(const Name& key) const {
  const std::uint64_t end = end_of(key.second);
  std::vector<KeyOperation> before;
  for (const KeyOperation& operation : operations_.at(key)) {
    if (operation.invoked >= end) continue;
    before.push_back(operation);
    if (operation.returned < end) continue;
    before.back().returned = KeyOperation::kNever;
    before.back().reply.reset();
  }
  return before;
}

std::uint64_t KeyHistories::end_of(const std::string& key) const {
  const auto found = ends_.find(key);
  return std::min(all_end_, found == ends_.end() ? kNever : found->second);
}

void KeyHistories::end(const std::string& key, std::uint64_t step) {
  const auto [it, fresh] = ends_.try_emplace(key, step);
  if (!fresh) it->second = std::min(it->second, step);
}

// Which of them are keys need not be known: any word may be a key's name.
void KeyHistories::end_words(const Arguments& args, std::uint64_t step) {
  if (is_one_of(args[0], {"flushall", "flushdb", "swapdb", "exec"})) all_end_ = std::min(all_end_, step);
  for (std::size_t i = 1; i < args.size(); ++i) end(args[i], step);
}

void KeyHistories::add(std::size_t db, Arguments args, const Heard& heard, bool answer_known) {
  KeyOperation operation{std::move(args), heard.invoked, heard.returned, std::nullopt};
  if (heard.reply && answer_known) operation.reply = *heard.reply;
  operations_[{db, operation.args[1]}].push_back(std::move(operation));
}

void KeyHistories::apply(std::size_t db, const Arguments& args, const Heard& heard) {
  if (heard.reply && heard.reply->is_error()) {
    // Refused before it was looked at, or by the value, which says something of it.
    const bool of_value = heard.reply->code() == "ERR" && is_single_key(args) &&
                          heard.reply->text.find("in this context") == std::string::npos;
    if (of_value) add(db, args, heard);
    return;
  }
  if (is_single_key(args)) return add(db, args, heard);
  const std::string& name = args[0];
  if (is_one_of(name, {"mget", "mset", "msetnx", "del", "unlink", "flushdb", "flushall", "swapdb"}))
    return apply_several(db, args, heard);
  if (is_one_of(name, {"exists",   "touch",   "ttl",      "pttl",   "expiretime", "pexpiretime", "type",
                       "getrange", "substr",  "lcs",      "scan",   "digest",     "object",      "memory",
                       "keys",     "watch",   "unwatch",  "echo",   "ping",       "dbsize",      "strlen",
                       "get",      "publish", "spublish", "persist"}))
    return;
  apply_conditional(db, args, heard);
}

void KeyHistories::apply_several(std::size_t db, const Arguments& args, const Heard& heard) {
  const std::string& name = args[0];
  if (name == "flushdb" || name == "flushall")
    return flushes_.push_back({name == "flushdb" ? db : kAll, {heard.invoked, heard.returned, nullptr}});
  if (name == "swapdb") {
    all_end_ = std::min(all_end_, heard.invoked);
  } else if (name == "mget") {
    if (!heard.reply || heard.reply->items.size() + 1 != args.size()) return;
    for (std::size_t i = 1; i < args.size(); ++i)
      add(db, {"get", args[i]}, {heard.invoked, heard.returned, &heard.reply->items[i - 1]});
  } else if (name == "mset") {
    for (std::size_t i = 1; i + 1 < args.size(); i += 2) add(db, {"set", args[i], args[i + 1]}, heard);
  } else if (name == "msetnx") {
    if (is_number(heard.reply, 0)) return;
    if (!is_number(heard.reply, 1) || !all_differ(args, 2)) return end_words(args, heard.invoked);
    for (std::size_t i = 1; i + 1 < args.size(); i += 2) add(db, {"setnx", args[i], args[i + 1]}, heard);
  } else {
    // How many were there is known, and which only if it was none.
    const bool none = is_number(heard.reply, 0);
    for (std::size_t i = 1; i < args.size(); ++i) add(db, {"del", args[i]}, heard, none);
  }
}

// What may do nothing, and says so; else it is not judged here.
void KeyHistories::apply_conditional(std::size_t db, const Arguments& args, const Heard& heard) {
  const std::string& name = args[0];
  const bool did_nothing = is_number(heard.reply, 0);
  const bool absent = heard.reply && heard.reply->is_null();
  if (did_nothing && is_one_of(name, {"expire", "pexpire", "expireat", "pexpireat", "copy", "move",
                                      "renamenx", "msetex", "delex"}))
    return;
  if (name == "delex" && is_number(heard.reply, 1)) return add(db, {"del", args[1]}, heard);
  if (name == "getex" && args.size() > 1 &&
      (absent || args.size() == 2 || (args.size() == 3 && ref_is(args[2], "persist"))))
    return add(db, {"get", args[1]}, heard);
  if (name == "set" && absent && args.size() > 2 &&
      std::none_of(args.begin() + 3, args.end(), [](const auto& word) { return ref_is(word, "get"); }))
    return;
  if (name == "copy" && heard.reply && args.size() > 2) return end(args[2], heard.invoked);
  end_words(args, heard.invoked);
}

}  // namespace baton::sim
