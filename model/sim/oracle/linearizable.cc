#include "model/sim/oracle/linearizable.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <fmt/core.h>

#include "model/sim/oracle/key_histories.h"
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
      // Whether it happened makes no difference; but what had ended must be behind us.
      if (operation.returned == KeyOperation::kNever && after == value) continue;
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

using KeyName = KeyHistories::Name;

std::ptrdiff_t answered(const std::vector<KeyOperation>& operations) {
  return std::count_if(operations.begin(), operations.end(),
                       [](const KeyOperation& one) { return one.reply.has_value(); });
}

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
      {"get", 2},    {"set", 3},    {"setnx", 3},  {"getset", 3}, {"getdel", 2},
      {"del", 2},    {"unlink", 2}, {"incr", 2},   {"decr", 2},   {"incrby", 3},
      {"decrby", 3}, {"append", 3}, {"strlen", 2}, {"exists", 2}, {"setrange", 4}};
  if (ref_is(args[0], "set") && args.size() > 3)
    return std::all_of(args.begin() + 3, args.end(), [](const std::string& word) {
      return ref_is(word, "nx") || ref_is(word, "xx") || ref_is(word, "get") || ref_is(word, "keepttl");
    });
  return std::any_of(kSizes.begin(), kSizes.end(), [&](const auto& known) {
    return known.second == args.size() && ref_is(args[0], known.first);
  });
}

Linearizable is_linearizable(const std::vector<KeyOperation>& operations, std::size_t places_max) {
  return Search(operations, places_max).run();
}

Verdict check_linearizable(const History& history, std::size_t places_max) {
  const KeyHistories keys(history);
  Verdict verdict;
  for (const auto& [key, all] : keys.all()) {
    const std::vector<KeyOperation> operations = keys.of(key);
    const bool says_something = std::any_of(operations.begin(), operations.end(),
                                            [](const KeyOperation& one) { return one.reply.has_value(); });
    if (!says_something) {
      ++verdict.not_decided;
      continue;
    }
    switch (is_linearizable(operations, places_max)) {
      case Linearizable::yes:
        ++verdict.checked;
        if (operations.size() < all.size() || answered(operations) < answered(all)) ++verdict.in_part;
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
