// RefStore: the databases of the reference, on std::map.
//
// Every change is noted in `changed` until it is taken: WATCH is judged by it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace baton::sim {

using RefNames = std::set<std::string, std::less<>>;

struct RefValue {
  static constexpr std::int64_t kNever = -1;
  std::string text;
  std::int64_t expires_ms = kNever;

  [[nodiscard]] bool expires() const noexcept { return expires_ms != kNever; }
  [[nodiscard]] bool is_past(std::int64_t now_ms) const noexcept { return expires() && expires_ms <= now_ms; }
};

class RefStore {
 public:
  using Table = std::map<std::string, RefValue, std::less<>>;

  explicit RefStore(std::size_t databases) : tables_(databases) {}
  [[nodiscard]] std::size_t databases() const noexcept { return tables_.size(); }

  // Null: not there, or past its time.
  RefValue* find(std::size_t db, std::string_view key, std::int64_t now_ms) {
    const auto it = tables_[db].find(key);
    if (it == tables_[db].end() || it->second.is_past(now_ms)) return nullptr;
    return &it->second;
  }
  void set(std::size_t db, const std::string& key, std::string text, std::int64_t expires_ms) {
    tables_[db][key] = {std::move(text), expires_ms};
    changed_.emplace_back(db, key);
  }
  void expire(std::size_t db, const std::string& key, std::int64_t expires_ms) {
    tables_[db][key].expires_ms = expires_ms;
    changed_.emplace_back(db, key);
  }
  // Of a key that is there.
  void erase(std::size_t db, const std::string& key) {
    tables_[db].erase(key);
    changed_.emplace_back(db, key);
  }
  // The keys that are there are changed by it, others are not.
  void clear(std::size_t db, std::int64_t now_ms) {
    note_live(db, db, now_ms);
    tables_[db].clear();
  }
  void swap(std::size_t a, std::size_t b, std::int64_t now_ms) {
    if (a == b) return;
    note_live(a, a, now_ms), note_live(a, b, now_ms), note_live(b, a, now_ms), note_live(b, b, now_ms);
    std::swap(tables_[a], tables_[b]);
  }

  [[nodiscard]] std::vector<std::string> keys(std::size_t db, std::int64_t now_ms) const {
    std::vector<std::string> live;
    for (const auto& [key, value] : tables_[db])
      if (!value.is_past(now_ms)) live.push_back(key);
    return live;
  }
  // Those past their time with the rest.
  [[nodiscard]] std::size_t size(std::size_t db) const { return tables_[db].size(); }

  using Change = std::pair<std::size_t, std::string>;
  std::vector<Change> take_changed() { return std::exchange(changed_, {}); }

 private:
  // The live keys of one table, as changes of the database that they are or will be seen in.
  void note_live(std::size_t from, std::size_t seen_in, std::int64_t now_ms) {
    for (std::string& key : keys(from, now_ms)) changed_.emplace_back(seen_in, std::move(key));
  }

  std::vector<Table> tables_;
  std::vector<Change> changed_;
};

}  // namespace baton::sim
