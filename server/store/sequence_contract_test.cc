// Random sequences of operations on two databases, against ordered maps that say what should be there.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/store/keyspace.h"

namespace baton {
namespace {

struct Value {
  std::string text;
  std::int64_t expiry = Entry::kNoExpiry;
};
using Model = std::map<std::string, Value>;

// One step: what to do, and numbers from which keys, sizes and times are taken.
using Step = std::tuple<unsigned, unsigned, unsigned, unsigned>;

class Twin {
 public:
  explicit Twin(std::uint64_t seed) : keyspace_({.databases = 2, .seed = seed}) {
    keyspace_.set_now_ms(now_);
  }

  void run(const Step& step) {
    const auto [what, a, b, n] = step;
    const unsigned at = a % 2;
    const std::string one = name(a / 2), other = name(b / 2);
    switch (what % 16) {
      case 0:
      case 1:
      case 2:
        return assign(at, one, value(b, n), n % 4 == 0 ? KeepExpiry::yes : KeepExpiry::no);
      case 3:
        return erase(at, one);
      case 4:
        return expire(at, one, now_ + 1 + n % 50);
      case 5:
        return persist(at, one);
      case 6:
        return rename(at, one, other);
      case 7:
        return copy(at, one, b % 2, other);
      case 8:
        return resize(at, one, n % 400);
      case 9:
        return pass(n % 20);
      case 10:
        return move(at, one);
      case 11:
        return expire_due(at, n % 5);
      case 12:
        return assign_blob(at, one, std::string(n % 300, 'B'), n % 2 == 0 ? KeepExpiry::yes : KeepExpiry::no);
      case 13:
        return assign_integer(at, one, static_cast<std::int64_t>(b) * b * b - n);
      case 14:
        return scan(at, 1 + n % 7);
      case 15:
        return n % 8 == 0 ? clear(at) : erase(at, other);
    }
  }

  void compare() {
    for (unsigned at = 0; at < 2; ++at) {
      db(at).expire_due(SIZE_MAX);
      scan(at, 3);
      RC_ASSERT(db(at).size() == model_[at].size());
      RC_ASSERT(db(at).volatile_size() == volatile_size(at));
      for (const auto& [text, wanted] : model_[at]) {
        Entry* const entry = db(at).find(key(text));
        RC_ASSERT(entry != nullptr);
        RC_ASSERT(value_of(entry) == wanted.text);
      }
    }
  }

