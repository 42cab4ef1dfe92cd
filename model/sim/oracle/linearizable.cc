#include "model/sim/oracle/linearizable.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <fmt/core.h>

#include "model/sim/oracle/key_model.h"
#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

// One key's operations in the order of their first bytes, and the search for an order.
class Search {
 public:
  Search(const std::vector<KeyOperation>& operations, std::size_t places_max)
      : operations_(operations), done_(operations.size(), false), left_(places_max) {
    for (const KeyOperation& operation : operations) open_ += operation.reply ? 1 : 0;
  }

  Linearizable run() {
    const bool found = extend({});
    if (found) return Linearizable::yes;
    return left_ == 0 ? Linearizable::not_decided : Linearizable::no;
  }

 private:
  // True: what is left can be put in an order, from this value on.
  bool extend(const KeyValue& value) {
    if (open_ == 0) return true;  // those without an answer need not have happened
    if (left_ == 0 || !enter(value)) return false;
    --left_;
    // Only what was asked for before the first of the open answers can be next.
    std::uint64_t first_return = KeyOperation::kNever;
    for (std::size_t i = 0; i < operations_.size(); ++i)
      if (!done_[i]) first_return = std::min(first_return, operations_[i].returned);
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      const KeyOperation& operation = operations_[i];
      if (done_[i] || operation.invoked > first_return) continue;
      KeyValue after = value;
      const Reply reply = apply_request(after, operation.args);
      if (operation.reply && !matches(reply, *operation.reply)) continue;
      if (!operation.reply && after == value) continue;  // whether it happened makes no difference
      done_[i] = true;
      open_ -= operation.reply ? 1 : 0;
      const bool found = extend(after);
      done_[i] = false;
      open_ += operation.reply ? 1 : 0;
      if (found) return true;
    }
    return false;
  }

  // False: this place was tried before.
  bool enter(const KeyValue& value) {
    std::string place((done_.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < done_.size(); ++i)
      if (done_[i]) place[i / 8] = static_cast<char>(place[i / 8] | (1 << (i % 8)));
    const auto [known, fresh] = values_.try_emplace(value ? "=" + *value : "-", values_.size());
    place += std::to_string(known->second);
    return tried_.insert(std::move(place)).second;
  }

  const std::vector<KeyOperation>& operations_;
  std::vector<bool> done_;
  std::size_t open_ = 0;  // answered ones that are not yet in the order
  std::size_t left_;
  std::unordered_set<std::string> tried_;
  std::unordered_map<std::string, std::size_t> values_;  // each value once: they may be long
};

using KeyName = std::pair<std::size_t, std::string>;

// What of a history can be judged key by key.
class Extraction {
 public:
  explicit Extraction(const History& history) {
    for (const auto& [number, connection] : history.connections())
      if (!connection.turned_away) read(history, connection);
  }

  std::map<KeyName, std::vector<KeyOperation>> operations;
  std::set<std::string> unfit;  // keys, in any database
  bool all_unfit = false;

 private:
  void read(const History& history, const History::Connection& connection) {
    std::size_t db = 0;
    bool multi = false;
    bool lost = false;  // a request that may have changed what later ones mean was not answered
    for (const std::size_t index : connection.requests) {
      const History::Request& request = history.requests()[index];
      if (request.malformed() || request.frames_due == History::kNoRequest) break;
      const std::string name = lower(request.args[0]);
      const bool heard = !request.frames.empty();
      const bool failed = heard && request.frames[0].is_error();
      if (name == "multi") multi |= !failed;
      if (name == "exec" || name == "discard" || name == "reset") multi = false;
      if (name == "select" || name == "reset") {
        // Queued, or not answered: which database is the one from here on is not known.
        if (!heard || multi) lost = true;
        if (heard && !failed)
          db = name == "reset" ? 0 : static_cast<std::size_t>(ref_integer(request.args[1]).value_or(0));
        continue;
      }
      if (!is_single_key(request.args) || multi || lost) {
        spoil(name, request.args);
        continue;
      }
      // Refused before it was looked at: it has no effect and no answer of its own.
      if (failed && request.frames[0].code() != "ERR") continue;
      if (failed && request.frames[0].text.find("in this context") != std::string::npos) continue;
      KeyOperation operation{request.args, request.invoked, KeyOperation::kNever, std::nullopt};
      operation.args[0] = name;
      if (heard) {
        operation.returned = request.returned;
        operation.reply = request.frames[0];
      }
      operations[{db, request.args[1]}].push_back(std::move(operation));
    }
  }

  // The reference's table of what reads and what names no key is not needed: any word may be a key's name.
  void spoil(const std::string& name, const Arguments& args) {
    for (const std::string_view whole : {"flushall", "flushdb", "swapdb"}) all_unfit |= name == whole;
    for (const std::string_view harmless :
         {"mget",  "exists",   "touch",  "ttl",  "pttl",   "expiretime", "pexpiretime",
          "type",  "getrange", "substr", "lcs",  "digest", "object",     "memory",
          "watch", "echo",     "ping",   "keys", "scan",   "dbsize"})
      if (name == harmless) return;
    for (std::size_t i = 1; i < args.size(); ++i) unfit.insert(args[i]);
  }

  static std::string lower(std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
  }
};

std::string describe(const KeyName& key, const std::vector<KeyOperation>& operations) {
  std::string text = fmt::format("key {} of database {} is not linearizable:", key.second, key.first);
  for (const KeyOperation& operation : operations)
    text += fmt::format("\n  {:>6} to {:<6} {} -> {}", operation.invoked,
                        operation.returned == KeyOperation::kNever ? "?" : std::to_string(operation.returned),
                        to_text(operation.args), operation.reply ? to_text(*operation.reply) : "not heard");
  return text;
}

}  // namespace

bool is_single_key(const Arguments& args) {
  static const std::map<std::string_view, std::size_t> kSizes = {
      {"get", 2},  {"set", 3},  {"setnx", 3},  {"getset", 3}, {"getdel", 2}, {"del", 2},    {"unlink", 2},
      {"incr", 2}, {"decr", 2}, {"incrby", 3}, {"decrby", 3}, {"append", 3}, {"strlen", 2}, {"exists", 2}};
  return std::any_of(kSizes.begin(), kSizes.end(), [&](const auto& known) {
    return known.second == args.size() && ref_is(args[0], known.first);
  });
}

Linearizable is_linearizable(const std::vector<KeyOperation>& operations, std::size_t places_max) {
  return Search(operations, places_max).run();
}

Verdict check_linearizable(const History& history, std::size_t places_max) {
  Extraction extraction(history);
  Verdict verdict;
  for (auto& [key, operations] : extraction.operations) {
    if (extraction.all_unfit || extraction.unfit.contains(key.second)) {
      ++verdict.not_decided;
      continue;
    }
    std::stable_sort(operations.begin(), operations.end(),
                     [](const KeyOperation& a, const KeyOperation& b) { return a.invoked < b.invoked; });
    switch (is_linearizable(operations, places_max)) {
      case Linearizable::yes:
        ++verdict.checked;
        break;
      case Linearizable::not_decided:
        ++verdict.not_decided;
        break;
      case Linearizable::no:
        verdict.wrong = describe(key, operations);
        return verdict;
    }
  }
  return verdict;
}

}  // namespace baton::sim