  // Through erase, key by key, not through clear.
  void erase_everything() {
    pass(1'000);
    db(1).expire_due(SIZE_MAX);  // the other database meets what is due by itself
    for (unsigned at = 0; at < 2; ++at) {
      for (unsigned i = 0; i < kNames; ++i) db(at).erase(key(name(i)));
      RC_ASSERT(db(at).size() == 0u);
      RC_ASSERT(db(at).volatile_size() == 0u);
    }
    RC_ASSERT(keyspace_.bytes() == 0u);
  }

 private:
  static constexpr unsigned kNames = 40;
  static std::string name(unsigned i) {
    i %= kNames;
    if (i == 0) return {};
    return i % 7 == 0 ? std::string(70'000, 'w') + std::to_string(i) : std::to_string(i);
  }
  static std::string value(unsigned seed, unsigned size) {
    if (seed % 3 == 0) return std::to_string(static_cast<int>(seed) - 20);
    return std::string(size % 300, static_cast<char>('a' + seed % 26));
  }
  Key key(const std::string& text) { return keyspace_.hasher().key(text); }
  Database& db(unsigned at) { return shards_.database(at); }
  static std::string value_of(const Entry* entry) {
    IntegerText scratch;
    return std::string(entry->string(scratch));
  }
  std::size_t volatile_size(unsigned at) const {
    return static_cast<std::size_t>(std::count_if(model_[at].begin(), model_[at].end(), [](const auto& held) {
      return held.second.expiry != Entry::kNoExpiry;
    }));
  }
  void forget_due() {
    for (Model& model : model_) std::erase_if(model, [&](const auto& held) { return due(held.second); });
  }
  bool due(const Value& held) const { return held.expiry != Entry::kNoExpiry && held.expiry <= now_; }
  // Both or neither have it.
  Entry* find(unsigned at, const std::string& text) {
    forget_due();
    Entry* const entry = db(at).find(key(text));
    RC_ASSERT((entry != nullptr) == (model_[at].count(text) == 1));
    return entry;
  }

  void assign(unsigned at, const std::string& text, const std::string& bytes, KeepExpiry keep) {
    forget_due();
    db(at).assign_string(key(text), bytes, keep);
    Value& held = model_[at][text];
    held.text = bytes;
    if (keep == KeepExpiry::no) held.expiry = Entry::kNoExpiry;
  }
  // From a block of its own, as the I/O thread hands a long argument over.
  void assign_blob(unsigned at, const std::string& text, const std::string& bytes, KeepExpiry keep) {
    forget_due();
    Blob blob = Blob::try_allocate(bytes.size() + 2);
    std::copy(bytes.begin(), bytes.end(), blob.data());
    blob.set_size(bytes.size());
    db(at).assign_blob(key(text), std::move(blob), keep);
    Value& held = model_[at][text];
    held.text = bytes;
    if (keep == KeepExpiry::no) held.expiry = Entry::kNoExpiry;
  }
  // Keeps the expiry; in place where the value is held as an integer, as INCR does it.
  void assign_integer(unsigned at, const std::string& text, std::int64_t number) {
    Entry* const entry = find(at, text);
    if (!entry || !Database::try_set_integer(entry, number)) {
      if (entry) RC_ASSERT(!entry->integer().has_value());
      RC_ASSERT(db(at).assign_integer(key(text), number)->integer() == number);
    }
    model_[at][text].text = std::to_string(number);
  }
  void clear(unsigned at) {
    db(at).clear();
    model_[at].clear();
    RC_ASSERT(db(at).size() == 0u);
    RC_ASSERT(db(at).bytes() == 0u);
  }
  // To the end: everything that is there and not due, once each.
  void scan(unsigned at, std::size_t count) {
    forget_due();
    std::size_t seen = 0;
    Model left = model_[at];
    std::uint64_t cursor = 0;
    do {
      cursor = db(at).scan(cursor, count, [&](Entry* entry) {
        const auto wanted = left.find(std::string(entry->key()));
        RC_ASSERT(wanted != left.end());
        RC_ASSERT(value_of(entry) == wanted->second.text);
        RC_ASSERT(entry->string_size() == wanted->second.text.size());
        RC_ASSERT(entry->expiry_ms() == wanted->second.expiry);
        left.erase(wanted);
        ++seen;
      });
    } while (cursor != 0);
    RC_ASSERT(left.empty());
    RC_ASSERT(seen == model_[at].size());
  }
  void erase(unsigned at, const std::string& text) {
    forget_due();
    RC_ASSERT(db(at).erase(key(text)) == (model_[at].erase(text) == 1));
  }
  void expire(unsigned at, const std::string& text, std::int64_t time) {
    if (Entry* const entry = find(at, text)) {
      RC_ASSERT(db(at).set_expiry(entry, time)->expiry_ms() == time);
      model_[at][text].expiry = time;
    }
  }
  void persist(unsigned at, const std::string& text) {
    if (Entry* const entry = find(at, text)) {
      db(at).clear_expiry(entry);
      model_[at][text].expiry = Entry::kNoExpiry;
    }
  }
  void rename(unsigned at, const std::string& from, const std::string& to) {
    if (Entry* const entry = find(at, from); entry && from != to) {
      db(at).rename(entry, key(to));
      model_[at][to] = model_[at][from];
      model_[at].erase(from);
    }
  }
  void copy(unsigned at, const std::string& from, unsigned target, const std::string& to) {
    if (Entry* const entry = find(at, from)) {
      db(at).copy_to(entry, db(target), key(to));
      model_[target][to] = Value(model_[at][from]);
    }
  }
  void move(unsigned at, const std::string& text) {
    if (find(1 - at, text)) return;
    if (Entry* const entry = find(at, text)) {
      db(at).move_to(entry, db(1 - at), key(text));
      model_[1 - at][text] = model_[at][text];
      model_[at].erase(text);
    }
  }
  void resize(unsigned at, const std::string& text, std::size_t size) {
    if (Entry* entry = find(at, text)) {
      RC_ASSERT(db(at).resize_string(entry, size).size() == size);
      RC_ASSERT(entry->key() == text);
      model_[at][text].text.resize(size);
    }
  }
  void pass(unsigned ms) { keyspace_.set_now_ms(now_ += ms); }
  void expire_due(unsigned at, std::size_t limit) { RC_ASSERT(db(at).expire_due(limit) <= limit); }

  std::int64_t now_ = 1'700'000'000'000;
  Keyspace keyspace_;
  AllShards shards_ = keyspace_.lease_all();
  Model model_[2];
};

RC_GTEST_PROP(StoreSequence, AgreesWithAMapAndGivesAllMemoryBack, (std::uint64_t seed)) {
  const auto number = rc::gen::inRange(0u, 1'000u);
  const auto steps = *rc::gen::container<std::vector<Step>>(rc::gen::tuple(number, number, number, number));
  Twin twin(seed);
  for (const Step& step : steps) twin.run(step);
  twin.compare();
  twin.erase_everything();
}

}  // namespace
}  // namespace baton
